import { clientSettings } from '../../config/client.ts';
import { credentialChooser, versionsOf } from '../../config/credentials.ts';
import { schemesFrom as schemesOf } from '../../config/options.ts';
import { pathVerifier } from '../../config/verifiers.ts';
import { type Provider, type SchemeInfo, type SignatureScheme, schemeByName } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { ClientSettings } from '../../handshake/client/settings.ts';
import type { Credential } from '../../handshake/credential.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import type { Version } from '../../handshake/version.ts';
import { nodeProvider } from '../../providers/node.ts';
import { type AnchorSet, type Crl, crlsFrom, privateProfile } from '../../x509/index.ts';
import { cipherSelection } from './cipher-list.ts';
import { credentialsFrom } from './credentials.ts';
import { defaults } from './defaults.ts';
import { groupSelection, withCurvesOf } from './groups.ts';
import { knownGroups, knownSuites, knownVerifiers } from './known.ts';
import { invalidArgType, invalidArgValue, nodeError } from './node-error.ts';
import type { SecureContextOptions } from './options.ts';
import { listOf, pemInput } from './pem-input.ts';
import { seen } from './seen.ts';
import { schemesFrom } from './sigalgs.ts';
import { anchorsFrom, defaultAnchors } from './trust.ts';
import { versionsFrom } from './versions.ts';

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
  private trusted: AnchorSet | null;
  private base: ClientSettings | null = null;
  private path: PeerVerifier | null = null;

  constructor(options: SecureContextOptions = {}) {
    this.options = options;
    this.provider = options.provider ?? nodeProvider;
    this.signTimeout = timeoutFrom(options.signTimeout);
    const asked = versionsFrom(options, defaults);
    const ca = listOf(options.ca);
    this.trusted = ca.length === 0 ? null : anchorsFrom(ca);
    this.parts = partsFrom(options, this.provider, asked);
    const issuers = this.trusted === null ? [] : this.trusted.all.flatMap((anchor) => anchor.certificate ?? []);
    this.credentials = credentialsFrom(options, this.parts.ownSchemes, issuers);
    const { versions } = this.parts.ciphers;
    this.versions = versionsOf(this.credentials, versions);
    this.cappedByKey = this.versions.length < versions.length;
    if (this.versions.length === 0) throw cannotSign(versions, this.credentials);
  }

  /** Where Node has a handle, this is the context itself: both are accepted wherever a context is. */
  get context(): this {
    return this;
  }

  get anchors(): AnchorSet {
    if (this.trusted === null) this.trusted = defaultAnchors();
    return this.trusted;
  }

  /** Finds paths to what is trusted here, without looking at names. */
  get pathVerifier(): PeerVerifier {
    this.path ??= pathVerifier({
      anchors: this.anchors,
      verifiers: knownVerifiers(this.provider),
      now: Date.now,
      profile: privateProfile,
      checkName: false,
      partialChain: this.options.allowPartialTrustChain === true,
      cache: seen,
      ...(this.parts.crls === null ? null : { crls: this.parts.crls, revocation: 'require' as const }),
    });
    return this.path;
  }

  /** What one connection needs of its own goes on top of what all share. */
  clientSettings(own: Partial<ClientSettings> & Pick<ClientSettings, 'verifier'>): ClientSettings {
    this.base ??= this.sharedSettings(own.verifier);
    return { ...this.base, ...own };
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
      credentials: credentialChooser(this.credentials),
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
}

/** Node's `tls.createSecureContext`. Wrong options throw, naming the option. */
export function createSecureContext(options: SecureContextOptions = {}): SecureContext {
  if (typeof options !== 'object') throw invalidArgType('options', ['object'], options);
  return new SecureContext(options ?? {});
}

/** The context in what was given as one. Throws ERR_TLS_INVALID_CONTEXT. */
export function contextFrom(given: unknown): SecureContext {
  const context = (given as { context?: unknown } | null)?.context;
  if (context instanceof SecureContext) return context;
  throw nodeError(
    TypeError,
    'ERR_TLS_INVALID_CONTEXT',
    'secureContext must be a SecureContext made by createSecureContext',
  );
}

function partsFrom(options: SecureContextOptions, provider: Provider, versions: readonly Version[]): Parts {
  refuseUnknown(options);
  const ciphers = textFrom('options.ciphers', options.ciphers) || defaults.DEFAULT_CIPHERS;
  const curves = textFrom('options.ecdhCurve', options.ecdhCurve, true) ?? defaults.DEFAULT_ECDH_CURVE;
  const sigalgs = textFrom('options.sigalgs', options.sigalgs);
  if (sigalgs === '') throw invalidArgValue('options.sigalgs', sigalgs);
  const schemes = sigalgs === null ? null : schemesFrom(sigalgs);
  const crls = listOf(options.crl);
  const defaults13 = provider.suites.filter((suite) => suite.version === 'TLSv1.3');
  return {
    ciphers: cipherSelection(ciphers, knownSuites(provider), defaults13, versions),
    groups: groupSelection(curves, knownGroups(provider), provider.groups),
    schemes,
    ownSchemes: schemes === null ? null : schemes.map((name) => schemeByName(name)!),
    crls: crls.length === 0 ? null : crls.flatMap(crlFrom),
  };
}

/** What cannot be had here is refused rather than overlooked. */
function refuseUnknown(options: SecureContextOptions): void {
  const given = options as Record<string, unknown>;
  const advice = 'is not read here; give what it holds as key, cert and ca';
  if (given.pfx !== undefined && given.pfx !== null) throw invalidArgValue('options.pfx', 'PKCS #12', advice);
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
