import type { Group, Provider, SchemeInfo, SignatureScheme, SignatureVerifier, Suite } from '../crypto/index.ts';
import { SCHEMES } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { dheExchange } from '../handshake/client/exchange-dhe12.ts';
import { rsaExchange } from '../handshake/client/exchange-rsa12.ts';
import { type ClientExchange12, ecdheExchange } from '../handshake/client/exchange12.ts';
import { client12 } from '../handshake/client/flow12.ts';
import { client13 } from '../handshake/client/flow13.ts';
import type { CredentialSource } from '../handshake/credential.ts';
import type { Tracer } from '../handshake/events.ts';
import { DEFAULT_LIMITS, type Limits } from '../handshake/limits.ts';
import type { PeerVerifier } from '../handshake/peer.ts';
import type { ClientSettings, Renegotiation } from '../handshake/settings.ts';
import type { Version } from '../handshake/version.ts';

/** What a client may be told. Only `provider`, `verifier` and `now` have no default. */
export interface ClientOptions {
  readonly provider: Provider;
  /** Decides whether to believe the server; `pathVerifier` makes the usual one. */
  readonly verifier: PeerVerifier;
  /** Milliseconds since 1970; used for tickets and their age. */
  readonly now: () => number;
  /** DNS name or IP address that the server's certificate must carry. */
  readonly serverName?: string | null;
  /** Whether a DNS `serverName` is sent as SNI. Default: true for a DNS name. */
  readonly sendServerName?: boolean;
  readonly versions?: readonly Version[];
  readonly suites?: readonly Suite[];
  readonly groups?: readonly Group[];
  /** Names of the groups of which a share is sent at once. Default: the first group, and the one it contains. */
  readonly keyShares?: readonly string[] | null;
  readonly schemes?: readonly SignatureScheme[];
  readonly certificateSchemes?: readonly SignatureScheme[] | null;
  readonly verifiers?: readonly SignatureVerifier[];
  readonly credentials?: CredentialSource | null;
  readonly alpn?: readonly string[];
  readonly requestOcsp?: boolean;
  readonly requestScts?: boolean;
  readonly authorities?: readonly Uint8Array[];
  /** Bytes, 64 to 16,384. */
  readonly recordSizeLimit?: number | null;
  readonly maxFragmentLength?: 512 | 1024 | 2048 | 4096 | null;
  readonly middleboxCompatibility?: boolean;
  readonly requireExtendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  readonly renegotiation?: Renegotiation;
  readonly padding?: ((contentLength: number) => number) | null;
  readonly keyLog?: boolean;
  readonly tracer?: Tracer | null;
  readonly limits?: Partial<Limits>;
}

const NO_CREDENTIALS: CredentialSource = { select: () => null };

const EXCHANGES: readonly ClientExchange12[] = [ecdheExchange, dheExchange, rsaExchange];

/** Checks the options and fills in the defaults. Fails with ERR_TLS_CONFIG, naming the option. */
export function clientSettings(options: ClientOptions): ClientSettings {
  const { provider } = options;
  const versions = versionsFrom(options.versions);
  const suites = suitesFrom(options.suites ?? provider.suites, versions);
  const groups = listFrom('groups', options.groups ?? provider.groups);
  const verifiers = options.verifiers ?? provider.verifiers;
  const serverName = options.serverName ?? null;
  return {
    random: (size) => provider.random(size),
    now: options.now,
    hashes: provider.hashes,
    flows: { 'TLSv1.3': client13, 'TLSv1.2': client12 },
    exchanges: EXCHANGES,
    versions,
    suites,
    groups,
    keyShares: keySharesFrom(options.keyShares ?? null, groups),
    schemes: schemesFrom('schemes', options.schemes ?? null, verifiers, versions),
    certificateSchemes: options.certificateSchemes
      ? schemesFrom('certificateSchemes', options.certificateSchemes, verifiers, versions)
      : null,
    verifiers,
    credentials: options.credentials ?? NO_CREDENTIALS,
    verifier: options.verifier,
    alpn: alpnFrom(options.alpn ?? []),
    recordSizeLimit: recordSizeLimitFrom(options.recordSizeLimit ?? null),
    padding: options.padding ?? null,
    keyLog: options.keyLog ?? false,
    tracer: options.tracer ?? null,
    limits: limitsFrom(options.limits ?? {}),
    serverName,
    sendServerName: serverName !== null && (options.sendServerName ?? !isAddress(serverName)),
    requestOcsp: options.requestOcsp ?? false,
    requestScts: options.requestScts ?? false,
    authorities: options.authorities ?? [],
    maxFragmentLength: maxFragmentLengthFrom(options.maxFragmentLength ?? null),
    middleboxCompatibility: options.middleboxCompatibility ?? true,
    requireExtendedMasterSecret: options.requireExtendedMasterSecret ?? false,
    encryptThenMac: options.encryptThenMac ?? true,
    renegotiation: options.renegotiation ?? 'warn',
  };
}

function listFrom<T>(name: string, list: readonly T[]): readonly T[] {
  if (list.length === 0) fail('ERR_TLS_CONFIG', `${name} is empty; it needs at least one entry`);
  return list;
}

function versionsFrom(versions: readonly Version[] = ['TLSv1.3', 'TLSv1.2']): readonly Version[] {
  for (const version of versions) {
    if (version !== 'TLSv1.3' && version !== 'TLSv1.2') {
      fail('ERR_TLS_CONFIG', `versions has ${JSON.stringify(version)}; known are "TLSv1.3" and "TLSv1.2"`);
    }
  }
  const known: readonly Version[] = ['TLSv1.3', 'TLSv1.2'];
  return listFrom(
    'versions',
    known.filter((version) => versions.includes(version)),
  );
}

/** A version without a suite cannot be spoken, which nobody should learn from a failed handshake. */
function suitesFrom(suites: readonly Suite[], versions: readonly Version[]): readonly Suite[] {
  for (const version of versions) {
    if (!suites.some((suite) => suite.version === version)) {
      fail('ERR_TLS_CONFIG', `suites has none for ${version}; add one, or leave the version out`);
    }
  }
  return suites;
}

function keySharesFrom(names: readonly string[] | null, groups: readonly Group[]): readonly string[] | null {
  for (const name of names ?? []) {
    if (!groups.some((group) => group.name === name)) {
      fail('ERR_TLS_CONFIG', `keyShares has ${JSON.stringify(name)}, which is not among the groups`);
    }
  }
  return names;
}

/** The schemes that the verifiers can check and a version of ours may use, in the order of `SCHEMES` or as given. */
function schemesFrom(
  name: string,
  names: readonly SignatureScheme[] | null,
  verifiers: readonly SignatureVerifier[],
  versions: readonly Version[],
): readonly SchemeInfo[] {
  const able = SCHEMES.filter((scheme) =>
    verifiers.some(
      (verifier) =>
        verifier.kind === scheme.kind &&
        verifier.hash === scheme.hash &&
        (scheme.curve === null || verifier.curves === undefined || verifier.curves.includes(scheme.curve)),
    ),
  );
  if (names === null) {
    const old = (scheme: SchemeInfo): boolean => scheme.tls12 || scheme.kind === 'rsa-pkcs1';
    return listFrom(name, versions.includes('TLSv1.2') ? able : able.filter((s) => s.tls13 || old(s)));
  }
  return listFrom(name, names).map((wanted) => {
    const scheme = able.find((s) => s.name === wanted);
    return (
      scheme ??
      fail(
        'ERR_TLS_CONFIG',
        `${name} has ${JSON.stringify(wanted)}; the provider can ${able.map((s) => s.name).join(', ')}`,
      )
    );
  });
}

function alpnFrom(protocols: readonly string[]): readonly string[] {
  for (const protocol of protocols) {
    if (protocol.length === 0 || protocol.length > 255) {
      fail('ERR_TLS_CONFIG', `alpn has ${JSON.stringify(protocol)}; a protocol has 1 to 255 bytes`);
    }
  }
  return protocols;
}

function recordSizeLimitFrom(limit: number | null): number | null {
  if (limit !== null && !(Number.isInteger(limit) && limit >= 64 && limit <= 16_384)) {
    fail('ERR_TLS_CONFIG', `recordSizeLimit is ${limit}; it takes 64 to 16384 bytes`);
  }
  return limit;
}

function maxFragmentLengthFrom(length: 512 | 1024 | 2048 | 4096 | null): 512 | 1024 | 2048 | 4096 | null {
  if (length !== null && ![512, 1024, 2048, 4096].includes(length)) {
    fail('ERR_TLS_CONFIG', `maxFragmentLength is ${length}; it takes 512, 1024, 2048 or 4096 bytes`);
  }
  return length;
}

export function limitsFrom(limits: Partial<Limits>): Limits {
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    const value = limits[name];
    if (!(name in DEFAULT_LIMITS)) fail('ERR_TLS_CONFIG', `limits.${name} does not exist`);
    if (value === undefined || !(value >= 0))
      fail('ERR_TLS_CONFIG', `limits.${name} is ${value}; it takes a number from 0`);
  }
  return { ...DEFAULT_LIMITS, ...limits };
}

/** Whether a name is an IP address, which SNI never carries (RFC 6066, section 3). */
export function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
