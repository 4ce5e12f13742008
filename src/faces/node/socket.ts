import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { createClientEngine, type Engine } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { ClientSettings } from '../../handshake/client/settings.ts';
import type { Event, TraceMessage, TraceRecord } from '../../handshake/events.ts';
import type { Facts } from '../../handshake/facts.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import { tracer } from '../../wire/index.ts';
import { alpnFrom } from './alpn.ts';
import { checkServerIdentity } from './check-server-identity.ts';
import { failureOf } from './errors.ts';
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
import { invalidArgType, invalidArgValue, nodeError, outOfRange } from './node-error.ts';
import type { ConnectOptions, TlsSocketOptions } from './options.ts';
import {
  type DetailedNodeCertificate,
  detailedCertificate,
  type NodeCertificate,
  nodeCertificate,
  x509Chain,
} from './peer-certificate.ts';
import { replaceable } from './replaceable.ts';
import { contextFrom, type SecureContext } from './secure-context.ts';
import { SecureStream } from './secure-stream.ts';
import { traceText } from './trace.ts';
import { NodeVerifier } from './verifier.ts';

type TraceSink = (item: TraceRecord | TraceMessage) => void;
type Certificate = NodeCertificate | Record<string, never>;
type Detailed = DetailedNodeCertificate | Record<string, never>;

/** Node's `tls.TLSSocket`: TLS over a socket, or any Duplex, as client. */
export class TLSSocket extends SecureStream {
  /** Always true: tells TLS from plain sockets. */
  readonly encrypted: true = true;
  /** Whether the peer's certificate leads to a trusted authority and is for the name asked for. */
  authorized: boolean = false;
  /** Why not: OpenSSL's or Node's code, else a sentence. */
  authorizationError: string | null = null;
  /** The protocol agreed on by ALPN, false for none, null before the handshake is done. */
  alpnProtocol: string | false | null = null;
  /** The name sent, false for none, null before the handshake is done. */
  servername: string | false | null = null;
  private readonly context: SecureContext;
  private readonly options: ConnectOptions;
  private readonly protocols: readonly string[];
  private sni: string | null;
  private traceSink: TraceSink | null = null;

  constructor(socket?: Duplex | null, options: TlsSocketOptions = {}) {
    if (options.isServer === true) throw invalidArgValue('options.isServer', true, 'must be false: this is a client');
    const { secureContext, trace } = options;
    const context = secureContext === undefined ? replaceable.createSecureContext(options) : contextFrom(secureContext);
    const protocols = alpnFrom(options.ALPNProtocols);
    super(duplexFrom(socket), options, context.signTimeout);
    this.context = context;
    this.options = options;
    this.protocols = protocols;
    this.sni = sniFrom(options);
    if (trace) this.traceSink = typeof trace === 'function' ? trace : (item) => this.emit('trace', item);
    if (options.enableTrace) this.enableTrace();
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

  getEphemeralKeyInfo(): EphemeralKeyInfo | null {
    return this.destroyed ? null : ephemeralKeyOf(this.facts);
  }

  /** The signature schemes that the peer offered, by OpenSSL's names, in its order. */
  getSharedSigalgs(): string[] | null {
    return this.destroyed ? null : sharedSigalgsOf(this.facts);
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

  /** The name to send; before the handshake. */
  setServername(name: string): void {
    if (typeof name !== 'string') throw invalidArgType('name', ['string'], name);
    this.sni = name;
  }

  /** The most plaintext that one record is given, 512 to 16,384 bytes. False: it is something else. */
  setMaxSendFragment(size: number = 16_384): boolean {
    if (typeof size !== 'number') throw invalidArgType('size', ['number'], size);
    if (size < 512 || size > 16_384) return false;
    this.channel.maxSendFragment = size;
    return true;
  }

  /** A client never renegotiates unless it is told to. */
  disableRenegotiation(): void {}

  /** Prints the handshake to stderr; before it begins. */
  enableTrace(): void {
    this.traceSink = (item) => {
      if (item.type === 'message') process.stderr.write(traceText(item));
    };
  }

  protected createEngine(): Engine {
    const host = this.sni || this.options.host || hostOf(this.channel.transport) || 'localhost';
    const own: Partial<ClientSettings> & Pick<ClientSettings, 'verifier'> = {
      verifier: this.verifierFor(host),
      serverName: host,
      sendServerName: this.sni !== null && this.sni !== '' && isIP(this.sni) === 0,
      alpn: this.protocols,
      requestOcsp: this.options.requestOCSP === true,
      keyLog: this.listenerCount('keylog') > 0,
      tracer: this.traceSink === null ? null : tracer,
    };
    return createClientEngine(this.context.clientSettings(own));
  }

  protected onSecure(): void {
    const { facts } = this;
    const error = facts.peer?.verdict.error ?? null;
    this.authorized = error === null;
    this.authorizationError = error === null ? null : nameOf(failureOf(error, this.options));
    this.alpnProtocol = facts.alpn == null ? false : Buffer.from(facts.alpn, 'latin1').toString();
    this.servername = facts.serverName ?? false;
    this.emit('secure');
  }

  protected onEvent(event: Event): void {
    if (event.type === 'key-log') this.emit('keylog', keyLogLine(event.label, event.random, event.secret));
    else if ((event.type === 'record' || event.type === 'message') && this.traceSink !== null) this.traceSink(event);
  }

  protected errorFor(error: TlsError): Error {
    const failure = failureOf(error, this.options);
    const refused = error.received === 'protocol_version' && this.context.cappedByKey;
    if (refused) failure.message += '; only TLS 1.2 was offered because the key cannot sign as TLS 1.3 requires';
    return failure;
  }

  private get facts(): Partial<Facts> {
    return this.channel.engine?.facts ?? {};
  }

  private verifierFor(host: string): PeerVerifier {
    const { options, context } = this;
    const check = options.checkServerIdentity ?? replaceable.checkServerIdentity;
    const verifier =
      options.verifier ??
      new NodeVerifier({
        path: context.pathVerifier,
        host,
        check: check === checkServerIdentity ? null : check,
        rejectUnauthorized: options.rejectUnauthorized !== false,
      });
    return options.requestOCSP === true ? this.reportingOcsp(verifier) : verifier;
  }

  /** As in Node the stapled response is shown before the certificate is judged. */
  private reportingOcsp(verifier: PeerVerifier): PeerVerifier {
    return {
      verify: (identity, signal) => {
        this.emit('OCSPResponse', identity.ocspResponse === null ? null : buffer(identity.ocspResponse));
        return verifier.verify(identity, signal);
      },
    };
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

/** The name to send: the one asked for, else the host's. An IP address is never sent (RFC 6066, section 3). */
function sniFrom(options: ConnectOptions): string | null {
  const { servername, host } = options;
  if (servername !== undefined) return servername;
  return host === undefined || host === null || isIP(host) !== 0 ? null : host;
}

function duplexFrom(socket: unknown): Duplex | null {
  if (socket === undefined || socket === null) return null;
  if (typeof (socket as Partial<Duplex>).write === 'function' && typeof (socket as Partial<Duplex>).on === 'function') {
    return socket as Duplex;
  }
  throw invalidArgType('socket', ['Duplex'], socket);
}

/** The host that a socket was connected to. */
function hostOf(transport: Duplex): string | undefined {
  return (transport as { _host?: string | null })._host ?? undefined;
}

function nameOf(error: Error): string {
  return (error as { code?: string }).code ?? error.message;
}
