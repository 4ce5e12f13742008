import { credentialChooser } from '../../src/config/credentials.ts';
import { type ServerOptions, serverSettings } from '../../src/config/server.ts';
import { SealedTickets, type TicketOptions } from '../../src/config/tickets.ts';
import { createServerEngine, type Engine } from '../../src/engine/index.ts';
import { aes128Gcm, nodeProvider } from '../../src/providers/node.ts';
import { credentialOf } from './configs.ts';
import { countedProvider, countedRandom } from './deterministic.ts';
import type { Peer } from './peer.ts';
import { Session } from './session.ts';
import { accepting } from './verifiers.ts';

/** Milliseconds since 1970, at which all servers of tests stand still. */
export const NOW = 1_700_000_000_000;

/** A server whose random numbers are the same each time, with an Ed25519 key, who believes everybody. */
export function countedServer(options: Partial<ServerOptions> = {}): Engine {
  const provider = options.provider ?? countedProvider('server');
  const credentials = options.credentials ?? credentialChooser([credentialOf('ed25519')]);
  return createServerEngine(serverSettings({ provider, verifier: accepting, now: () => NOW, credentials, ...options }));
}

/** A session that has run as far as it goes. */
export function serverSession<P extends Peer>(peer: P, options: Partial<ServerOptions> = {}): Session<P> {
  return new Session(countedServer(options), peer).run();
}

/** Tickets whose keys and nonces are the same each time. */
export function countedTickets(options: Partial<TicketOptions> = {}): SealedTickets {
  const hash = nodeProvider.hashes.find(({ name }) => name === 'sha256')!;
  return new SealedTickets({ aead: aes128Gcm, hash, random: countedRandom('tickets'), now: () => NOW, ...options });
}
