import { clientSettings } from '../../config/client.ts';
import { credentialChooser, versionsOf } from '../../config/credentials.ts';
import { schemesFrom as schemesOf } from '../../config/options.ts';
import { serverSettings } from '../../config/server.ts';
import type { SealedTickets } from '../../config/tickets.ts';
import { pathVerifier } from '../../config/verifiers.ts';
import { type Provider, type SchemeInfo, type SignatureScheme, type Suite, schemeByName } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { ClientSettings } from '../../handshake/client/settings.ts';
import type { Credential, CredentialSource } from '../../handshake/credential.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import { ecdhePskServer, pskServer } from '../../handshake/server/exchange-psk12.ts';
import { rsaPskServer, rsaServer } from '../../handshake/server/exchange-rsa12.ts';
import { ecdheServer } from '../../handshake/server/exchange12.ts';
import type { ServerExchange12, ServerSettings } from '../../handshake/server/settings.ts';
import type { Version } from '../../handshake/version.ts';
import { nodeProvider } from '../../providers/node.ts';
import {
  AnchorSet,
  anchorFromCertificate,
  type Certificate,
  type Crl,
  crlsFrom,
  parseCertificate,
} from '../../x509/index.ts';
import { cipherSelection } from './cipher-list.ts';
import { credentialsFrom } from './credentials.ts';
import { defaults } from './defaults.ts';
import { dheFrom } from './dhparam.ts';
import { groupSelection, withCurvesOf } from './groups.ts';
import { defaultGroups, knownGroups, knownSuites, knownVerifiers } from './known.ts';
import { invalidArgType, invalidArgValue, nodeError } from './node-error.ts';
import type { SecureContextOptions } from './options.ts';
import { listOf, pemInput } from './pem-input.ts';
import { pfxContents } from './pfx.ts';
import { checkKeySizes } from './security-level.ts';
import { seen } from './seen.ts';
import { allowsTickets, sealedTickets, serverPartsFrom, ticketKeyArgument, ticketKeyOption } from './server-context.ts';
import { schemesFrom } from './sigalgs.ts';
import { anchorsFrom, defaultAnchors } from './trust.ts';
import { verificationFrom } from './verification.ts';
import { versionsFrom } from './versions.ts';

const EXCHANGES: readonly ServerExchange12[] = [ecdheServer, rsaServer, pskServer, ecdhePskServer, rsaPskServer];

/** What connections share: who is trusted, keys and certificates, suites, groups and versions. Make one and keep it. */
export class SecureContext {
  readonly provider: Provider;
  readonly versions: readonly Version[];
  readonly credentials: readonly Credential[];
  /** Whether the keys cannot do TLS 1.3 although it was asked for. */
  readonly cappedByKey: boolean;
  /** Milliseconds that a signature may take. */
  readonly signTimeout: number;
  private readonly options: SecureContextOptions;
  private readonly parts: Parts;
  private readonly trusted: AnchorSet | null;
  private withExtra: AnchorSet | null = null;
  private base: ClientSettings | null = null;
  private serverBase: ServerSettings | null = null;
  private path: PeerVerifier | null = null;
  private chooser: CredentialSource | null = null;
  private sealed: SealedTickets | null = null;
  private ticketKey: Buffer | null;
  private readonly dhe: readonly ServerExchange12[];
  /** Certificates that came in archives besides those of keys; they are trusted too. */
  private readonly extra: readonly Certificate[];

  constructor(given: SecureContextOptions = {}) {
    const archives = pfxContents(given);
    const options = archives === null ? given : { ...given, ...archives.options };
    this.options = options;
    this.extra = archives === null ? [] : archives.certificates.map(parseCertificate);
    this.provider = options.provider ?? nodeProvider;
    this.signTimeout = timeoutFrom(options.signTimeout);
    const asked = versionsFrom(options, defaults);
    const ca = listOf(options.ca);
    this.trusted = ca.length === 0 ? null : anchorsFrom(ca);
    this.parts = partsFrom(options, this.provider, asked);
    this.credentials = credentialsFrom(options, this.parts.ownSchemes, this.issuers);
    this.ticketKey = ticketKeyOption(options.ticketKeys);
    checkKeySizes(options.ciphers ?? '', this.credentials);
    this.dhe = dheFrom(options.dhparam, Math.max(0, ...this.credentials.map((one) => one.publicKey.bits)));
    const { versions } = this.parts.ciphers;
    // Where `sigalgs` leaves a key nothing to do, that is for the handshake to say, as in Node.
    this.versions = this.parts.ownSchemes === null ? versionsOf(this.credentials, versions) : versions;
    this.cappedByKey = this.versions.length < versions.length;
    if (this.versions.length === 0) throw cannotSign(versions, this.credentials);
  }

  /** Where Node has a handle, this is the context itself: both are accepted wherever a context is. */
  get context(): this {
    return this;
  }

  get anchors(): AnchorSet {
    const own = this.trusted ?? defaultAnchors();
    if (this.extra.length === 0) return own;
    this.withExtra ??= new AnchorSet([...own.all, ...this.extra.map(anchorFromCertificate)]);
    return this.withExtra;
  }

  /** The certificates of `ca` and of archives, which complete chains. */
  get issuers(): readonly Certificate[] {
    const own = this.trusted === null ? [] : this.trusted.all.flatMap((anchor) => anchor.certificate ?? []);
    return [...own, ...this.extra];
  }

  /** The names of `ca`, for clients that are asked for a certificate, as DER. */
  get authorities(): readonly Uint8Array[] {
    return this.issuers.map((issuer) => issuer.subject.der);
  }

  /** What `sigalgs` names; null where it is not given. */
  get schemes(): readonly SchemeInfo[] | null {
    return this.parts.ownSchemes;
  }

  get credentialSource(): CredentialSource {
    this.chooser ??= credentialChooser(this.credentials);
    return this.chooser;
  }

  /** What seals tickets on servers; null where SSL_OP_NO_TICKET is set. */
  get tickets(): SealedTickets | null {
    if (!allowsTickets(this.options)) return null;
    this.sealed ??= sealedTickets(this.provider, this.ticketKey);
    return this.sealed;
  }

  /**
   * The 48 bytes that tickets are sealed with. They open all tickets: guard them like a private key. Whoever asks shares
   * them, so that from then on they stay as they are.
   */
  getTicketKeys(): Buffer {
    if (this.ticketKey === null) {
      const { key } = this.tickets ?? sealedTickets(this.provider, null);
      this.ticketKey = Buffer.from(key);
      this.sealed = null;
    }
    return Buffer.from(this.ticketKey);
  }

  /** Tickets under the keys before are not opened any more. Throws ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE. */
  setTicketKeys(keys: NodeJS.ArrayBufferView): void {
    this.ticketKey = ticketKeyArgument(keys);
    this.sealed = null;
  }

  /** Finds paths to what is trusted here, without looking at names. */
  get pathVerifier(): PeerVerifier {
    this.path ??= pathVerifier({
      anchors: this.anchors,
      verifiers: knownVerifiers(this.provider),
      now: Date.now,
      checkName: false,
      partialChain: this.options.allowPartialTrustChain === true,
      cache: seen,
      ...(this.parts.crls === null ? null : { crls: this.parts.crls, revocation: 'require' as const }),
      ...this.parts.verification,
    });
    return this.path;
  }

  /** What one connection needs of its own goes on top of what all share. */
  clientSettings(own: Partial<ClientSettings> & Pick<ClientSettings, 'verifier'>): ClientSettings {
    this.base ??= this.sharedSettings(own.verifier);
    return { ...this.base, ...own };
  }

  serverSettings(own: Partial<ServerSettings> & Pick<ServerSettings, 'verifier'>): ServerSettings {
    this.serverBase ??= this.sharedServerSettings(own.verifier);
    return { ...this.serverBase, ...own };
  }

  private sharedServerSettings(verifier: PeerVerifier): ServerSettings {
    const { provider, versions, options, dhe } = this;
    const { ciphers, groups, schemes } = this.parts;
    return serverSettings({
      ...serverPartsFrom(options),
      provider,
      verifier,
      versions,
      now: Date.now,
      suites: ciphers.suites.filter((suite) => versions.includes(suite.version)),
      groups: groups.groups,
      credentials: this.credentialSource,
      schemes: schemes ?? schemesOf('schemes', null, provider.verifiers, versions).map((one) => one.name),
      verifiers: knownVerifiers(provider),
      exchanges: [...EXCHANGES, ...dhe],
      certificate: (der) => seen.certificate(der),
    });
  }

  private sharedSettings(verifier: PeerVerifier): ClientSettings {
    const { ciphers, groups, schemes } = this.parts;
    const keys = this.credentials.map((one) => one.publicKey);
    const known = knownGroups(this.provider);
    return clientSettings({
      provider: this.provider,
      verifier,
      now: Date.now,
      versions: this.versions,
      suites: ciphers.suites.filter((suite) => this.versions.includes(suite.version)),
      groups: this.versions.includes('TLSv1.2') ? withCurvesOf(keys, groups.groups, known) : groups.groups,
      keyShares: groups.keyShares,
      credentials: this.credentialSource,
      schemes: schemes ?? schemesOf('schemes', null, this.provider.verifiers, this.versions).map((one) => one.name),
      verifiers: knownVerifiers(this.provider),
      certificate: (der) => seen.certificate(der),
      // Node's rule: only what `session` gives is resumed.
      sessions: null,
    });
  }
}

/** What options say, read. */
interface Parts {
  readonly ciphers: ReturnType<typeof cipherSelection>;
  readonly groups: ReturnType<typeof groupSelection>;
  readonly schemes: readonly SignatureScheme[] | null;
  readonly ownSchemes: readonly SchemeInfo[] | null;
  readonly crls: readonly Crl[] | null;
  readonly verification: ReturnType<typeof verificationFrom>;
}

/** Node's `tls.createSecureContext`. Wrong options throw, naming the option. */
export function createSecureContext(options: SecureContextOptions = {}): SecureContext {
  if (typeof options !== 'object') throw invalidArgType('options', ['object'], options);
  return new SecureContext(options ?? {});
}

/** The context in what was given as one. Throws ERR_TLS_INVALID_CONTEXT. */
export function contextFrom(
  given: unknown,
  message: string = 'secureContext must be a SecureContext made by createSecureContext',
): SecureContext {
  const context = (given as { context?: unknown } | null)?.context;
  if (context instanceof SecureContext) return context;
  throw nodeError(TypeError, 'ERR_TLS_INVALID_CONTEXT', message);
}

function partsFrom(options: SecureContextOptions, provider: Provider, versions: readonly Version[]): Parts {
  refuseUnknown(options);
  serverPartsFrom(options);
  const ciphers = textFrom('options.ciphers', options.ciphers) || defaults.DEFAULT_CIPHERS;
  const curves = textFrom('options.ecdhCurve', options.ecdhCurve, true) ?? defaults.DEFAULT_ECDH_CURVE;
  const sigalgs = textFrom('options.sigalgs', options.sigalgs);
  if (sigalgs === '') throw invalidArgValue('options.sigalgs', sigalgs);
  const schemes = sigalgs === null ? null : schemesFrom(sigalgs);
  const crls = listOf(options.crl);
  const defaults13 = inOrder(provider.suites.filter((suite) => suite.version === 'TLSv1.3'));
  return {
    ciphers: cipherSelection(ciphers, knownSuites(provider), defaults13, versions),
    groups: groupSelection(curves, knownGroups(provider), defaultGroups(provider)),
    schemes,
    ownSchemes: schemes === null ? null : schemes.map((name) => schemeByName(name)!),
    crls: crls.length === 0 ? null : crls.flatMap(crlFrom),
    verification: verificationFrom(options.verification, provider),
  };
}

/** OpenSSL's order, where nothing is said: the longest keys first. */
const ORDER13: readonly string[] = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

function inOrder(suites: readonly Suite[]): Suite[] {
  const rank = ({ name }: Suite): number => (ORDER13.includes(name) ? ORDER13.indexOf(name) : ORDER13.length);
  return [...suites].sort((a, b) => rank(a) - rank(b));
}

/** What cannot be had here is refused rather than overlooked. */
function refuseUnknown(options: SecureContextOptions): void {
  const given = options as Record<string, unknown>;
  for (const name of ['clientCertEngine', 'privateKeyEngine', 'privateKeyIdentifier']) {
    if (given[name] === undefined || given[name] === null) continue;
    const message = `OpenSSL engines are not used here: options.${name} is refused; give key as a function or a SigningKey`;
    throw nodeError(Error, 'ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED', message);
  }
  const { secureOptions } = options;
  if (secureOptions !== undefined && typeof secureOptions !== 'number') {
    throw invalidArgType('secureOptions', ['number'], secureOptions);
  }
}

function textFrom(name: string, value: unknown, strict: boolean = false): string | null {
  if (value === undefined || (value === null && !strict)) return null;
  if (typeof value === 'string') return value;
  throw invalidArgType(name, ['string'], value);
}

function timeoutFrom(value: unknown): number {
  if (value === undefined) return 10_000;
  if (typeof value === 'number' && value > 0 && value <= 2 ** 31 - 1) return value;
  throw invalidArgValue('options.signTimeout', value, 'must be a number of milliseconds above 0');
}

function crlFrom(crl: unknown): Crl[] {
  const input = pemInput('options.crl', crl);
  try {
    return crlsFrom(input);
  } catch (cause) {
    throw nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'Failed to parse CRL', cause);
  }
}

function cannotSign(versions: readonly Version[], credentials: readonly Credential[]): Error {
  const able = credentials.flatMap((one) => (one.schemes ?? []).map((scheme) => scheme.name)).join(', ') || 'nothing';
  const detail = `options.key can do ${able}, which does not serve ${versions.join(' or ')}, the only version allowed`;
  return new TlsError('ERR_TLS_KEY_SCHEME', { detail });
}
