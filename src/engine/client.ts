import type { ClientSettings } from '../handshake/client/settings.ts';
import { startClient } from '../handshake/client/start.ts';
import { Connection } from './connection.ts';
import type { Engine } from './engine.ts';

/** A client that begins its handshake at once: take its output, and run its tasks with `settle`. */
export function createClientEngine(settings: ClientSettings): Engine {
  return new Connection('client', settings, startClient);
}
