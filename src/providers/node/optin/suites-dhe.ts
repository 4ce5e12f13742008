// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite12 } from '../../../crypto/index.ts';
import { suite12 } from '../../shared/suites.ts';
import { sha256, sha384 } from '../hash.ts';
import {
  AES_128_CBC_SHA, AES_128_CBC_SHA256, AES_128_GCM, AES_256_CBC_SHA, AES_256_CBC_SHA256, AES_256_GCM,
  CHACHA20_POLY1305,
} from './bulk.ts';
import { DHE } from './dhe.ts';

export const TLS_DHE_RSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 0x009e, DHE, 'rsa', sha256, AES_128_GCM);
export const TLS_DHE_RSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 0x009f, DHE, 'rsa', sha384, AES_256_GCM);
export const TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 0xccaa, DHE, 'rsa', sha256, CHACHA20_POLY1305);
export const TLS_DHE_RSA_WITH_AES_128_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', 0x0067, DHE, 'rsa', sha256, AES_128_CBC_SHA256);
export const TLS_DHE_RSA_WITH_AES_256_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_256_CBC_SHA256', 0x006b, DHE, 'rsa', sha256, AES_256_CBC_SHA256);
export const TLS_DHE_RSA_WITH_AES_128_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_128_CBC_SHA', 0x0033, DHE, 'rsa', sha256, AES_128_CBC_SHA);
export const TLS_DHE_RSA_WITH_AES_256_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_DHE_RSA_WITH_AES_256_CBC_SHA', 0x0039, DHE, 'rsa', sha256, AES_256_CBC_SHA);

/** Finite-field DHE (RFC 5246, RFC 5288, RFC 7905). */
export const dheSuites: readonly Suite12[] = [
  TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
  TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
  TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA256,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
];
