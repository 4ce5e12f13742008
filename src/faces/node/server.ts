import { EventEmitter } from 'node:events';
import { Server as NetServer, type Socket } from 'node:net';
import { type AlpnCallback, alpnBuffer, alpnOption } from './alpn.ts';
import { hangUpError } from './errors.ts';
import { invalidArgType, nodeError } from './node-error.ts';
import type { ContextHolder, SecureContextOptions, SniCallback, TlsServerOptions } from './options.ts';
import { replaceable } from './replaceable.ts';
import { contextFrom, type SecureContext } from './secure-context.ts';
import { programContext } from './server-context.ts';
import type { ServerHooks } from './server-hooks.ts';
import { namePattern, type ServerContext } from './sni.ts';
import { TLSSocket } from './socket.ts';
import { inTurn } from './turns.ts';

type Listener = (socket: TLSSocket) => void;

const HANDSHAKE_TIMEOUT = 120_000;

/** Node's `tls.Server`. Made by the function `Server`, which other servers, such as Node's https, build on. */
class TlsServer extends NetServer implements ServerHooks {
  declare requestCert: boolean;
  declare rejectUnauthorized: boolean;
  declare ALPNProtocols: Buffer | undefined;
  declare ALPNCallback: AlpnCallback | undefined;
  declare readonly allowHalfOpen: boolean;
  declare readonly pauseOnConnect: boolean;
  declare _contexts: ServerContext[];
  /** What the constructor was given. */
  declare _tlsOptions: TlsServerOptions;
  declare _sharedCreds: SecureContext;

  /** Replaces key, certificate and whatever else a context has; connections that exist keep theirs. */
  setSecureContext(options: SecureContextOptions): void {
    if (typeof options !== 'object' || options === null) throw invalidArgType('options', ['object'], options);
    const context = this.requestCert ? { sessionIdContext: programContext(), ...options } : options;
    this._sharedCreds = replaceable.createSecureContext(context);
  }

  /** A context for this name, in which `*` stands for one label or a part of it. The newest that fits is used. */
  addContext(hostname: string, context: ContextHolder | SecureContextOptions): void {
    if (!hostname) {
      const message = '"servername" is required parameter for Server.addContext';
      throw nodeError(Error, 'ERR_TLS_REQUIRED_SERVER_NAME', message);
    }
    const made = (context as Partial<SecureContext> | null)?.context;
    const secure = made === undefined ? replaceable.createSecureContext(context as SecureContextOptions) : made;
    this._contexts.push([namePattern(hostname), contextFrom({ context: secure })]);
  }

  /** The 48 bytes that tickets are sealed with. They open all tickets: guard them like a private key. */
  getTicketKeys(): Buffer {
    return this._sharedCreds.getTicketKeys();
  }

  /** What Node's cluster module hands to workers that listen on the same port, so that they resume each other's sessions. */
  _getServerData(): { readonly ticketKeys: string } {
    return { ticketKeys: this.getTicketKeys().toString('hex') };
  }

  _setServerData(data: { readonly ticketKeys: string }): void {
    this.setTicketKeys(Buffer.from(data.ticketKeys, 'hex'));
  }

  /** From now on tickets are sealed with these 48 bytes, and others not opened. */
  setTicketKeys(keys: NodeJS.ArrayBufferView): void {
    this._sharedCreds.setTicketKeys(keys);
  }
}

interface Rejections {
  [EventEmitter.captureRejectionSymbol]?: (error: Error, event: string, ...values: unknown[]) => void;
}

/** What a listener's promise was rejected with ends the connection that it was for. */
function captureRejection(this: TlsServer, error: Error, event: string, ...values: unknown[]): void {
  if (event === 'secureConnection') {
    (values[0] as TLSSocket).destroy(error);
    return;
  }
  const inherited = NetServer.prototype as unknown as Rejections;
  inherited[EventEmitter.captureRejectionSymbol]?.call(this, error, event, ...values);
}

export type Server = TlsServer;

export interface ServerConstructor {
  new (options?: TlsServerOptions | Listener | null, listener?: Listener): Server;
  (options?: TlsServerOptions | Listener | null, listener?: Listener): Server;
  readonly prototype: Server;
}

/** A function, not a class: Node's https calls it on servers of its own. */
export const Server: ServerConstructor = function Server(
  this: TlsServer | undefined,
  options?: TlsServerOptions | Listener | null,
  listener?: Listener,
): Server {
  if (!(this instanceof Server)) return new (Server as unknown as ServerConstructor)(options, listener);
  if (typeof options === 'function') return initialise(this, {}, options);
  if (options !== undefined && options !== null && typeof options !== 'object') {
    throw invalidArgType('options', ['object'], options);
  }
  return initialise(this, options ?? {}, listener);
} as ServerConstructor;

Object.setPrototypeOf(Server, NetServer);
Object.assign(Server, { prototype: TlsServer.prototype });
Object.defineProperties(TlsServer.prototype, {
  constructor: { value: Server, writable: true, configurable: true },
  [EventEmitter.captureRejectionSymbol]: { value: captureRejection, writable: true, configurable: true },
  /** The number of concurrent connections, as in v0.10. */
  connections: {
    get(this: { readonly _connections: number }) {
      return this._connections;
    },
    configurable: true,
  },
});

/** Node's `tls.createServer`. Wrong options throw at once, naming the option. */
export function createServer(options?: TlsServerOptions | Listener | null, listener?: Listener): Server {
  return new Server(options, listener);
}

function initialise(server: TlsServer, options: TlsServerOptions, listener: Listener | undefined): TlsServer {
  checkOptions(options);
  const protocols = options.ALPNProtocols ?? options.NPNProtocols;
  Object.assign(server, {
    _contexts: [],
    _tlsOptions: options,
    requestCert: options.requestCert === true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
    ALPNCallback: options.ALPNCallback,
    ...(protocols ? { ALPNProtocols: alpnBuffer(protocols) } : null),
  });
  server.setSecureContext(options);
  Reflect.apply(NetServer as unknown as () => void, server, [options, arrive]);
  if (listener) server.on('secureConnection', listener);
  return server;
}

function checkOptions(options: TlsServerOptions): void {
  const { handshakeTimeout, SNICallback } = options;
  if (handshakeTimeout && typeof handshakeTimeout !== 'number') {
    throw invalidArgType('options.handshakeTimeout', ['number'], handshakeTimeout);
  }
  if (SNICallback && typeof SNICallback !== 'function') {
    throw invalidArgType('options.SNICallback', ['function'], SNICallback);
  }
  checkPskOptions(options);
  alpnOption(options);
}

function checkPskOptions({ pskCallback, pskIdentityHint }: TlsServerOptions): void {
  if (pskCallback && typeof pskCallback !== 'function') {
    throw invalidArgType('options.pskCallback', ['function'], pskCallback);
  }
  if (pskIdentityHint && typeof pskIdentityHint !== 'string') {
    throw invalidArgType('options.pskIdentityHint', ['string'], pskIdentityHint);
  }
}

function arrive(this: TlsServer, raw: Socket): void {
  // What goes wrong before there is a TLS socket, the TLS socket will find.
  if (!inTurn(() => accept(this, raw))) raw.on('error', () => {});
}

/** One connection: a handshake, and then `secureConnection` or `tlsClientError`, never both. */
function accept(server: TlsServer, raw: Socket): void {
  const { SNICallback, handshakeTimeout, ...options } = server._tlsOptions;
  const socket = new TLSSocket(raw, {
    allowHalfOpen: server.allowHalfOpen,
    secureContext: server._sharedCreds,
    isServer: true,
    server,
    requestCert: server.requestCert,
    rejectUnauthorized: server.rejectUnauthorized,
    handshakeTimeout: handshakeTimeout || HANDSHAKE_TIMEOUT,
    ALPNProtocols: server.ALPNProtocols,
    ALPNCallback: server.ALPNCallback,
    SNICallback: SNICallback as SniCallback | undefined,
    pskCallback: options.pskCallback,
    pskIdentityHint: options.pskIdentityHint,
    enableTrace: options.enableTrace,
    verifier: options.verifier,
    pauseOnConnect: server.pauseOnConnect,
  });
  let told = false;
  const failed = (error: Error): void => {
    if (told) return;
    told = true;
    reportFailure(server, error, socket);
  };
  const closed = (): void => failed(hangUpError());
  socket.on('error', failed);
  socket.on('close', closed);
  socket.on('keylog', (line: Buffer) => server.emit('keylog', line, socket));
  socket.once('secure', () => {
    if (told || socket.destroyed) return;
    told = true;
    socket.off('error', failed);
    socket.off('close', closed);
    server.emit('secureConnection', socket);
  });
}

/** `clientError` is v0.10's name for it; https listens to the new name and emits the old one by itself. */
function reportFailure(server: TlsServer, error: Error, socket: TLSSocket): void {
  if (server.emit('tlsClientError', error, socket)) return;
  server.emit('clientError', error, socket);
}
