import { type ClientOptions, clientSettings } from '../../src/config/client.ts';
import { createClientEngine, type Engine } from '../../src/engine/index.ts';
import { countedProvider } from './deterministic.ts';
import type { Peer } from './peer.ts';
import { Session } from './session.ts';
import { accepting } from './verifiers.ts';

export { Session };

/** A client whose random numbers are the same each time, who believes everybody and resumes nothing. */
export function countedClient(options: Partial<ClientOptions> = {}): Engine {
  const provider = options.provider ?? countedProvider('client');
  const now = (): number => 1_700_000_000_000;
  const settings = { provider, verifier: accepting, now, serverName: 'localhost', sessions: null, ...options };
  return createClientEngine(clientSettings(settings));
}

/** A session that has run as far as it goes. */
export function sessionWith<P extends Peer>(peer: P, options: Partial<ClientOptions> = {}): Session<P> {
  return new Session(countedClient(options), peer).run();
}
