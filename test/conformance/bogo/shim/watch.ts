import type { Session } from '../../../../src/handshake/session.ts';
import { FlagVerifier } from './common.ts';
import type { Config } from './flags.ts';
import { credentialsOf, type Numbered } from './keys.ts';
import { MessageLog } from './messages.ts';

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
  readonly messages: MessageLog;
  /** The message behind which early data is to be written; 0: none, or it is. */
  earlyAfter: number;
  /** What was too much of that. */
  earlyRest: Uint8Array | null = null;
  /** Handshakes that were completed. */
  handshakes: number = 0;

  constructor(config: Config, session: Session | null) {
    this.credentials = credentialsOf(config);
    this.verifier = new FlagVerifier(config);
    this.messages = new MessageLog(config);
    this.earlyAfter = config['early-write-after-message'];
    this.session = session;
  }
}
