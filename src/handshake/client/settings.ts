import type { Exchange12, Group, KeyShare, PublicKey, Suite, Suite12, Suite13 } from '../../crypto/index.ts';
import type { Awaitable, Flow, Signal } from '../../flow/index.ts';
import type { TrafficSecret } from '../../schedule/index.ts';
import type { ServerHello } from '../../wire/index.ts';
import type { Handshake, RawMessage } from '../context.ts';
import type { Established } from '../established.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { Session } from '../session.ts';
import type { Settings } from '../settings.ts';
import type { Version } from '../version.ts';

/** Finds a session to resume with the server of these settings. */
export interface SessionSource {
  load(signal: Signal): Awaitable<Session | null>;
  /** Keeps a session for later; its secret is the keeper's from then on. */
  save?(session: Session, signal: Signal): Awaitable<void>;
}

/** A key, and the name by which the server finds it too (RFC 4279, section 5.1). */
export interface PskChoice {
  readonly identity: Uint8Array;
  /** 1 to 65,535 bytes, of which nobody else may know or guess any. */
  readonly key: Uint8Array;
}

/** How a client answers a HelloRequest (TLS 1.2). `warn`: no_renegotiation as a warning; `never`: as a fatal alert. */
export type Renegotiation = 'warn' | 'never' | 'ignore' | 'once' | 'freely';

export interface ClientSettings extends Settings {
  /** The rest of the handshake for each version in `versions`, as values, so that a bundle holds what it lists. */
  readonly flows: { readonly [V in Version]?: ClientFlow };
  /** TLS 1.2 key exchanges, likewise. */
  readonly exchanges: readonly ClientExchange12[];
  /**
   * The pre-shared key for TLS 1.2's PSK suites, which are offered only where this is given: gets the server's hint, or
   * null; null: no key for it.
   */
  readonly psk: ((hint: Uint8Array | null, signal: Signal) => Awaitable<PskChoice | null>) | null;
  /** Offer that key in TLS 1.3 too, where no hint comes. */
  readonly pskInTls13: boolean;
  /** The name that the certificate must carry: DNS name or IP address; null: none is known. */
  readonly serverName: string | null;
  /** Whether a DNS `serverName` is sent (RFC 6066, section 3). IP addresses never are. */
  readonly sendServerName: boolean;
  /** Groups of which a share is sent at once, by name; null: the first group, and the one it contains. */
  readonly keyShares: readonly string[] | null;
  /** Ask for a stapled OCSP response. */
  readonly requestOcsp: boolean;
  /** Ask for signed certificate timestamps (RFC 6962). */
  readonly requestScts: boolean;
  /** DER names sent as certificate_authorities (RFC 9846, section 4.3.4). */
  readonly authorities: readonly Uint8Array[];
  /** 512, 1024, 2048 or 4096 (RFC 6066, section 4); null: say nothing. */
  readonly maxFragmentLength: 512 | 1024 | 2048 | 4096 | null;
  /** RFC 9846, appendix E.4: a session id and a change_cipher_spec that mean nothing. */
  readonly middleboxCompatibility: boolean;
  /** Refuse TLS 1.2 without the extended master secret (RFC 7627). */
  readonly requireExtendedMasterSecret: boolean;
  /** Offer encrypt-then-MAC where a CBC suite is offered (RFC 7366). */
  readonly encryptThenMac: boolean;
  readonly renegotiation: Renegotiation;
  /** Renegotiate also with servers that do not know RFC 5746. That lets somebody in between put words before ours. */
  readonly unsafeRenegotiation: boolean;
  /** Refuse TLS 1.2 servers that do not know RFC 5746, whether or not they renegotiate. */
  readonly requireSecureRenegotiation: boolean;
  /** Where a session to resume comes from; null: none is resumed. */
  readonly sessions: SessionSource | null;
  /** Send early data where a session allows it (RFC 9846, section 2.3). */
  readonly earlyData: boolean;
  /** Whether a TLS 1.2 server is asked for a ticket (RFC 5077). */
  readonly requestTicket: boolean;
  /** TLS 1.3: let the server ask for a certificate at any time (RFC 9846, section 4.3.6). */
  readonly postHandshakeAuth: boolean;
}

export type ClientHandshake = Handshake<ClientSettings>;

/** One key share that was sent, and how to use the answer to it. */
export interface OfferedShare {
  readonly group: Group;
  readonly share: Uint8Array;
  /** Agrees on the secret. Null in `contained` means the share is a group's own. */
  readonly key: KeyShare;
  readonly contained: boolean;
}

/** Early data that was offered (RFC 9846, section 2.3). */
export interface EarlyOffer {
  readonly suite: Suite13;
  readonly session: Session;
  readonly secret: TrafficSecret;
  readonly identity: VerifiedIdentity | null;
}

/** What the client proposed; the server's answer is judged by it. */
export interface Offer {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suites: readonly Suite[];
  readonly shares: readonly OfferedShare[];
  /** From a HelloRetryRequest. */
  readonly cookie: Uint8Array | null;
  /** The session that the server may resume. */
  readonly session: Session | null;
  /** Early data under that session; null: none is sent. */
  readonly early: EarlyOffer | null;
  /** Extension types sent. */
  readonly sent: readonly number[];
}

/** What an offer is made of before its hello is written. */
export type OfferDraft = Omit<Offer, 'sent' | 'early'>;

/** The rest of a handshake, once the server's first answer tells the version. */
export type ClientFlow = (hs: ClientHandshake, offer: Offer, hello: ServerHello) => Flow<Established>;

/** What a TLS 1.2 key exchange works on. */
export interface ExchangeContext {
  readonly suite: Suite12;
  /** The server's key; null for suites that authenticate by PSK alone. */
  readonly serverKey: PublicKey | null;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** The client's half: the premaster secret, and the ClientKeyExchange that lets the server compute it too. */
export interface ExchangeResult {
  readonly premaster: Uint8Array;
  readonly message: Uint8Array;
}

/** One way to agree on a premaster secret (RFC 5246, section 7.4.7), as a value that a bundle lists. */
export interface ClientExchange12 {
  readonly kind: Exchange12['kind'];
  /** Whether the server sends a ServerKeyExchange. */
  readonly params: 'required' | 'optional' | 'none';
  /** `message`: the ServerKeyExchange, if there was one. Its signature is verified here. */
  run(hs: ClientHandshake, context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult>;
}
