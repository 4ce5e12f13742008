import type { Aead, Cbc, Exchange12, Hash, Suite12, Suite13 } from '../../crypto/index.ts';

const ECDHE: Exchange12 = { kind: 'ecdhe' };

/** TLS 1.3 (RFC 9846, appendix B.4). */
export function suite13(name: string, id: number, hash: Hash, aead: Aead): Suite13 {
  return { version: 'TLSv1.3', name, id, hash, aead };
}

/** TLS 1.2 over ECDHE with an AEAD that has an explicit nonce (RFC 5289). */
export function ecdheGcm(name: string, id: number, auth: 'ecdsa' | 'rsa', hash: Hash, aead: Aead): Suite12 {
  return gcm12(name, id, ECDHE, auth, hash, aead);
}

/** TLS 1.2 over ECDHE with ChaCha20-Poly1305 (RFC 7905). */
export function ecdheChacha(name: string, id: number, auth: 'ecdsa' | 'rsa', hash: Hash, aead: Aead): Suite12 {
  return { version: 'TLSv1.2', name, id, exchange: ECDHE, auth, hash, bulk: { kind: 'chacha', aead } };
}

/** TLS 1.2 with GCM or CCM, for any exchange (RFC 5288, RFC 6655). */
export function gcm12(
  name: string,
  id: number,
  exchange: Exchange12,
  auth: 'ecdsa' | 'rsa' | null,
  hash: Hash,
  aead: Aead,
): Suite12 {
  return { version: 'TLSv1.2', name, id, exchange, auth, hash, bulk: { kind: 'gcm', aead } };
}

/** TLS 1.2 with CBC and HMAC; `hash` is the PRF's, `mac` the records' (RFC 5246, sections 5 and 6.2.3.2). */
export function cbc12(
  name: string,
  id: number,
  exchange: Exchange12,
  auth: 'ecdsa' | 'rsa' | null,
  hash: Hash,
  cipher: Cbc,
  mac: Hash,
): Suite12 {
  return { version: 'TLSv1.2', name, id, exchange, auth, hash, bulk: { kind: 'cbc', cipher, mac } };
}
