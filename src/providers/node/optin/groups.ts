import type { Group } from '../../../crypto/index.ts';
import { ONLY_12, ONLY_13, type SyncGroup } from '../../shared/sync-group.ts';
import { hasCurve, hasKeyType } from '../available.ts';
import { weierstrass } from '../ecdh.ts';
import { montgomery } from '../montgomery.ts';
import { ffdhe2048, ffdhe3072, ffdhe4096 } from './ffdhe.ts';

export { ffdhe2048, ffdhe3072, ffdhe4096 };

/** RFC 7748. */
export const x448: SyncGroup = /* @__PURE__ */ montgomery('x448', 30, 'X448', 56);

/** RFC 8422 reserves it; some devices of TLS 1.2 know little else. */
export const secp256k1: SyncGroup = /* @__PURE__ */ weierstrass('secp256k1', 22, 'secp256k1', 32, ONLY_12);

/** RFC 7027. */
export const brainpoolP256r1: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP256r1',
  26,
  'brainpoolP256r1',
  32,
  ONLY_12,
);
export const brainpoolP384r1: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP384r1',
  27,
  'brainpoolP384r1',
  48,
  ONLY_12,
);
export const brainpoolP512r1: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP512r1',
  28,
  'brainpoolP512r1',
  64,
  ONLY_12,
);

/** RFC 8734 gives the same curves other numbers in TLS 1.3. */
export const brainpoolP256r1tls13: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP256r1tls13',
  31,
  'brainpoolP256r1',
  32,
  ONLY_13,
);
export const brainpoolP384r1tls13: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP384r1tls13',
  32,
  'brainpoolP384r1',
  48,
  ONLY_13,
);
export const brainpoolP512r1tls13: SyncGroup = /* @__PURE__ */ weierstrass(
  'brainpoolP512r1tls13',
  33,
  'brainpoolP512r1',
  64,
  ONLY_13,
);

/** All that this Node can do besides the default offer. */
export const optInGroups: readonly Group[] = /* @__PURE__ */ available();

function available(): Group[] {
  const groups: Group[] = [];
  if (hasKeyType('x448')) groups.push(x448);
  groups.push(ffdhe2048, ffdhe3072, ffdhe4096);
  if (hasCurve('secp256k1')) groups.push(secp256k1);
  if (hasCurve('brainpoolP256r1')) {
    groups.push(brainpoolP256r1, brainpoolP384r1, brainpoolP512r1);
    groups.push(brainpoolP256r1tls13, brainpoolP384r1tls13, brainpoolP512r1tls13);
  }
  return groups;
}
