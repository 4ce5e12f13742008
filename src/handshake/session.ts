import type { SignatureScheme } from '../crypto/index.ts';
import type { Version } from './version.ts';

/** What is needed to resume. It holds a secret: keep it as carefully as a key. */
export interface Session {
  /** TLS 1.3: no session at all, but a key agreed on elsewhere, which its binder tells apart. */
  readonly external?: boolean;
  readonly version: Version;
  readonly suite: number;
  /** The resumption PSK of TLS 1.3, or the master secret of TLS 1.2. */
  readonly secret: Uint8Array;
  /** The ticket; empty for a session id alone. */
  readonly ticket: Uint8Array;
  /** TLS 1.2's session id. */
  readonly id: Uint8Array;
  /** TLS 1.3: added to the ticket's age, so that observers cannot correlate. */
  readonly ageAdd: number;
  /** Milliseconds since 1970 at which it was received. */
  readonly receivedAt: number;
  /** Seconds it may be used. */
  readonly lifetime: number;
  /** TLS 1.3: bytes of early data that the server allows; 0 for none. */
  readonly maxEarlyData: number;
  readonly extendedMasterSecret: boolean;
  readonly serverName: string | null;
  readonly alpn: string | null;
  /** DER, leaf first: the identity verified then, which resumption keeps. */
  readonly chain: readonly Uint8Array[];
  /** Seconds since 1970 until which that verdict holds; null if no date was checked. */
  readonly notAfter: number | null;
  /** Whether that chain was found good; one that was not is judged anew in each resumption. */
  readonly verified: boolean;
  /** What the server signed that handshake with. */
  readonly peerScheme: SignatureScheme | null;
  /** TLS 1.2: the group of that handshake; a TLS 1.3 resumption agrees on a new one. */
  readonly group: string | null;
  /** What came along with that chain. */
  readonly ocspResponse: Uint8Array | null;
  readonly scts: readonly Uint8Array[] | null;
}
