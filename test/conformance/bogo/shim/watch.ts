import type { Session } from '../../../../src/handshake/session.ts';
import { FlagVerifier } from './common.ts';
import type { Config } from './flags.ts';
import { credentialsOf, type Numbered } from './keys.ts';

/** What is noted down about one connection, to be compared with the flags. */
export class Watch {
  readonly credentials: readonly Numbered[];
  readonly verifier: FlagVerifier;
  /** The session that the client offers. */
  readonly session: Session | null;
  /** A session came, since this was last looked at. */
  newSession: Session | null = null;
  /** The server put a session into its cache. */
  cached: boolean = false;
  /** Traffic secrets by their names in a key log. */
  readonly secrets: Map<string, Uint8Array> = new Map();
  /** SNI as the server saw it. */
  serverName: string | null = null;
  /** Handshakes that were completed. */
  handshakes: number = 0;

  constructor(config: Config, session: Session | null) {
    this.credentials = credentialsOf(config);
    this.verifier = new FlagVerifier(config);
    this.session = session;
  }
}
