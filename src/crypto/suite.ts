import type { Awaitable } from '../flow/index.ts';
import type { Aead } from './aead.ts';
import type { Cbc } from './cbc.ts';
import type { FiniteField } from './group.ts';
import type { Hash } from './hash.ts';
import type { RecordProtection12 } from './protection.ts';
import type { PublicKey } from './signature.ts';

/** A TLS 1.3 cipher suite (RFC 9846, appendix B.4). */
export interface Suite13 {
  readonly version: 'TLSv1.3';
  /** IANA name. */
  readonly name: string;
  readonly id: number;
  readonly hash: Hash;
  readonly aead: Aead;
}

/** How the premaster secret of a TLS 1.2 suite comes about. */
export type Exchange12 =
  | { readonly kind: 'ecdhe' }
  | { readonly kind: 'dhe'; readonly field: FiniteField }
  | { readonly kind: 'rsa'; readonly encrypt: RsaEncrypt }
  | { readonly kind: 'psk' }
  | { readonly kind: 'ecdhe-psk' }
  | { readonly kind: 'dhe-psk'; readonly field: FiniteField }
  | { readonly kind: 'rsa-psk'; readonly encrypt: RsaEncrypt };

/** RSAES-PKCS1-v1_5 with the server's key (RFC 8017, section 7.2.1). */
export type RsaEncrypt = (key: PublicKey, premaster: Uint8Array) => Awaitable<Uint8Array>;

/** How the records of a TLS 1.2 suite are protected. */
export type Bulk12 =
  | { readonly kind: 'gcm'; readonly aead: Aead } // explicit 8-byte nonce: RFC 5288; CCM alike, RFC 6655
  | { readonly kind: 'chacha'; readonly aead: Aead } // nonce from the sequence number: RFC 7905
  | { readonly kind: 'cbc'; readonly cipher: Cbc; readonly mac: Hash; readonly records: RecordProtection12 };

/** A TLS 1.2 cipher suite. */
export interface Suite12 {
  readonly version: 'TLSv1.2';
  /** IANA name. */
  readonly name: string;
  readonly id: number;
  readonly exchange: Exchange12;
  /** The kind of certificate that authenticates the server; null where a pre-shared key does. */
  readonly auth: 'ecdsa' | 'rsa' | null;
  /** Of the PRF. */
  readonly hash: Hash;
  readonly bulk: Bulk12;
}

export type Suite = Suite12 | Suite13;

/** Whether both ends need a pre-shared key (RFC 4279). */
export function usesPsk({ exchange }: Suite12): boolean {
  return exchange.kind === 'psk' || exchange.kind.endsWith('-psk');
}

/** Whether the server's key decrypts, rather than signs. */
export function decrypts({ exchange }: Suite12): boolean {
  return exchange.kind === 'rsa' || exchange.kind === 'rsa-psk';
}
