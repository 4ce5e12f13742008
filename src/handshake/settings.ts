import type { Group, Hash, SchemeInfo, SignatureVerifier, Suite } from '../crypto/index.ts';
import type { ClientExchange12 } from './client/exchange12.ts';
import type { ClientFlow } from './client/start.ts';
import type { CredentialSource } from './credential.ts';
import type { Tracer } from './events.ts';
import type { Limits } from './limits.ts';
import type { PeerVerifier } from './peer.ts';
import type { Version } from './version.ts';

/** What both roles need of a configuration. `config/` makes these; nothing here has a default. */
export interface Settings {
  random(size: number): Uint8Array;
  /** Milliseconds since 1970. */
  now(): number;
  readonly hashes: readonly Hash[];
  /** Newest first. */
  readonly versions: readonly Version[];
  /** In order of preference, both versions mixed. */
  readonly suites: readonly Suite[];
  readonly groups: readonly Group[];
  /** What the peer may sign the handshake with, best first. */
  readonly schemes: readonly SchemeInfo[];
  /** What its certificates may be signed with; null: the same. */
  readonly certificateSchemes: readonly SchemeInfo[] | null;
  readonly verifiers: readonly SignatureVerifier[];
  readonly credentials: CredentialSource;
  readonly verifier: PeerVerifier;
  /** ProtocolName octets as Latin-1, best first; empty: no ALPN. */
  readonly alpn: readonly string[];
  /** The largest plaintext in bytes that one received record may hold (RFC 8449); null: say nothing, take 16,384. */
  readonly recordSizeLimit: number | null;
  /** Bytes of padding to add to a TLS 1.3 record with this many bytes of content; null: none. */
  readonly padding: ((contentLength: number) => number) | null;
  /** Whether secrets go out as `key-log` events. */
  readonly keyLog: boolean;
  readonly tracer: Tracer | null;
  readonly limits: Limits;
}

/** How a client answers a HelloRequest (TLS 1.2). `warn`: no_renegotiation as a warning; `never`: as a fatal alert. */
export type Renegotiation = 'warn' | 'never' | 'ignore' | 'once' | 'freely';

export interface ClientSettings extends Settings {
  /** The rest of the handshake for each version in `versions`, as values, so that a bundle holds what it lists. */
  readonly flows: { readonly [V in Version]?: ClientFlow };
  /** TLS 1.2 key exchanges, likewise. */
  readonly exchanges: readonly ClientExchange12[];
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
}
