// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite12 } from '../../../crypto/index.ts';
import { ECDHE, suite12 } from '../../shared/suites.ts';
import { sha256 } from '../hash.ts';
import { AES_128_CCM, AES_128_CCM_8, AES_256_CCM, AES_256_CCM_8 } from './bulk.ts';

export const TLS_ECDHE_ECDSA_WITH_AES_128_CCM: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_128_CCM', 0xc0ac, ECDHE, 'ecdsa', sha256, AES_128_CCM);
export const TLS_ECDHE_ECDSA_WITH_AES_256_CCM: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_256_CCM', 0xc0ad, ECDHE, 'ecdsa', sha256, AES_256_CCM);
export const TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', 0xc0ae, ECDHE, 'ecdsa', sha256, AES_128_CCM_8);
export const TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8: Suite12 = /* @__PURE__ */ suite12('TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8', 0xc0af, ECDHE, 'ecdsa', sha256, AES_256_CCM_8);

/** CCM, with tags of 16 and of 8 bytes (RFC 7251). */
export const ccmSuites: readonly Suite12[] = [
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
  TLS_ECDHE_ECDSA_WITH_AES_256_CCM,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
  TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8,
];
