import { createServerEngine, type Engine } from '../../engine/index.ts';
import { fail, isTlsError, type TlsError } from '../../errors/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { isThenable } from '../../flow/index.ts';
import type { Event, Tracer } from '../../handshake/events.ts';
import type { Facts } from '../../handshake/facts.ts';
import type { HelloFacts, ServerSettings } from '../../handshake/server/settings.ts';
import { VERSION_CODES } from '../../handshake/version.ts';
import { opensslCode } from '../../x509/openssl-codes.ts';
import { alpnOption, chosenProtocol } from './alpn.ts';
import { ClientVerifier } from './client-verifier.ts';
import { serverFailureOf } from './errors.ts';
import { nodeError } from './node-error.ts';
import { stapler } from './ocsp-request.ts';
import type { PskServerCallback, TlsSocketOptions } from './options.ts';
import { checkHint, serverPsk } from './psk.ts';
import { renegotiationLimits } from './renegotiation.ts';
import type { SecureContext } from './secure-context.ts';
import type { ServerHooks } from './server-hooks.ts';
import type { SignatureMatch } from './server-reasons.ts';
import { keepersFor } from './session-events.ts';
import type { Side, SideHost } from './side.ts';
import { chooseContext } from './sni.ts';

type Mutable = { -readonly [K in keyof ServerSettings]: ServerSettings[K] };

/** A TLSSocket as server. */
export class ServerSide implements Side {
  readonly isServer = true;
  private readonly host: SideHost;
  private readonly options: TlsSocketOptions;
  private readonly context: SecureContext;
  /** The tls.Server, if there is one. */
  private readonly server: ServerHooks | null;
  private readonly protocols: readonly string[];
  private readonly tracer: () => Tracer | null;
  private requestCert: boolean;
  private rejectUnauthorized: boolean;
  /** What `setKeyCert` gave. */
  private identity: SecureContext | null = null;
  private settings: Mutable | null = null;
  private renegotiationDisabled: boolean = false;
  /** How the client's signature schemes and ours went together. */
  private signatures: SignatureMatch = 'unknown';

  constructor(
    host: SideHost,
    options: TlsSocketOptions,
    context: SecureContext,
    server: ServerHooks | null,
    tracer: () => Tracer | null,
  ) {
    this.host = host;
    this.options = options;
    this.context = context;
    this.server = server;
    this.tracer = tracer;
    this.protocols = alpnOption(options);
    this.requestCert = Boolean(options.requestCert);
    this.rejectUnauthorized = options.rejectUnauthorized !== false;
  }

  createEngine(): Engine {
    checkHint(this.options.pskIdentityHint);
    const settings = this.settingsOf(this.context, this.protocols, false);
    return createServerEngine({ ...settings, chooseConfig: (hello) => this.choose(hello) });
  }

  /** Another key and certificate for this connection, until they are sent. */
  setKeyCert(identity: SecureContext): void {
    this.identity = identity;
  }

  refusal(facts: Partial<Facts>): string | null | undefined {
    if (!this.requestCert) return undefined;
    const { peer = null } = facts;
    if (peer === null) return facts.resumed === true || facts.suite === undefined ? null : 'UNABLE_TO_GET_ISSUER_CERT';
    const { error } = peer.verdict;
    return error === null ? null : ((serverFailureOf(error) as { code?: string }).code ?? error.message);
  }

  errorFor(error: TlsError, firstByte: number): Error {
    if (error.code !== 'ERR_TLS_RENEGOTIATION_REFUSED') {
      const failure = serverFailureOf(error, firstByte, this.signatures);
      return opensslCode(error.code) === null ? failure : this.unauthorized(failure);
    }
    if (this.renegotiationDisabled) {
      const message = 'TLS session renegotiation disabled for this socket';
      return nodeError(Error, 'ERR_TLS_RENEGOTIATION_DISABLED', message, error);
    }
    return nodeError(Error, 'ERR_TLS_SESSION_ATTACK', 'TLS session renegotiation attack detected', error);
  }

  /** As in Node neither a client that renegotiates against the rules learns anything, nor one that speaks no TLS. */
  isSilentAbout(error: TlsError): boolean {
    return error.code === 'ERR_TLS_RENEGOTIATION_REFUSED' || error.code === 'ERR_TLS_NOT_TLS';
  }

  onEvent(_event: Event): void {
    // A server has nothing to tell but what every TLSSocket tells.
  }

  disableRenegotiation(): void {
    this.renegotiationDisabled = true;
    if (this.settings !== null) this.settings.renegotiation = null;
  }

  setVerification(requestCert: boolean | null, rejectUnauthorized: boolean | null): void {
    this.requestCert = requestCert ?? this.requestCert;
    this.rejectUnauthorized = rejectUnauthorized ?? this.rejectUnauthorized;
    if (this.settings !== null) Object.assign(this.settings, this.verification(this.context));
  }

  /** Where a client's certificate is refused Node says that the connection is gone, and why on the socket. */
  private unauthorized(cause: Error): Error {
    const reason = (cause as { code?: string }).code ?? cause.message;
    this.host.authorizationError = reason;
    const message = `socket hang up: the client's certificate was refused: ${cause.message} (${reason})`;
    return nodeError(Error, 'ECONNRESET', message, cause);
  }

  /** The rest of the settings, now that it is known what the client asks for. */
  private choose(hello: HelloFacts): Awaitable<ServerSettings> {
    this.host.servername = hello.serverName ?? false;
    const chosen = this.guarded(() => chooseContext(hello.serverName, this.options.SNICallback, this.server));
    if (!isThenable(chosen)) return this.chosen(hello, chosen);
    return chosen.then(
      (context) => this.chosen(hello, context),
      (reason) => this.refuse(reason),
    );
  }

  private chosen(hello: HelloFacts, context: SecureContext | null): ServerSettings {
    const protocols = this.guarded(() => this.protocolsFor(hello));
    const used = context ?? this.context;
    const is13 = used.versions.includes('TLSv1.3') && hello.versions.includes(VERSION_CODES['TLSv1.3']);
    const settings = this.settingsOf(used, protocols, is13);
    this.signatures = matchOf(hello, used, is13);
    if (this.identity !== null) settings.credentials = this.identity.credentialSource;
    this.settings = settings;
    return settings;
  }

  private protocolsFor(hello: HelloFacts): readonly string[] {
    const { ALPNCallback } = this.options;
    if (ALPNCallback === undefined || hello.alpn.length === 0) return this.protocols;
    const protocol = chosenProtocol(this.host, ALPNCallback, hello);
    return protocol === null ? fail('ERR_TLS_ALPN', 'ALPNCallback chose none') : [protocol];
  }

  private settingsOf(context: SecureContext, protocols: readonly string[], is13: boolean): Mutable {
    const { host, server } = this;
    return context.serverSettings({
      ...this.verification(context),
      ...keepersFor(server, this.context, is13, (error) => this.drop(error)),
      alpn: protocols,
      stapler: stapler(server, context, (error) => this.drop(error)),
      psk: this.preShared(),
      renegotiation: this.renegotiationDisabled ? null : renegotiationLimits,
      keyLog: host.listenerCount('keylog') > 0 || (server?.listenerCount('keylog') ?? 0) > 0,
      tracer: this.tracer(),
    });
  }

  private preShared(): ServerSettings['psk'] {
    const { pskCallback, pskIdentityHint } = this.options;
    if (pskCallback === undefined || pskCallback === null) return null;
    return serverPsk(this.host, pskCallback as PskServerCallback, pskIdentityHint);
  }

  private verification(context: SecureContext): Pick<ServerSettings, 'clientAuth' | 'authorities' | 'verifier'> {
    const { requestCert, rejectUnauthorized } = this;
    const { verifier = new ClientVerifier(context, rejectUnauthorized) } = this.options;
    if (!requestCert) return { clientAuth: 'none', authorities: [], verifier };
    const clientAuth = rejectUnauthorized ? 'require' : 'request';
    return { clientAuth, authorities: context.authorities, verifier };
  }

  /** What a callback of the application throws ends this connection, and is what its listeners are told. */
  private guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (reason) {
      return this.refuse(reason);
    }
  }

  /** As in Node the client is told nothing, unless it is the protocol that has the alert for it. */
  private refuse(reason: unknown): never {
    if (!isTlsError(reason)) this.drop(reason instanceof Error ? reason : new Error(String(reason)));
    throw reason;
  }

  private drop(error: Error): void {
    this.host._abandon(error);
  }
}

function matchOf(hello: HelloFacts, context: SecureContext, is13: boolean): SignatureMatch {
  const own = context.schemes;
  if (own !== null && !own.some((scheme) => hello.schemes.includes(scheme.id))) return 'none shared';
  return is13 ? 'unknown' : 'no cipher without a certificate';
}
