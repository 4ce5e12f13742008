import type { Bulk12 } from '../../../crypto/index.ts';
import { cbcBulk } from '../../../record/index.ts';
import { aes128Gcm, aes256Gcm } from '../aead.ts';
import { sha1, sha256, sha384 } from '../hash.ts';
import { aes128Cbc, aes256Cbc } from './cbc.ts';
import { aes128Ccm, aes128Ccm8, aes256Ccm, aes256Ccm8 } from './ccm.ts';

/** Record protection, by the part of a suite's name that stands for it. */
export const AES_128_GCM: Bulk12 = { kind: 'gcm', aead: aes128Gcm };
export const AES_256_GCM: Bulk12 = { kind: 'gcm', aead: aes256Gcm };
export const AES_128_CCM: Bulk12 = { kind: 'gcm', aead: aes128Ccm };
export const AES_256_CCM: Bulk12 = { kind: 'gcm', aead: aes256Ccm };
export const AES_128_CCM_8: Bulk12 = { kind: 'gcm', aead: aes128Ccm8 };
export const AES_256_CCM_8: Bulk12 = { kind: 'gcm', aead: aes256Ccm8 };
export const AES_128_CBC_SHA: Bulk12 = /* @__PURE__ */ cbcBulk(aes128Cbc, sha1);
export const AES_128_CBC_SHA256: Bulk12 = /* @__PURE__ */ cbcBulk(aes128Cbc, sha256);
export const AES_256_CBC_SHA: Bulk12 = /* @__PURE__ */ cbcBulk(aes256Cbc, sha1);
export const AES_256_CBC_SHA256: Bulk12 = /* @__PURE__ */ cbcBulk(aes256Cbc, sha256);
export const AES_256_CBC_SHA384: Bulk12 = /* @__PURE__ */ cbcBulk(aes256Cbc, sha384);
