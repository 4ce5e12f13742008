import { once } from 'node:events';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import nodeTls, { type TLSSocket as NodeSocket, type Server, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import tls, { type ConnectOptions, type TLSSocket } from '../../../../src/index.ts';
import { type Ca, EKU, type Issued, type KeyType, makeCa } from '../../../support/pki.ts';

export const ca: Ca = makeCa({ name: 'Face CA' });
export const other: Ca = makeCa({ name: 'Another CA' });

const issued = new Map<string, Issued>();

/** A certificate for `localhost` and 127.0.0.1, for servers and clients, with a key of this kind; one for each kind. */
export function leafOf(key: KeyType = 'P-256'): Issued {
  const known = issued.get(key);
  if (known !== undefined) return known;
  const leaf = ca.issue({ key, eku: [EKU.server, EKU.client] });
  issued.set(key, leaf);
  return leaf;
}

export interface Listening {
  readonly port: number;
  readonly server: NetServer;
  /** The server's ends, in the order in which their handshakes were done (or, without TLS, in which they came). */
  readonly sockets: (NodeSocket | Socket)[];
  /** What went wrong in handshakes, as the server saw it. */
  readonly errors: (Error & { code?: string })[];
}

/** A real node:tls server that is gone when the test is. */
export async function nodeServer(options: TlsOptions = {}, handler?: (socket: NodeSocket) => void): Promise<Listening> {
  const leaf = leafOf();
  const server: Server = nodeTls.createServer({ cert: leaf.chain, key: leaf.key, ...options });
  const sockets: NodeSocket[] = [];
  const errors: Error[] = [];
  server.on('tlsClientError', (error) => errors.push(error));
  server.on('secureConnection', (socket) => {
    socket.on('error', (error) => errors.push(error));
    sockets.push(socket);
    handler?.(socket);
  });
  return { port: await listen(server), server, sockets, errors };
}

/** A server of plain TCP that is gone when the test is. */
export async function plainServer(handler: (socket: Socket) => void): Promise<Listening> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    handler(socket);
  });
  return { port: await listen(server), server, sockets, errors: [] };
}

async function listen(server: NetServer): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** A client of ours on loopback that trusts `ca`, and is destroyed when the test is done. */
export function client(port: number, options: ConnectOptions = {}): TLSSocket {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ...options });
  onTestFinished(() => {
    socket.on('error', () => {});
    socket.destroy();
  });
  return socket;
}

/** The same, once its handshake is done. */
export async function secured(port: number, options: ConnectOptions = {}): Promise<TLSSocket> {
  const socket = client(port, options);
  await once(socket, 'secureConnect');
  return socket;
}

export type Failure = Error & { code?: string; cause?: unknown };

/** The error that a socket ends with, after it has closed. */
export async function failureOf(socket: TLSSocket | NodeSocket): Promise<Failure> {
  let failure: Failure | null = null;
  socket.once('error', (error) => {
    failure = error;
  });
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (failure === null) throw new Error('the socket closed without an error');
  return failure;
}

/** Everything that a readable brings until its end; unlike `for await` it leaves the other direction alone. */
export async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

/** The server's first end, once its handshake is done, which in TLS 1.3 is after the client's. */
export async function accepted(listening: Listening): Promise<NodeSocket> {
  if (listening.sockets.length === 0) await once(listening.server, 'secureConnection');
  return listening.sockets[0] as NodeSocket;
}

export const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

export const only = (version: string): { minVersion: 'TLSv1.3'; maxVersion: 'TLSv1.3' } => ({
  minVersion: version as 'TLSv1.3',
  maxVersion: version as 'TLSv1.3',
});
