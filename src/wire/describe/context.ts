import type { Protection } from './suite.ts';

/** What has to be known from elsewhere to read a message. */
export interface DescribeContext {
  readonly from: 'client' | 'server' | null;
  /** ProtocolVersion once it is negotiated. */
  readonly version: number | null;
  /** Code point of the negotiated suite; from it follow the key exchange and the layout of records. */
  readonly cipherSuite?: number | null;
  /** TLS 1.2's key exchange, where it is known without the suite: `ecdhe`, `dhe`, `rsa`, `psk`, `ecdhe-psk` ... */
  readonly exchange?: string | null;
}

export interface DescribeRecordContext extends DescribeContext {
  readonly protected: boolean;
  /** How a protected record is laid out, where that does not follow from the suite (RFC 7366). */
  readonly protection?: Protection | null;
}
