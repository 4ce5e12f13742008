import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Engine } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { Event, TraceMessage, TraceRecord, Tracer } from '../../handshake/events.ts';
import type { Facts } from '../../handshake/facts.ts';
import { tracer } from '../../wire/index.ts';
import { ClientSide } from './client-side.ts';
import {
  buffer,
  type CipherNameAndProtocol,
  cipherOf,
  type EphemeralKeyInfo,
  ephemeralKeyOf,
  keyLogLine,
  peerChainOf,
  sharedSigalgsOf,
} from './facts.ts';
import { IdleTimer } from './idle-timer.ts';
import { invalidArgType, nodeError, openSslError, outOfRange } from './node-error.ts';
import type { SecureContextOptions, TlsSocketOptions } from './options.ts';
import {
  type DetailedNodeCertificate,
  detailedCertificate,
  type NodeCertificate,
  nodeCertificate,
  x509Chain,
} from './peer-certificate.ts';
import { replaceable } from './replaceable.ts';
import { contextFrom, SecureContext } from './secure-context.ts';
import { SecureStream } from './secure-stream.ts';
import type { ServerHooks } from './server-hooks.ts';
import { ServerSide } from './server-side.ts';
import { describedSession, emptySession, encodeSession } from './session.ts';
import { traceText } from './trace.ts';

type TraceSink = (item: TraceRecord | TraceMessage) => void;
type Certificate = NodeCertificate | Record<string, never>;
type Detailed = DetailedNodeCertificate | Record<string, never>;

/** Node's `tls.TLSSocket`: TLS over a socket, or any Duplex, as client or, by `isServer`, as server. */
export class TLSSocket extends SecureStream {
  /** Always true: tells TLS from plain sockets. */
  readonly encrypted: true = true;
  /** Whether the peer's certificate leads to a trusted authority and is for the name asked for. */
  authorized: boolean = false;
  /** Why not: OpenSSL's or Node's code, else a sentence. */
  authorizationError: string | null = null;
  /** The protocol agreed on by ALPN, false for none, null before the handshake is done. */
  alpnProtocol: string | false | null = null;
  /** The name in SNI, false for none; null before it is known. */
  servername: string | false | null = null;
  /** The tls.Server that accepted the connection. */
  readonly server: ServerHooks | undefined;
  private readonly context: SecureContext;
  private readonly side: ClientSide | ServerSide;
  private readonly handshakeTimer: IdleTimer = new IdleTimer();
  /** Milliseconds; 0: no limit. */
  private readonly handshakeTimeout: number;
  private traceSink: TraceSink | null = null;

  constructor(socket?: Duplex | null, options: TlsSocketOptions & { readonly server?: ServerHooks | undefined } = {}) {
    const { secureContext, trace, server, handshakeTimeout = 0 } = options;
    const isServer = options.isServer === true;
    if (options.SNICallback && typeof options.SNICallback !== 'function') {
      throw invalidArgType('options.SNICallback', ['function'], options.SNICallback);
    }
    const given = secureContext ?? null;
    const context = given === null ? replaceable.createSecureContext(options) : contextFrom(given);
    super(duplexFrom(socket), options, context.signTimeout);
    this.context = context;
    this.server = server;
    this.handshakeTimeout = isServer ? handshakeTimeout : 0;
    const traces = (): Tracer | null => (this.traceSink === null ? null : tracer);
    this.side = isServer
      ? new ServerSide(this, options, context, server ?? null, traces)
      : new ClientSide(this, this.channel.transport, options, context, traces);
    if (trace) this.traceSink = typeof trace === 'function' ? trace : (item) => this.emit('trace', item);
    if (options.enableTrace) this.enableTrace();
    if (!isServer) return;
    if (options.pauseOnConnect) this.pause();
    this.limitHandshake();
    this._start();
  }

  /** The name that ALPN's forerunner had for `alpnProtocol`, in Node v0.10. */
  get npnProtocol(): string | false | null {
    return this.alpnProtocol;
  }

  /** Whether the handshake is done; Node's https servers are asked for it under this name. */
  get _secureEstablished(): boolean {
    return !this.secureConnecting;
  }

  /** The peer's certificate as Node shows it; with `detailed` also its issuers. Empty if there is none. */
  getPeerCertificate(detailed: true): Detailed | null;
  getPeerCertificate(detailed?: false): Certificate | null;
  getPeerCertificate(detailed: boolean = false): Certificate | Detailed | null {
    if (this.destroyed) return null;
    const chain = peerChainOf(this.facts);
    return detailed ? detailedCertificate(chain) : nodeCertificate(chain);
  }

  getPeerX509Certificate(): X509Certificate | undefined {
    return this.destroyed ? undefined : x509Chain(this.facts.peer?.chain ?? []);
  }

  /** Our own certificate as Node shows it; empty if there is none. */
  getCertificate(): Certificate | null {
    return this.destroyed ? null : nodeCertificate(this.ownChain().slice(0, 1));
  }

  getX509Certificate(): X509Certificate | undefined {
    return this.destroyed ? undefined : x509Chain(this.ownChain().slice(0, 1));
  }

  getCipher(): CipherNameAndProtocol | null | undefined {
    return this.destroyed ? null : cipherOf(this.facts);
  }

  getProtocol(): string | null {
    return this.destroyed ? null : (this.facts.version ?? this.context.versions[0]!);
  }

  /** Null on servers, as in Node. */
  getEphemeralKeyInfo(): EphemeralKeyInfo | null {
    return this.destroyed || this.side.isServer ? null : ephemeralKeyOf(this.facts);
  }

  /** The signature schemes that both ends know, by OpenSSL's names, in the peer's order. */
  getSharedSigalgs(): string[] | null {
    return this.destroyed ? null : sharedSigalgsOf(this.facts, this.context.schemes);
  }

  /** verify_data of our Finished. */
  getFinished(): Buffer | null | undefined {
    return this.verifyData(this.facts.ownFinished);
  }

  getPeerFinished(): Buffer | null | undefined {
    return this.verifyData(this.facts.peerFinished);
  }

  isSessionReused(): boolean | null {
    return this.destroyed ? null : this.facts.resumed === true;
  }

  /** RFC 9846, section 7.5, or RFC 5705. Throws ERR_TLS_INVALID_STATE before the handshake is done. */
  exportKeyingMaterial(length: number, label: string, context?: Buffer): Buffer {
    if (typeof length !== 'number') throw invalidArgType('length', ['number'], length);
    if (!Number.isInteger(length)) throw outOfRange('length', 'an integer', length);
    if (length < 1 || length > 2 ** 32 - 1) throw outOfRange('length', '>= 1 && <= 4294967295', length);
    if (typeof label !== 'string') throw invalidArgType('label', ['string'], label);
    if (context !== undefined && !ArrayBuffer.isView(context)) {
      throw invalidArgType('context', ['Buffer', 'TypedArray', 'DataView'], context);
    }
    if (this.secureConnecting || this.destroyed) {
      throw nodeError(Error, 'ERR_TLS_INVALID_STATE', 'TLS socket connection must be securely established');
    }
    return buffer(this.channel.engine!.exportKeys(label, context ?? null, length));
  }

  /**
   * Client: what is needed to resume this session later, as `session` takes it. It holds a secret, unencrypted. In
   * TLS 1.3 nothing can be resumed before the server's ticket came, which the `session` event tells. Server: a
   * description without secrets. Null on a socket that is destroyed.
   */
  getSession(): Buffer | null | undefined {
    if (this.destroyed) return null;
    if (this.secureConnecting) return undefined;
    if (!(this.side instanceof ClientSide)) return describedSession(this.facts);
    const { session } = this.side;
    return session === null ? emptySession() : encodeSession(session);
  }

  /** Client: the session to resume; before the handshake. What is no session of ours is left aside. */
  setSession(session: Buffer | string): void {
    if (this.side instanceof ClientSide) this.side.setSession(session);
  }

  /** Client: the newest ticket; undefined on servers, null on a socket that is destroyed. */
  getTLSTicket(): Buffer | null | undefined {
    if (this.destroyed) return null;
    const { session } = this.side as Partial<ClientSide>;
    return session && session.ticket.length > 0 ? buffer(session.ticket) : undefined;
  }

  /** Client: the name to send; before the handshake. Throws ERR_TLS_SNI_FROM_SERVER on servers. */
  setServername(name: string): void {
    if (typeof name !== 'string') throw invalidArgType('name', ['string'], name);
    if (this.side instanceof ServerSide) {
      throw nodeError(Error, 'ERR_TLS_SNI_FROM_SERVER', 'Cannot issue SNI from a TLS server-side socket');
    }
    this.side.sni = name;
  }

  /** Server: another key and certificate for this connection, from ALPNCallback or SNICallback at the latest. */
  setKeyCert(context: SecureContext | SecureContextOptions): void {
    const holder = (context as { context?: unknown } | null)?.context;
    const identity = holder instanceof SecureContext ? holder : replaceable.createSecureContext(context);
    if (this.side instanceof ServerSide) this.side.setKeyCert(identity);
  }

  /**
   * TLS 1.2: another handshake on the same connection; a server asks the client for it. `callback` is called when it is
   * done, or with what forbids it, and false is returned then: ERR_SSL_WRONG_SSL_VERSION in TLS 1.3. On servers
   * `handshakeTimeout` holds here too: a client that does not answer ends with ERR_TLS_HANDSHAKE_TIMEOUT.
   */
  renegotiate(
    options: { readonly requestCert?: boolean; readonly rejectUnauthorized?: boolean },
    callback?: (error: Error | null) => void,
  ): boolean | undefined {
    if (typeof options !== 'object' || options === null) throw invalidArgType('options', ['object'], options);
    if (callback !== undefined && typeof callback !== 'function') {
      throw invalidArgType('callback', ['function'], callback);
    }
    if (this.destroyed) return undefined;
    this.side.setVerification(options.requestCert ?? null, options.rejectUnauthorized ?? null);
    try {
      this.channel.renegotiate();
    } catch (reason) {
      const error = this.getProtocol() === 'TLSv1.3' ? wrongVersion(reason) : (reason as Error);
      if (callback !== undefined) process.nextTick(callback, error);
      return false;
    }
    this.limitHandshake();
    if (callback !== undefined) this.once('secure', () => callback(null));
    return true;
  }

  /** The most plaintext that one record is given, 512 to 16,384 bytes. False: it is something else. */
  setMaxSendFragment(size: number): boolean {
    if (typeof size !== 'number') throw invalidArgType('size', ['number'], size);
    if (!Number.isInteger(size)) throw outOfRange('size', 'an integer', size);
    if (Math.abs(size) >= 2 ** 31) throw outOfRange('size', '>= -2147483648 && <= 2147483647', size);
    if (size < 512 || size > 16_384) return false;
    this.channel.maxSendFragment = size;
    return true;
  }

  /** From now on the peer's attempts to renegotiate end the connection. */
  disableRenegotiation(): void {
    this.side.disableRenegotiation();
  }

  /** Prints the handshake to stderr; before it begins. */
  enableTrace(): void {
    this.traceSink = (item) => {
      if (item.type === 'message') process.stderr.write(traceText(item));
    };
  }

  /** Ends the connection without a word to the peer. */
  _abandon(error: Error): void {
    this.channel.transport.destroy();
    this.destroy(error);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.handshakeTimer.stop();
    super._destroy(error, callback);
  }

  protected createEngine(): Engine {
    return this.side.createEngine();
  }

  protected onSecure(): void {
    this.handshakeTimer.stop();
    const { facts, side } = this;
    const refusal = side.refusal(facts);
    this.authorized = refusal === null;
    this.authorizationError = refusal ?? null;
    this.alpnProtocol = facts.alpn == null ? false : Buffer.from(facts.alpn, 'latin1').toString();
    this.servername = facts.serverName ?? false;
    this.emit('secure');
    if (!this.destroyed) side.onEvent({ type: 'secure' });
  }

  protected onEvent(event: Event): void {
    if (event.type === 'key-log') this.emit('keylog', keyLogLine(event.label, event.random, event.secret));
    else if ((event.type === 'record' || event.type === 'message') && this.traceSink !== null) this.traceSink(event);
    else this.side.onEvent(event);
  }

  protected onFailure(error: TlsError): void {
    const failure = this.side.errorFor(error, this.channel.firstByte);
    if (this.side.isSilentAbout(error)) this._abandon(failure);
    else this.destroy(failure);
  }

  /** What was agreed on and who the peer is, with its verdict and what was not checked: as much as is known by now. */
  get facts(): Readonly<Partial<Facts>> {
    return this.channel.engine?.facts ?? {};
  }

  /**
   * Whether the server took `earlyData` (on servers: whether early data was taken, if any came), which is known with the
   * handshake; null where nobody spoke of it. What was not taken has not arrived: send it again if you want to.
   */
  get earlyDataAccepted(): boolean | null {
    const { earlyData } = this.facts;
    if (this.secureConnecting || earlyData === undefined) return null;
    if (!(this.side instanceof ClientSide)) return earlyData === 'accepted' ? true : null;
    return this.side.sentEarly === null ? null : this.side.sentEarly && earlyData === 'accepted';
  }

  _sendEarly(bytes: Uint8Array): boolean {
    const engine = this.channel.engine!;
    return engine.earlyDataLeft >= bytes.length && engine.sendEarly(bytes) === bytes.length;
  }

  private limitHandshake(): void {
    this.handshakeTimer.set(this.handshakeTimeout, () => this.destroy(handshakeTimedOut()));
  }

  private ownChain(): readonly Uint8Array[] {
    const { facts } = this;
    return (facts.credential ?? this.context.credentials[0])?.chain ?? [];
  }

  private verifyData(bytes: Uint8Array | undefined): Buffer | null | undefined {
    if (this.destroyed) return null;
    return bytes && buffer(bytes);
  }
}

function duplexFrom(socket: unknown): Duplex | null {
  if (socket === undefined || socket === null) return null;
  if (typeof (socket as Partial<Duplex>).write === 'function' && typeof (socket as Partial<Duplex>).on === 'function') {
    return socket as Duplex;
  }
  throw invalidArgType('socket', ['Duplex'], socket);
}

function handshakeTimedOut(): Error {
  return nodeError(Error, 'ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS handshake timeout');
}

function wrongVersion(cause: unknown): Error {
  return openSslError('ERR_SSL_WRONG_SSL_VERSION', '0A00010A', 'SSL routines', 'wrong ssl version', cause);
}
