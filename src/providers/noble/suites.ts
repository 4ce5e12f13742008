import type { Suite, Suite12, Suite13 } from '../../crypto/index.ts';
import { ecdheChacha, ecdheGcm, suite13 } from '../shared/suites.ts';
import { aes128Gcm, aes256Gcm, chacha20Poly1305 } from './aead.ts';
import { sha256, sha384 } from './hash.ts';

export const TLS_AES_128_GCM_SHA256: Suite13 = /* @__PURE__ */ suite13(
  'TLS_AES_128_GCM_SHA256',
  0x1301,
  sha256,
  aes128Gcm,
);
export const TLS_AES_256_GCM_SHA384: Suite13 = /* @__PURE__ */ suite13(
  'TLS_AES_256_GCM_SHA384',
  0x1302,
  sha384,
  aes256Gcm,
);
export const TLS_CHACHA20_POLY1305_SHA256: Suite13 = /* @__PURE__ */ suite13(
  'TLS_CHACHA20_POLY1305_SHA256',
  0x1303,
  sha256,
  chacha20Poly1305,
);
export const TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ ecdheGcm(
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  0xc02b,
  'ecdsa',
  sha256,
  aes128Gcm,
);
export const TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ ecdheGcm(
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  0xc02c,
  'ecdsa',
  sha384,
  aes256Gcm,
);
export const TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ ecdheGcm(
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  0xc02f,
  'rsa',
  sha256,
  aes128Gcm,
);
export const TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ ecdheGcm(
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  0xc030,
  'rsa',
  sha384,
  aes256Gcm,
);
export const TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: Suite12 = /* @__PURE__ */ ecdheChacha(
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  0xcca9,
  'ecdsa',
  sha256,
  chacha20Poly1305,
);
export const TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: Suite12 = /* @__PURE__ */ ecdheChacha(
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  0xcca8,
  'rsa',
  sha256,
  chacha20Poly1305,
);

/** The default offer, best first. */
export const suites: readonly Suite[] = [
  TLS_AES_128_GCM_SHA256,
  TLS_AES_256_GCM_SHA384,
  TLS_CHACHA20_POLY1305_SHA256,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];
