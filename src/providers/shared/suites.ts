import type { Aead, Bulk12, Exchange12, Hash, Suite12, Suite13 } from '../../crypto/index.ts';

/** With ephemeral keys, over whichever group is agreed (RFC 8422). */
export const ECDHE: Exchange12 = { kind: 'ecdhe' };
export const ECDHE_PSK: Exchange12 = { kind: 'ecdhe-psk' };
export const PSK: Exchange12 = { kind: 'psk' };

/** TLS 1.3 (RFC 9846, appendix B.4). */
export function suite13(name: string, id: number, hash: Hash, aead: Aead): Suite13 {
  return { version: 'TLSv1.3', name, id, hash, aead };
}

/** TLS 1.2; `hash` is the PRF's. `auth` is null for pure PSK. */
export function suite12(
  name: string,
  id: number,
  exchange: Exchange12,
  auth: 'ecdsa' | 'rsa' | null,
  hash: Hash,
  bulk: Bulk12,
): Suite12 {
  return { version: 'TLSv1.2', name, id, exchange, auth, hash, bulk };
}
