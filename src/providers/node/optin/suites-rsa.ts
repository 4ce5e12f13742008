// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite12 } from '../../../crypto/index.ts';
import { suite12 } from '../../shared/suites.ts';
import { sha256, sha384 } from '../hash.ts';
import {
  AES_128_CBC_SHA, AES_128_CBC_SHA256, AES_128_GCM, AES_256_CBC_SHA, AES_256_CBC_SHA256, AES_256_GCM,
} from './bulk.ts';
import { RSA } from './rsa.ts';

export const TLS_RSA_WITH_AES_128_GCM_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_128_GCM_SHA256', 0x009c, RSA, 'rsa', sha256, AES_128_GCM);
export const TLS_RSA_WITH_AES_256_GCM_SHA384: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_256_GCM_SHA384', 0x009d, RSA, 'rsa', sha384, AES_256_GCM);
export const TLS_RSA_WITH_AES_128_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_128_CBC_SHA256', 0x003c, RSA, 'rsa', sha256, AES_128_CBC_SHA256);
export const TLS_RSA_WITH_AES_256_CBC_SHA256: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_256_CBC_SHA256', 0x003d, RSA, 'rsa', sha256, AES_256_CBC_SHA256);
export const TLS_RSA_WITH_AES_128_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_128_CBC_SHA', 0x002f, RSA, 'rsa', sha256, AES_128_CBC_SHA);
export const TLS_RSA_WITH_AES_256_CBC_SHA: Suite12 = /* @__PURE__ */ suite12('TLS_RSA_WITH_AES_256_CBC_SHA', 0x0035, RSA, 'rsa', sha256, AES_256_CBC_SHA);

/** Static RSA, without forward secrecy (RFC 5246, RFC 5288). */
export const rsaSuites: readonly Suite12[] = [
  TLS_RSA_WITH_AES_128_GCM_SHA256,
  TLS_RSA_WITH_AES_256_GCM_SHA384,
  TLS_RSA_WITH_AES_128_CBC_SHA256,
  TLS_RSA_WITH_AES_256_CBC_SHA256,
  TLS_RSA_WITH_AES_128_CBC_SHA,
  TLS_RSA_WITH_AES_256_CBC_SHA,
];
