import type { Group, Hash, SchemeInfo, SignatureVerifier, Suite } from '../crypto/index.ts';
import type { Certificate } from '../x509/index.ts';
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
  /** Ask `verifier` again in each resumption, about the chain that was shown when the session began. */
  readonly reverify: boolean;
  /** Parses a certificate, or remembers it parsed: the import of its key then costs once. Fails with ERR_TLS_CERT_PARSE. */
  certificate(der: Uint8Array): Certificate;
  /** ProtocolName octets as Latin-1, best first; empty: no ALPN. */
  readonly alpn: readonly string[];
  /** The largest plaintext in bytes that one received record may hold (RFC 8449); null: say nothing, take 16,384. */
  readonly recordSizeLimit: number | null;
  /** The most plaintext in bytes, 512 to 16,384, that we put into one record; the peer may want less. */
  readonly maxSendFragment: number;
  /** Bytes of padding to add to a TLS 1.3 record with this many bytes of content; null: none. */
  readonly padding: ((contentLength: number) => number) | null;
  /** Whether secrets go out as `key-log` events. */
  readonly keyLog: boolean;
  readonly tracer: Tracer | null;
  readonly limits: Limits;
}
