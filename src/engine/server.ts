import type { ServerSettings } from '../handshake/server/settings.ts';
import { startServer } from '../handshake/server/start.ts';
import { Connection } from './connection.ts';
import type { Engine } from './engine.ts';

/** A server that waits for a ClientHello: give it bytes, take its output, and run its tasks with `settle`. */
export function createServerEngine(settings: ServerSettings): Engine {
  return new Connection('server', settings, startServer);
}
