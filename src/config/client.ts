import type { Group, Provider, SignatureScheme, SignatureVerifier, Suite } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { dheExchange } from '../handshake/client/exchange-dhe12.ts';
import { dhePskExchange, ecdhePskExchange, pskExchange } from '../handshake/client/exchange-psk12.ts';
import { rsaExchange, rsaPskExchange } from '../handshake/client/exchange-rsa12.ts';
import { ecdheExchange } from '../handshake/client/exchange12.ts';
import { client12 } from '../handshake/client/flow12.ts';
import { client13 } from '../handshake/client/flow13.ts';
import type { ClientExchange12, ClientSettings, Renegotiation, SessionSource } from '../handshake/client/settings.ts';
import type { CredentialSource } from '../handshake/credential.ts';
import type { Tracer } from '../handshake/events.ts';
import type { Limits } from '../handshake/limits.ts';
import type { PeerVerifier } from '../handshake/peer.ts';
import type { Version } from '../handshake/version.ts';
import { type Certificate, parseCertificate } from '../x509/index.ts';
import {
  alpnFrom,
  isAddress,
  limitsFrom,
  listFrom,
  maxSendFragmentFrom,
  recordSizeLimitFrom,
  schemesFrom,
  suitesFrom,
  versionsFrom,
} from './options.ts';
import { SessionCache } from './session-cache.ts';

/** What a client may be told. Only `provider`, `verifier` and `now` have no default. */
export interface ClientOptions {
  readonly provider: Provider;
  /** Decides whether to believe the server; `pathVerifier` makes the usual one. */
  readonly verifier: PeerVerifier;
  /** Ask it again in each resumption, about the chain that was shown when the session began. Default: false. */
  readonly reverify?: boolean;
  /** Milliseconds since 1970; used for tickets and their age. */
  readonly now: () => number;
  /** The pre-shared key for TLS 1.2's PSK suites; without it they are not offered. */
  readonly psk?: ClientSettings['psk'];
  /** Offer that key in TLS 1.3 too (RFC 9846, section 4.3.11), where no hint comes. Default: false. */
  readonly pskInTls13?: boolean;
  /** DNS name or IP address that the server's certificate must carry. */
  readonly serverName?: string | null;
  /** Whether a DNS `serverName` is sent as SNI. Default: true for a DNS name. */
  readonly sendServerName?: boolean;
  /** Parses certificates; `PathCache.certificate` remembers them. Default: `parseCertificate`. */
  readonly certificate?: (der: Uint8Array) => Certificate;
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
  /** Ask for a stapled OCSP response. Default: whether the verifier makes use of it. */
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
  /** Renegotiate also without RFC 5746: somebody in between could put words before ours. Default: false. */
  readonly unsafeRenegotiation?: boolean;
  /** Refuse TLS 1.2 servers without RFC 5746. Default: false. */
  readonly requireSecureRenegotiation?: boolean;
  /** Default: a cache of this configuration's own; null: nothing is resumed. */
  readonly sessions?: SessionSource | null;
  /**
   * Offer early data (0-RTT) with sessions that allow it: it may reach the server twice and lacks forward secrecy.
   * Default: false.
   */
  readonly earlyData?: boolean;
  readonly requestTicket?: boolean;
  readonly postHandshakeAuth?: boolean;
  /** The most plaintext in bytes that one record of ours holds, 512 to 16,384. Default: 16,384. */
  readonly maxSendFragment?: number;
  readonly padding?: ((contentLength: number) => number) | null;
  readonly keyLog?: boolean;
  readonly tracer?: Tracer | null;
  readonly limits?: Partial<Limits>;
}

const NO_CREDENTIALS: CredentialSource = { select: () => null };

const EXCHANGES: readonly ClientExchange12[] = [
  ecdheExchange,
  dheExchange,
  rsaExchange,
  pskExchange,
  ecdhePskExchange,
  dhePskExchange,
  rsaPskExchange,
];

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
    reverify: options.reverify ?? false,
    certificate: options.certificate ?? parseCertificate,
    alpn: alpnFrom(options.alpn ?? []),
    recordSizeLimit: recordSizeLimitFrom(options.recordSizeLimit ?? null),
    maxSendFragment: maxSendFragmentFrom(options.maxSendFragment ?? 16_384),
    padding: options.padding ?? null,
    keyLog: options.keyLog ?? false,
    tracer: options.tracer ?? null,
    limits: limitsFrom(options.limits ?? {}),
    psk: options.psk ?? null,
    pskInTls13: options.pskInTls13 ?? false,
    serverName,
    sendServerName: serverName !== null && (options.sendServerName ?? !isAddress(serverName)),
    requestOcsp: options.requestOcsp ?? options.verifier.wantsOcsp ?? false,
    requestScts: options.requestScts ?? false,
    authorities: options.authorities ?? [],
    maxFragmentLength: maxFragmentLengthFrom(options.maxFragmentLength ?? null),
    middleboxCompatibility: options.middleboxCompatibility ?? true,
    requireExtendedMasterSecret: options.requireExtendedMasterSecret ?? false,
    encryptThenMac: options.encryptThenMac ?? true,
    renegotiation: options.renegotiation ?? 'warn',
    unsafeRenegotiation: options.unsafeRenegotiation ?? false,
    requireSecureRenegotiation: options.requireSecureRenegotiation ?? false,
    sessions: options.sessions === undefined ? new SessionCache().source(serverName ?? '') : options.sessions,
    earlyData: options.earlyData ?? false,
    requestTicket: options.requestTicket ?? true,
    postHandshakeAuth: options.postHandshakeAuth ?? false,
  };
}

function keySharesFrom(names: readonly string[] | null, groups: readonly Group[]): readonly string[] | null {
  for (const name of names ?? []) {
    if (!groups.some((group) => group.name === name)) {
      fail('ERR_TLS_CONFIG', `keyShares has ${JSON.stringify(name)}, which is not among the groups`);
    }
  }
  return names;
}

function maxFragmentLengthFrom(length: 512 | 1024 | 2048 | 4096 | null): 512 | 1024 | 2048 | 4096 | null {
  if (length !== null && ![512, 1024, 2048, 4096].includes(length)) {
    fail('ERR_TLS_CONFIG', `maxFragmentLength is ${length}; it takes 512, 1024, 2048 or 4096 bytes`);
  }
  return length;
}
