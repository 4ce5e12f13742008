import { once } from 'node:events';
import type { Socket } from 'node:net';
import nodeTls, { type ConnectionOptions, type TLSSocket as NodeSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import tls, { type Server, type TLSSocket, type TlsServerOptions } from '../../../../src/index.ts';
import { ca, leafOf } from './servers.ts';

export interface Ours {
  readonly port: number;
  readonly server: Server;
  readonly sockets: TLSSocket[];
  readonly errors: (Error & { code?: string })[];
}

/** A server of ours that is gone when the test is. */
export async function ourServer(options: TlsServerOptions = {}, handler?: (socket: TLSSocket) => void): Promise<Ours> {
  const leaf = leafOf();
  const server = tls.createServer({ cert: leaf.chain, key: leaf.key, ...options });
  const sockets: TLSSocket[] = [];
  const errors: Error[] = [];
  server.on('tlsClientError', (error: Error) => errors.push(error));
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', (error) => errors.push(error));
    sockets.push(socket);
    handler?.(socket);
  });
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, server, sockets, errors };
}

/** A real node:tls client that is gone when the test is. */
export function nodeClient(port: number, options: ConnectionOptions = {}): NodeSocket {
  const socket = nodeTls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ...options });
  onTestFinished(() => {
    socket.on('error', () => {});
    socket.destroy();
  });
  return socket;
}

/** The next event, or an `error`. */
export async function event(emitter: NodeJS.EventEmitter, name: string): Promise<unknown[]> {
  return (await once(emitter as never, name)) as unknown[];
}
