// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite13 } from '../../../crypto/index.ts';
import { suite13 } from '../../shared/suites.ts';
import { sha256 } from '../hash.ts';
import { aes128Ccm, aes128Ccm8 } from './ccm.ts';

/** RFC 9846, appendix B.4. */
export const TLS_AES_128_CCM_SHA256: Suite13 = /* @__PURE__ */ suite13('TLS_AES_128_CCM_SHA256', 0x1304, sha256, aes128Ccm);
export const TLS_AES_128_CCM_8_SHA256: Suite13 = /* @__PURE__ */ suite13('TLS_AES_128_CCM_8_SHA256', 0x1305, sha256, aes128Ccm8);

export const optInSuites13: readonly Suite13[] = [TLS_AES_128_CCM_SHA256, TLS_AES_128_CCM_8_SHA256];
