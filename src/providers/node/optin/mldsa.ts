import type { SignatureVerifier } from '../../../crypto/index.ts';
import { quietly } from '../../shared/quietly.ts';
import { hasKeyType } from '../available.ts';
import { selfHashing } from '../verify.ts';

type MlDsa = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';

const NOBLE = { 'ml-dsa-44': 'ml_dsa44', 'ml-dsa-65': 'ml_dsa65', 'ml-dsa-87': 'ml_dsa87' } as const;

/** FIPS 204 with an empty context, as TLS and X.509 have it (RFC 9881). */
export const mlDsa44: SignatureVerifier = /* @__PURE__ */ mlDsa('ml-dsa-44');
export const mlDsa65: SignatureVerifier = /* @__PURE__ */ mlDsa('ml-dsa-65');
export const mlDsa87: SignatureVerifier = /* @__PURE__ */ mlDsa('ml-dsa-87');

let native: boolean | null = null;

/** Native from Node 24.6 on; else @noble/post-quantum, loaded when first used. */
function mlDsa(kind: MlDsa): SignatureVerifier {
  const own = selfHashing(kind);
  return {
    kind,
    hash: null,
    verify(key, message, signature) {
      if (native === null) native = hasKeyType('ml-dsa-44');
      if (native) return own.verify(key, message, signature);
      if (key.kind !== kind) return false;
      return import('@noble/post-quantum/ml-dsa.js').then((noble) =>
        quietly(() => noble[NOBLE[kind]].verify(signature, message, key.raw)),
      );
    },
  };
}
