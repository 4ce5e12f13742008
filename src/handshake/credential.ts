import type { PublicKey, SchemeInfo, SigningKey } from '../crypto/index.ts';
import type { Awaitable, Signal } from '../flow/index.ts';
import type { Version } from './version.ts';

/** A certificate chain and the key that belongs to its leaf. */
export interface Credential {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  /** The leaf's key; every signature that comes from outside is verified with it before it is sent. */
  readonly publicKey: PublicKey;
  /** Schemes to sign with, best first; `key.schemes` where absent. */
  readonly schemes?: readonly SchemeInfo[];
  /** OCSP response to staple, as DER. */
  readonly ocspResponse?: Uint8Array;
  /** SignedCertificateTimestamps to send along (RFC 6962, section 3.3). */
  readonly scts?: readonly Uint8Array[];
  /** Present it only to a peer that names an authority which its chain leads to. */
  readonly mustMatchIssuer?: boolean;
}

/** What the peer will accept, for whoever selects a credential. */
export interface CredentialRequest {
  readonly role: 'client' | 'server';
  readonly version: Version;
  /** What the handshake may be signed with, in the peer's order. */
  readonly schemes: readonly number[];
  /** What the certificates may be signed with, in the peer's order; null where the peer did not say. */
  readonly certificateSchemes: readonly number[] | null;
  /** DER names of the authorities that the peer trusts; empty where it did not say. */
  readonly authorities: readonly Uint8Array[];
  /** The name that a client asked for. */
  readonly serverName: string | null;
  /** TLS 1.2: which kinds of leaf key fit if they sign (`rsa`, `ecdsa`); null where the version does not say. */
  readonly kinds: readonly ('rsa' | 'ecdsa')[] | null;
  /** TLS 1.2 servers: the groups that an EC certificate's curve has to be among; null where nobody says. */
  readonly groups: readonly number[] | null;
  /** TLS 1.2 servers: an RSA key that decrypts fits too, and need not sign (static RSA). */
  readonly rsaDecrypt: boolean;
}

/** Selects a credential. Null means none: a client then sends an empty Certificate, a server fails. */
export interface CredentialSource {
  select(request: CredentialRequest, signal: Signal): Awaitable<Credential | null>;
}
