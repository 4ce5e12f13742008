import type { ClientOptions } from '../../../../src/config/client.ts';
import type { ServerOptions } from '../../../../src/config/server.ts';
import type { AlertName, ErrorCode } from '../../../../src/errors/index.ts';
import { type Session, sessionWith } from '../../../support/client.ts';
import type { Peer } from '../../../support/peer.ts';
import { type ClientOptions12, PeerClient12 } from '../../../support/peer-client12.ts';
import { type ClientOptions13, PeerClient13 } from '../../../support/peer-client13.ts';
import { type Options12, Peer12 } from '../../../support/peer12.ts';
import { type Options13, Peer13 } from '../../../support/peer13.ts';
import { serverSession } from '../../../support/server.ts';

/** One way to make an engine fail. */
export interface Provocation {
  readonly code: ErrorCode;
  readonly how: string;
  /** Where it differs from the table's. */
  readonly alert?: AlertName | null;
  /** False: the alert goes out under a key that the other end of the test does not have. */
  readonly heard?: false;
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

/** A TLS 1.3 client that is rude to a server in the handshake, or `then`, when the connection is open. */
export function at13(
  code: ErrorCode,
  how: string,
  client: ClientOptions13,
  server: Partial<ServerOptions> = {},
  then: Then<PeerClient13> = () => {},
): Provocation {
  const run = (): Session<Peer> => ran(serverSession(new PeerClient13(client), server), then);
  return { code, how: `1.3 server: ${how}`, run };
}

export function at12(
  code: ErrorCode,
  how: string,
  client: ClientOptions12,
  server: Partial<ServerOptions> = {},
  then: Then<PeerClient12> = () => {},
): Provocation {
  const versions = server.versions ?? ['TLSv1.2'];
  const run = (): Session<Peer> => ran(serverSession(new PeerClient12(client), { ...server, versions }), then);
  return { code, how: `1.2 server: ${how}`, run };
}

/** A client that is polite until the connection is open. */
export function atOpen13(
  code: ErrorCode,
  how: string,
  then: Then<PeerClient13>,
  server: Partial<ServerOptions> = {},
  client: ClientOptions13 = {},
): Provocation {
  return at13(code, how, client, server, then);
}

export function atOpen12(
  code: ErrorCode,
  how: string,
  then: Then<PeerClient12>,
  server: Partial<ServerOptions> = {},
): Provocation {
  return at12(code, how, {}, server, then);
}

export function withAlert(provocation: Provocation, alert: AlertName | null): Provocation {
  return { ...provocation, alert };
}

function ran<P extends Peer>(session: Session<P>, then: Then<P>): Session<P> {
  then(session);
  return session.run();
}
