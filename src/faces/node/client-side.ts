import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { isArrayBufferView } from 'node:util/types';
import { createClientEngine, type Engine } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { ClientSettings, SessionSource } from '../../handshake/client/settings.ts';
import type { Event, Tracer } from '../../handshake/events.ts';
import type { Facts } from '../../handshake/facts.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import type { Session } from '../../handshake/session.ts';
import { alpnOption } from './alpn.ts';
import { checkServerIdentity } from './check-server-identity.ts';
import { failureOf } from './errors.ts';
import { buffer } from './facts.ts';
import { invalidArgType } from './node-error.ts';
import type { ConnectOptions, PskClientCallback } from './options.ts';
import { clientPsk } from './psk.ts';
import { replaceable } from './replaceable.ts';
import type { SecureContext } from './secure-context.ts';
import { decodeSession, encodeSession } from './session.ts';
import type { Side, SideHost } from './side.ts';
import { NodeVerifier } from './verifier.ts';
import { viewBytes } from './view-bytes.ts';

type Own = { -readonly [K in keyof ClientSettings]?: ClientSettings[K] } & Pick<ClientSettings, 'verifier'>;

/** A TLSSocket as client. */
export class ClientSide implements Side {
  readonly isServer = false;
  /** The session that was given, then the newest that the server gave. */
  session: Session | null = null;
  /** The name to send. */
  sni: string | null;
  private readonly host: SideHost;
  private readonly transport: Duplex;
  private readonly options: ConnectOptions;
  private readonly context: SecureContext;
  private readonly protocols: readonly string[];
  private readonly tracer: () => Tracer | null;
  private settings: Own | null = null;
  /** Whether `earlyData` went out with the hello; null where there is none. */
  sentEarly: boolean | null = null;
  private readonly earlyData: Uint8Array | null;
  /** Sessions that came before the server was believed. */
  private early: Session[] = [];

  constructor(
    host: SideHost,
    transport: Duplex,
    options: ConnectOptions,
    context: SecureContext,
    tracer: () => Tracer | null,
  ) {
    this.host = host;
    this.transport = transport;
    this.options = options;
    this.context = context;
    this.tracer = tracer;
    this.protocols = alpnOption(options);
    this.sni = sniFrom(options);
    this.earlyData = earlyDataFrom(options.earlyData);
    if (this.earlyData !== null) this.sentEarly = false;
    if (options.session) this.setSession(options.session);
  }

  setSession(session: Buffer | string): void {
    this.session = decodeSession(typeof session === 'string' ? Buffer.from(session, 'latin1') : session);
  }

  createEngine(): Engine {
    const host = this.sni || this.options.host || hostOf(this.transport) || 'localhost';
    const own: Own = {
      verifier: this.verifierFor(host),
      serverName: host,
      sendServerName: this.sni !== null && this.sni !== '' && isIP(this.sni) === 0,
      alpn: this.protocols,
      requestOcsp: this.options.requestOCSP === true || this.context.pathVerifier.wantsOcsp === true,
      // As OpenSSL does: what a server asks for is done, and the engine bounds how often.
      renegotiation: 'freely',
      sessions: this.sessions(host),
      earlyData: this.earlyData !== null,
      ...this.preShared(),
      keyLog: this.host.listenerCount('keylog') > 0,
      tracer: this.tracer(),
    };
    const settings = this.context.clientSettings(own);
    this.settings = settings;
    return createClientEngine(settings);
  }

  refusal(facts: Partial<Facts>): string | null {
    const error = facts.peer?.verdict.error ?? null;
    return error === null ? null : nameOf(failureOf(error, this.options));
  }

  errorFor(error: TlsError): Error {
    const failure = failureOf(error, this.options);
    const refused = error.received === 'protocol_version' && this.context.cappedByKey;
    if (refused) failure.message += '; only TLS 1.2 was offered because the key cannot sign as TLS 1.3 requires';
    return failure;
  }

  isSilentAbout(): boolean {
    return false;
  }

  onEvent(event: Event): void {
    if (event.type === 'session') {
      this.session = event.session;
      if (this.host.secureConnecting) this.early.push(event.session);
      else this.announce(event.session);
    } else if (event.type === 'early-data' && event.status === 'possible') {
      this.sentEarly = this.host._sendEarly(this.earlyData!);
    } else if (event.type === 'secure') {
      const { early } = this;
      this.early = [];
      for (const session of early) this.announce(session);
    }
  }

  disableRenegotiation(): void {
    if (this.settings !== null) this.settings.renegotiation = 'never';
  }

  setVerification(): void {
    // A client always asks for the server's certificate, and judges it anew in each handshake.
  }

  private preShared(): Pick<ClientSettings, 'psk' | 'pskInTls13'> | null {
    const { pskCallback } = this.options;
    if (pskCallback === undefined || pskCallback === null) return null;
    return { psk: clientPsk(pskCallback as PskClientCallback), pskInTls13: true };
  }

  private announce(session: Session): void {
    this.host.emit('session', encodeSession(session));
  }

  /** Node's rule: nothing is resumed but what was given, unless there is a cache. */
  private sessions(host: string): SessionSource | null {
    const { session, options } = this;
    if (session !== null) return { load: () => session };
    return options.sessionCache?.source(`${host}:${options.port ?? options.path ?? ''}`) ?? null;
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
        this.host.emit('OCSPResponse', identity.ocspResponse === null ? null : buffer(identity.ocspResponse));
        return verifier.verify(identity, signal);
      },
    };
  }
}

/** The name to send: the one asked for, else the host's. An IP address is never sent (RFC 6066, section 3). */
function sniFrom(options: ConnectOptions): string | null {
  const { servername, host } = options;
  if (servername !== undefined) return servername;
  return host === undefined || host === null || isIP(host) !== 0 ? null : host;
}

function earlyDataFrom(value: unknown): Uint8Array | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' && !isArrayBufferView(value)) {
    throw invalidArgType('options.earlyData', ['string', 'Buffer', 'TypedArray', 'DataView'], value);
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : viewBytes(value);
  return bytes.length === 0 ? null : new Uint8Array(bytes);
}

/** The host that a socket was connected to. */
function hostOf(transport: Duplex): string | undefined {
  return (transport as { _host?: string | null })._host ?? undefined;
}

function nameOf(error: Error): string {
  return (error as { code?: string }).code ?? error.message;
}
