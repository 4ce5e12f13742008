// biome-ignore-all format: one suite a line reads as the table that it is
import type { Bulk12, Suite, Suite12, Suite13 } from '../../crypto/index.ts';
import { ECDHE, suite12, suite13 } from '../shared/suites.ts';
import { aes128Gcm, aes256Gcm, chacha20Poly1305 } from './aead.ts';
import { sha256, sha384 } from './hash.ts';

const AES_128_GCM: Bulk12 = { kind: 'gcm', aead: aes128Gcm };
const AES_256_GCM: Bulk12 = { kind: 'gcm', aead: aes256Gcm };
const CHACHA20_POLY1305: Bulk12 = { kind: 'chacha', aead: chacha20Poly1305 };

export const TLS_AES_128_GCM_SHA256: Suite13 = /* @__PURE__ */ suite13('TLS_AES_128_GCM_SHA256', 0x1301, sha256, aes128Gcm);
export const TLS_AES_256_GCM_SHA384: Suite13 = /* @__PURE__ */ suite13('TLS_AES_256_GCM_SHA384', 0x1302, sha384, aes256Gcm);
export const TLS_CHACHA20_POLY1305_SHA256: Suite13 = /* @__PURE__ */ suite13('TLS_CHACHA20_POLY1305_SHA256', 0x1303, sha256, chacha20Poly1305);
export const TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 0xc02b, ECDHE, 'ecdsa', sha256, AES_128_GCM);
export const TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 0xc02f, ECDHE, 'rsa', sha256, AES_128_GCM);
export const TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 0xc02c, ECDHE, 'ecdsa', sha384, AES_256_GCM);
export const TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 0xc030, ECDHE, 'rsa', sha384, AES_256_GCM);
export const TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 0xcca9, ECDHE, 'ecdsa', sha256, CHACHA20_POLY1305);
export const TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 0xcca8, ECDHE, 'rsa', sha256, CHACHA20_POLY1305);

/** The default offer, best first. */
export const suites: readonly Suite[] = [
  TLS_AES_128_GCM_SHA256,
  TLS_AES_256_GCM_SHA384,
  TLS_CHACHA20_POLY1305_SHA256,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];
