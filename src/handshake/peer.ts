import type { PublicKey } from '../crypto/index.ts';
import type { TlsError } from '../errors/index.ts';
import type { Awaitable, Signal } from '../flow/index.ts';
import type { IssuerStaple } from '../x509/index.ts';
import type { Version } from './version.ts';

/** What a peer presented, before anybody believes it. */
export interface PresentedIdentity {
  /** The role of the peer: a client verifies a `server`. */
  readonly role: 'client' | 'server';
  readonly version: Version;
  /** DER, leaf first; never empty. */
  readonly chain: readonly Uint8Array[];
  /** The name that was asked for; null where no name is known, as with a client's certificate. */
  readonly serverName: string | null;
  /** Stapled OCSP response, as DER. */
  readonly ocspResponse: Uint8Array | null;
  /** Those that came with other certificates of the chain, in TLS 1.3. */
  readonly issuerStaples?: readonly IssuerStaple[];
  /** SignedCertificateTimestamps (RFC 6962, section 3.3), as they came. */
  readonly scts: readonly Uint8Array[] | null;
}

/** What a verifier found. One that refuses throws (or rejects with) a TlsError instead. */
export interface Verdict {
  /** Null if all is well. Otherwise what is wrong although the connection may go on (`rejectUnauthorized: false`). */
  readonly error: TlsError | null;
  /** The chain that was verified, DER, leaf first, anchor last; null if none was. */
  readonly path: readonly Uint8Array[] | null;
  /** Seconds since 1970 until which the verdict holds; null if no date was checked. */
  readonly notAfter: number | null;
  /** What was deliberately not checked and why, in words, so that a log line can tell the truth. */
  readonly unchecked: readonly string[];
  /** The name in the certificate that the server's name matched; null or absent if none was compared. */
  readonly matchedName?: string | null;
  /** All names that the certificate vouches for, such as `DNS:example.com` or `IP:192.0.2.1`. Absent if no path was found. */
  readonly names?: readonly string[];
  /** Certificate policies valid for the whole path, in dotted form. */
  readonly policies?: readonly string[];
}

/** Decides whether to believe a peer. The engine itself has checked nothing but that the leaf's key can be read. */
export interface PeerVerifier {
  /** Whether it makes use of stapled OCSP responses, so that a client asks for one. Absent: no. */
  readonly wantsOcsp?: boolean;
  verify(identity: PresentedIdentity, signal: Signal): Awaitable<Verdict>;
}

declare const verified: unique symbol;

/** A peer whose verifier has spoken. Minted in `authentication.ts` alone. */
export interface VerifiedIdentity extends PresentedIdentity {
  readonly [verified]: true;
  readonly publicKey: PublicKey;
  readonly verdict: Verdict;
}
