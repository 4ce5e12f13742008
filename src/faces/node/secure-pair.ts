import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import type { ContextHolder, TlsSocketOptions } from './options.ts';
import { replaceable } from './replaceable.ts';
import { contextFrom } from './secure-context.ts';
import { TLSSocket } from './socket.ts';

/** One end of a pipe in memory: what is written to one is read from the other. */
class PipeEnd extends Duplex {
  other: PipeEnd | null = null;
  private taken: ((error?: Error | null) => void) | null = null;

  override _read(): void {
    const { taken } = this;
    this.taken = null;
    taken?.();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const other = this.other!;
    if (chunk.length === 0) {
      process.nextTick(done);
      return;
    }
    other.taken = done;
    other.push(chunk);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.other!.on('end', done);
    this.other!.push(null);
  }
}

/** Two streams of Node v0.10: what is encrypted, to be piped to and from a transport, and what is not. */
export class SecurePair extends EventEmitter {
  readonly cleartext: TLSSocket;
  readonly encrypted: Duplex;
  readonly credentials: ContextHolder;

  constructor(
    context?: ContextHolder | null,
    isServer: boolean = false,
    requestCert?: boolean,
    rejectUnauthorized?: boolean,
    options: TlsSocketOptions = {},
  ) {
    super();
    const inside = new PipeEnd();
    const outside = new PipeEnd();
    inside.other = outside;
    outside.other = inside;
    this.credentials = context ?? replaceable.createSecureContext();
    this.encrypted = outside;
    this.cleartext = new TLSSocket(inside, {
      secureContext: contextFrom(this.credentials),
      isServer,
      requestCert: requestCert ?? !isServer,
      // As documented it is for servers; whoever uses a client looks at `cleartext.authorized`.
      rejectUnauthorized: isServer ? rejectUnauthorized !== false : rejectUnauthorized === true,
      ...options,
    });
    this.cleartext.on('secure', () => this.emit('secure'));
    if (!isServer) this.cleartext._start();
  }

  destroy(): void {
    this.cleartext.destroy();
    this.encrypted.destroy();
  }
}

/**
 * Node v0.10's `tls.createSecurePair`. `secure` is emitted when the handshake is done; `pair.cleartext.authorized` then
 * tells whether the peer's certificate leads to a trusted authority, and for a client with `options.servername` or
 * `options.host` whether it is for that name.
 */
export function createSecurePair(
  context?: ContextHolder | null,
  isServer?: boolean,
  requestCert?: boolean,
  rejectUnauthorized?: boolean,
  options?: TlsSocketOptions,
): SecurePair {
  return new SecurePair(context, isServer, requestCert, rejectUnauthorized, options);
}
