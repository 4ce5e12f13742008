import type { SignatureScheme, Suite } from '../crypto/index.ts';
import type { Credential } from './credential.ts';
import type { VerifiedIdentity } from './peer.ts';
import type { Version } from './version.ts';

/**
 * Early data was `accepted`; or it was not even offered, because it is `disabled` in the configuration, there is
 * `no-session`, one that does `not-in-session` allow it, or one with another application protocol (`other-protocol`);
 * or it was refused: TLS 1.2 came about (`other-version`), the session was `not-resumed`, a HelloRetryRequest was
 * needed (`retried`), another suite chosen (`other-suite`), the ticket's age was wrong (`ticket-age`), the ClientHello
 * may have come before (`replayed`), the client `not-offered` it, or the server `declined` it for reasons of its own.
 */
export type EarlyDataOutcome =
  | 'accepted'
  | 'disabled'
  | 'no-session'
  | 'not-in-session'
  | 'other-protocol'
  | 'other-version'
  | 'not-resumed'
  | 'retried'
  | 'other-suite'
  | 'ticket-age'
  | 'replayed'
  | 'not-offered'
  | 'declined';

/** What a handshake agreed on and learned. */
export interface Facts {
  readonly role: 'client' | 'server';
  readonly version: Version;
  readonly suite: Suite;
  /** The key exchange group; null where there was none (static RSA, PSK alone, resumption in 1.2). */
  readonly group: string | null;
  /** Size in bits of a finite-field group that the server chose itself. */
  readonly dhBits: number | null;
  /** ProtocolName octets as Latin-1 text; null without ALPN. */
  readonly alpn: string | null;
  /** The name in SNI. */
  readonly serverName: string | null;
  readonly resumed: boolean;
  /** Whether a HelloRetryRequest was needed. */
  readonly retried: boolean;
  /** Null where the peer has no certificate. */
  readonly peer: VerifiedIdentity | null;
  /** What the peer signed the handshake with. */
  readonly peerScheme: SignatureScheme | null;
  /** The schemes that the peer offered, by code point, in its order. */
  readonly peerSchemes: readonly number[];
  /** What we presented; null if nothing. */
  readonly credential: Credential | null;
  readonly ownScheme: SignatureScheme | null;
  /** Whether the peer asked for our certificate, and by which authorities. */
  readonly certificateRequested: boolean;
  readonly authorities: readonly Uint8Array[];
  /** TLS 1.3 server: whether the client may be asked for a certificate after the handshake. */
  readonly offersPostHandshakeAuth: boolean;
  /** TLS 1.2: extended master secret (RFC 7627); TLS 1.3 always binds the transcript. */
  readonly extendedMasterSecret: boolean;
  /** TLS 1.2: whether the peer indicated secure renegotiation (RFC 5746). */
  readonly secureRenegotiation: boolean;
  /** verify_data of the two Finished messages. */
  readonly ownFinished: Uint8Array;
  readonly peerFinished: Uint8Array;
  /** The largest plaintext, in bytes, that the peer lets us put into one record. */
  readonly maxFragment: number;
  /** What became of early data, and why nothing did. */
  readonly earlyData: EarlyDataOutcome;
  /** TLS 1.3 server: milliseconds by which the client's idea of its ticket's age is too great; null without a ticket. */
  readonly ticketAgeSkew: number | null;
  /** TLS 1.2 with a pre-shared key: its identity. */
  readonly pskIdentity: Uint8Array;
  readonly ocspResponse: Uint8Array | null;
  readonly scts: readonly Uint8Array[] | null;
}

/** Facts while they are being gathered. */
export type Gathering = { -readonly [K in keyof Facts]?: Facts[K] };
