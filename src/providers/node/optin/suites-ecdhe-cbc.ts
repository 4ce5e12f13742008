// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite12 } from '../../../crypto/index.ts';
import { ECDHE, suite12 } from '../../shared/suites.ts';
import { sha256, sha384 } from '../hash.ts';
import { AES_128_CBC_SHA, AES_128_CBC_SHA256, AES_256_CBC_SHA, AES_256_CBC_SHA384 } from './bulk.ts';

export const TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 0xc023, ECDHE, 'ecdsa', sha256, AES_128_CBC_SHA256);
export const TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 0xc024, ECDHE, 'ecdsa', sha384, AES_256_CBC_SHA384);
export const TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 0xc009, ECDHE, 'ecdsa', sha256, AES_128_CBC_SHA);
export const TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 0xc00a, ECDHE, 'ecdsa', sha256, AES_256_CBC_SHA);
export const TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 0xc027, ECDHE, 'rsa', sha256, AES_128_CBC_SHA256);
export const TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 0xc028, ECDHE, 'rsa', sha384, AES_256_CBC_SHA384);
export const TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 0xc013, ECDHE, 'rsa', sha256, AES_128_CBC_SHA);
export const TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 0xc014, ECDHE, 'rsa', sha256, AES_256_CBC_SHA);

/** ECDHE with CBC and HMAC (RFC 8422, RFC 5289). */
export const ecdheCbcSuites: readonly Suite12[] = [
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
];
