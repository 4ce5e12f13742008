import { EMPTY } from '../bytes/index.ts';
import type { Group, Provider, SignatureScheme, SignatureVerifier, Suite } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { CredentialSource } from '../handshake/credential.ts';
import type { Tracer } from '../handshake/events.ts';
import type { Limits } from '../handshake/limits.ts';
import type { PeerVerifier } from '../handshake/peer.ts';
import { ecdhePskServer, pskServer } from '../handshake/server/exchange-psk12.ts';
import { rsaPskServer, rsaServer } from '../handshake/server/exchange-rsa12.ts';
import { ecdheServer } from '../handshake/server/exchange12.ts';
import { server12 } from '../handshake/server/flow12.ts';
import { server13 } from '../handshake/server/flow13.ts';
import type {
  EarlyDataRule,
  PskKeeper,
  ReplayGuard,
  ServerExchange12,
  ServerSettings,
  SessionStore,
  TicketKeeper,
} from '../handshake/server/settings.ts';
import type { Version } from '../handshake/version.ts';
import { type Certificate, parseCertificate } from '../x509/index.ts';
import {
  alpnFrom,
  limitsFrom,
  listFrom,
  maxSendFragmentFrom,
  recordSizeLimitFrom,
  schemesFrom,
  suitesFrom,
  versionsFrom,
} from './options.ts';

/** What a server may be told. Only `provider`, `credentials`, `verifier` and `now` have no default. */
export interface ServerOptions {
  readonly provider: Provider;
  readonly credentials: CredentialSource;
  /** Decides whether to believe clients that show a certificate. */
  readonly verifier: PeerVerifier;
  /** Ask it again in each resumption, about the chain that was shown when the session began. Default: false. */
  readonly reverify?: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Parses certificates; `PathCache.certificate` remembers them. Default: `parseCertificate`. */
  readonly certificate?: (der: Uint8Array) => Certificate;
  readonly versions?: readonly Version[];
  readonly suites?: readonly Suite[];
  readonly groups?: readonly Group[];
  readonly schemes?: readonly SignatureScheme[];
  readonly certificateSchemes?: readonly SignatureScheme[] | null;
  readonly verifiers?: readonly SignatureVerifier[];
  /** TLS 1.2 key exchanges. Default: ECDHE and, for opt-in suites, static RSA, PSK and ECDHE_PSK. */
  readonly exchanges?: readonly ServerExchange12[];
  /** Keys for TLS 1.2's PSK suites; without it they are not accepted. */
  readonly psk?: PskKeeper | null;
  readonly preferOwn?: boolean;
  readonly clientAuth?: 'none' | 'request' | 'require';
  readonly authorities?: readonly Uint8Array[];
  readonly alpn?: readonly string[];
  readonly alpnMismatch?: 'fail' | 'ignore';
  readonly chooseConfig?: ServerSettings['chooseConfig'];
  /** Provides OCSP responses when they are wanted. Default: those of the credentials. */
  readonly stapler?: ServerSettings['stapler'];
  readonly tickets?: TicketKeeper | null;
  /** Accept early data (0-RTT) in TLS 1.3. Default: null, never. */
  readonly earlyData?: EarlyDataOptions | null;
  readonly sessions?: SessionStore | null;
  /** Seconds, up to 604,800. Default: 7200. */
  readonly sessionLifetime?: number;
  /** Up to 32 bytes. */
  readonly sessionContext?: Uint8Array;
  readonly recordSizeLimit?: number | null;
  readonly requireExtendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  readonly postHandshakeAuth?: boolean;
  readonly renegotiation?: ServerSettings['renegotiation'];
  /** The most plaintext in bytes that one record of ours holds, 512 to 16,384. Default: 16,384. */
  readonly maxSendFragment?: number;
  readonly padding?: ((contentLength: number) => number) | null;
  readonly keyLog?: boolean;
  readonly tracer?: Tracer | null;
  readonly limits?: Partial<Limits>;
}

/** Early data has no forward secrecy, and what is in it may come twice: accept it only for what does no harm so. */
export interface EarlyDataOptions {
  /** Knows what came already; `ReplayWindow` does for one server. */
  readonly guard: ReplayGuard;
  /** The most bytes with one ticket. Default: 16,384. */
  readonly maxBytes?: number;
  /** Milliseconds by which the client's idea of its ticket's age may be off. Default: 10,000. */
  readonly ageTolerance?: number;
}

const EXCHANGES: readonly ServerExchange12[] = [ecdheServer, rsaServer, pskServer, ecdhePskServer, rsaPskServer];
const MAX_LIFETIME = 604_800;

/** Checks the options and fills in the defaults. Fails with ERR_TLS_CONFIG, naming the option. */
export function serverSettings(options: ServerOptions): ServerSettings {
  const { provider } = options;
  const versions = versionsFrom(options.versions);
  const verifiers = options.verifiers ?? provider.verifiers;
  return {
    random: (size) => provider.random(size),
    now: options.now,
    hashes: provider.hashes,
    flows: { 'TLSv1.3': server13, 'TLSv1.2': server12 },
    exchanges: options.exchanges ?? EXCHANGES,
    versions,
    suites: suitesFrom(options.suites ?? provider.suites, versions),
    groups: listFrom('groups', options.groups ?? provider.groups),
    schemes: schemesFrom('schemes', options.schemes ?? null, verifiers, versions),
    certificateSchemes: options.certificateSchemes
      ? schemesFrom('certificateSchemes', options.certificateSchemes, verifiers, versions)
      : null,
    verifiers,
    credentials: options.credentials,
    verifier: options.verifier,
    reverify: options.reverify ?? false,
    certificate: options.certificate ?? parseCertificate,
    psk: options.psk ?? null,
    preferOwn: options.preferOwn ?? true,
    clientAuth: options.clientAuth ?? 'none',
    authorities: options.authorities ?? [],
    alpn: alpnFrom(options.alpn ?? []),
    alpnMismatch: options.alpnMismatch ?? 'fail',
    chooseConfig: options.chooseConfig ?? null,
    stapler: options.stapler ?? null,
    tickets: options.tickets ?? null,
    earlyData: options.earlyData ? earlyDataFrom(options.earlyData) : null,
    sessions: options.sessions ?? null,
    sessionLifetime: lifetimeFrom(options.sessionLifetime ?? 7200),
    sessionContext: contextFrom(options.sessionContext ?? EMPTY),
    recordSizeLimit: recordSizeLimitFrom(options.recordSizeLimit ?? null),
    requireExtendedMasterSecret: options.requireExtendedMasterSecret ?? false,
    encryptThenMac: options.encryptThenMac ?? true,
    postHandshakeAuth: options.postHandshakeAuth ?? false,
    renegotiation: options.renegotiation ?? null,
    maxSendFragment: maxSendFragmentFrom(options.maxSendFragment ?? 16_384),
    padding: options.padding ?? null,
    keyLog: options.keyLog ?? false,
    tracer: options.tracer ?? null,
    limits: limitsFrom(options.limits ?? {}),
  };
}

/** Fails with ERR_TLS_CONFIG. */
export function earlyDataFrom(options: EarlyDataOptions): EarlyDataRule {
  const { guard, maxBytes = 16_384, ageTolerance = 10_000 } = options;
  if (typeof (guard as Partial<ReplayGuard> | undefined)?.claim !== 'function') {
    fail('ERR_TLS_CONFIG', 'earlyData needs a guard against replays');
  }
  if (!(Number.isInteger(maxBytes) && maxBytes > 0 && maxBytes <= 0xffff_ffff)) {
    fail('ERR_TLS_CONFIG', `earlyData.maxBytes is ${maxBytes}; it takes 1 to 4294967295`);
  }
  if (!(ageTolerance > 0)) fail('ERR_TLS_CONFIG', `earlyData.ageTolerance is ${ageTolerance}; it takes milliseconds`);
  return { guard, maxBytes, ageTolerance };
}

function lifetimeFrom(seconds: number): number {
  if (!(Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_LIFETIME)) {
    fail('ERR_TLS_CONFIG', `sessionLifetime is ${seconds}; it takes 1 to ${MAX_LIFETIME} seconds`);
  }
  return seconds;
}

function contextFrom(context: Uint8Array): Uint8Array {
  if (context.length > 32) fail('ERR_TLS_CONFIG', `sessionContext has ${context.length} bytes; it takes up to 32`);
  return context;
}
