import type { ClientOptions } from '../../../../src/config/client.ts';
import type { AlertName, ErrorCode } from '../../../../src/errors/index.ts';
import { type Session, sessionWith } from '../../../support/client.ts';
import type { Peer } from '../../../support/peer.ts';
import { type Options12, Peer12 } from '../../../support/peer12.ts';
import { type Options13, Peer13 } from '../../../support/peer13.ts';

/** One way to make a client fail. */
export interface Provocation {
  readonly code: ErrorCode;
  readonly how: string;
  /** Where it differs from the table's. */
  readonly alert?: AlertName | null;
  readonly run: () => Session<Peer>;
}

type Then<P extends Peer> = (session: Session<P>) => void;

/** A TLS 1.3 server that is rude in the handshake, or `then`, when the connection is open. */
export function by13(
  code: ErrorCode,
  how: string,
  server: Options13,
  client: Partial<ClientOptions> = {},
  then: Then<Peer13> = () => {},
): Provocation {
  return { code, how: `1.3: ${how}`, run: () => ran(sessionWith(new Peer13(server), client), then) };
}

export function by12(
  code: ErrorCode,
  how: string,
  server: Options12,
  client: Partial<ClientOptions> = {},
  then: Then<Peer12> = () => {},
): Provocation {
  const versions = client.versions ?? ['TLSv1.2'];
  return { code, how: `1.2: ${how}`, run: () => ran(sessionWith(new Peer12(server), { ...client, versions }), then) };
}

/** A server that is polite until the connection is open. */
export function after13(
  code: ErrorCode,
  how: string,
  then: Then<Peer13>,
  client: Partial<ClientOptions> = {},
): Provocation {
  return by13(code, how, {}, client, then);
}

export function after12(
  code: ErrorCode,
  how: string,
  then: Then<Peer12>,
  client: Partial<ClientOptions> = {},
): Provocation {
  return by12(code, how, {}, client, then);
}

export function withAlert(provocation: Provocation, alert: AlertName | null): Provocation {
  return { ...provocation, alert };
}

function ran<P extends Peer>(session: Session<P>, then: Then<P>): Session<P> {
  then(session);
  return session.run();
}
