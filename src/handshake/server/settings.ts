import type { Exchange12, Suite12 } from '../../crypto/index.ts';
import type { Awaitable, Flow, Signal } from '../../flow/index.ts';
import type { ClientHello, ClientHelloExtensions, ExtensionValues } from '../../wire/index.ts';
import type { Handshake, RawMessage } from '../context.ts';
import type { Credential } from '../credential.ts';
import type { Established } from '../established.ts';
import type { Settings } from '../settings.ts';
import type { Version } from '../version.ts';

export interface ServerSettings extends Settings {
  /** The rest of the handshake for each version in `versions`, as values, so that a bundle holds what it lists. */
  readonly flows: { readonly [V in Version]?: ServerFlow };
  /** TLS 1.2 key exchanges, likewise. */
  readonly exchanges: readonly ServerExchange12[];
  /** Keys for TLS 1.2's PSK suites, which are accepted only where this is given. */
  readonly psk: PskKeeper | null;
  /** Whether our order of suites and groups counts, or the client's. */
  readonly preferOwn: boolean;
  /** Whether a client is asked for a certificate, and whether it must have one. */
  readonly clientAuth: 'none' | 'request' | 'require';
  /** DER names sent to clients that are asked for a certificate. */
  readonly authorities: readonly Uint8Array[];
  /** What to do with a client whose ALPN list shares nothing with ours. */
  readonly alpnMismatch: 'fail' | 'ignore';
  /** Replaces these settings once the ClientHello is known: by name, by protocol, by anything in it. */
  readonly chooseConfig: ((hello: HelloFacts, signal: Signal) => Awaitable<ServerSettings | null>) | null;
  /**
   * Provides the OCSP response, as DER, for a client that wants one; null: none this time. Where this is null, the
   * credential's own response is sent.
   */
  readonly stapler: ((credential: Credential, signal: Signal) => Awaitable<Uint8Array | null>) | null;
  /** Makes and opens tickets; null: none. */
  readonly tickets: TicketKeeper | null;
  /** TLS 1.3: accept early data (RFC 9846, section 2.3); null: never. */
  readonly earlyData: EarlyDataRule | null;
  /** TLS 1.2 session ids; null: none. */
  readonly sessions: SessionStore | null;
  /** Seconds that a session may be resumed for. */
  readonly sessionLifetime: number;
  /** Sets this application's sessions apart from others' that share keys or a store; 32 bytes at most. */
  readonly sessionContext: Uint8Array;
  /** TLS 1.2: refuse clients without the extended master secret. */
  readonly requireExtendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  /** TLS 1.3: keep what is needed to ask for a certificate at any time (RFC 9846, section 4.7.2). */
  readonly postHandshakeAuth: boolean;
  /** TLS 1.2: how often in how many milliseconds a client may renegotiate; null: never. */
  readonly renegotiation: { readonly limit: number; readonly window: number } | null;
}

/** Which early data a server accepts. */
export interface EarlyDataRule {
  /** The most bytes with one ticket, 1 to 4,294,967,295. */
  readonly maxBytes: number;
  /** Milliseconds by which a client's idea of its ticket's age may be off. Longer journeys need more, as do replays. */
  readonly ageTolerance: number;
  readonly guard: ReplayGuard;
}

/**
 * Remembers which early data came already (RFC 9846, section 8). One guard has to serve all servers that can open the
 * same tickets: what only one of them remembers can be replayed to another.
 */
export interface ReplayGuard {
  /** True the first time that this id is claimed, and false from then on, at least until `until` (milliseconds since 1970). */
  claim(id: Uint8Array, until: number, signal: Signal): Awaitable<boolean>;
}

/** Pre-shared keys by their identities (RFC 4279). */
export interface PskKeeper {
  /** Tells the client which key to choose; null: it knows. */
  readonly hint?: Uint8Array | null;
  /** Null: nobody is known by this name. */
  find(identity: Uint8Array, signal: Signal): Awaitable<Uint8Array | null>;
}

/** Seals session states into tickets, or keeps them and hands out names for them. */
export interface TicketKeeper {
  /** How many tickets a TLS 1.3 client gets after a full handshake. */
  readonly count: number;
  /** Whether a client that resumes gets a new ticket. Default: true. */
  readonly renews?: boolean;
  /** Null: no ticket this time. */
  seal(state: Uint8Array, signal: Signal): Awaitable<Uint8Array | null>;
  /** Null: not ours, too old, or used up. */
  open(ticket: Uint8Array, signal: Signal): Awaitable<Uint8Array | null>;
}

export interface SessionStore {
  save(id: Uint8Array, state: Uint8Array, signal: Signal): Awaitable<void>;
  load(id: Uint8Array, signal: Signal): Awaitable<Uint8Array | null>;
}

export type ServerHandshake = Handshake<ServerSettings>;

/** A ClientHello, read. */
export interface ReadHello {
  readonly hello: ClientHello;
  readonly values: ExtensionValues<ClientHelloExtensions>;
  /** The message as it came, header included: binders are computed over the beginning of it. */
  readonly raw: RawMessage;
}

/** What a ClientHello tells those who choose a configuration. */
export interface HelloFacts {
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly versions: readonly number[];
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  readonly schemes: readonly number[];
  /** Whether the client asks for a stapled OCSP response. */
  readonly wantsOcsp: boolean;
}

/** The rest of a handshake, once the version is chosen. */
export type ServerFlow = (hs: ServerHandshake, hello: ReadHello) => Flow<Established>;

/** What a TLS 1.2 key exchange works on. */
export interface ServerExchangeContext {
  readonly suite: Suite12;
  readonly hello: ReadHello;
  /** Null for suites that authenticate by PSK alone. */
  readonly credential: Credential | null;
  readonly serverRandom: Uint8Array;
}

/** Computes the premaster secret from the ClientKeyExchange. */
export type Answerer = () => Flow<Uint8Array>;

/** One way to agree on a premaster secret (RFC 5246, section 7.4.7), as a value that a bundle lists. */
export interface ServerExchange12 {
  readonly kind: Exchange12['kind'];
  /** Whether this exchange is possible with this client. */
  possible(hs: ServerHandshake, suite: Suite12, hello: ReadHello): boolean;
  /** Sends the ServerKeyExchange, if there is one; returns how to read the answer. */
  begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer>;
}
