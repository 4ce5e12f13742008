import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { mgf1, PSS } from 'micro-rsa-dsa-dh/rsa.js';
import { OS2IP } from 'micro-rsa-dsa-dh/utils.js';
import {
  type CurveName,
  ecdsaDerToRaw,
  type Hash,
  type PublicKey,
  type SignatureKind,
  type SignatureVerifier,
} from '../../crypto/index.ts';
import { quietly } from '../shared/quietly.ts';
import { pssFits, rsaKeyFits, rsaSignatureFits } from '../shared/rsa.ts';

export type Curves = Partial<Readonly<Record<CurveName, ECDSA>>>;

/** Any hash goes with any curve: the digest is cut to the order's bits (FIPS 186-5, section 6.4.2). */
export function ecdsa(hash: Hash, curves: Curves): SignatureVerifier {
  return {
    kind: 'ecdsa',
    hash: hash.name,
    curves: Object.keys(curves) as CurveName[],
    verify(key, message, signature) {
      const curve = key.kind === 'ec' && key.curve !== undefined ? curves[key.curve] : undefined;
      const raw = curve === undefined ? null : ecdsaDerToRaw(signature, curve.Point.Fn.BYTES);
      if (curve === undefined || raw === null) return false;
      return quietly(() => curve.verify(raw, hash.digest(message), key.raw, { prehash: false, lowS: false }));
    },
  };
}

/** For algorithms that hash by themselves. */
export function selfHashing(
  kind: SignatureKind,
  verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean,
): SignatureVerifier {
  return {
    kind,
    hash: null,
    verify: (key, message, signature) => key.kind === kind && quietly(() => verify(signature, message, key.raw)),
  };
}

type NobleHash = Parameters<typeof mgf1>[0];

export function rsaPss(hash: Hash, noble: NobleHash): SignatureVerifier {
  const scheme = PSS(noble, mgf1(noble), hash.size);
  return {
    kind: 'rsa-pss',
    hash: hash.name,
    verify: (key, message, signature) =>
      rsaSignatureFits(key, signature) &&
      pssFits(key, hash.name) &&
      rsaKeyFits(key) &&
      quietly(() => scheme.verify(toRsa(key), message, signature)),
  };
}

export interface Pkcs1 {
  verify(key: { n: bigint; e: bigint }, message: Uint8Array, signature: Uint8Array): boolean;
}

export function rsaPkcs1(hash: Hash, scheme: Pkcs1): SignatureVerifier {
  return {
    kind: 'rsa-pkcs1',
    hash: hash.name,
    verify: (key, message, signature) =>
      key.kind === 'rsa' &&
      rsaSignatureFits(key, signature) &&
      rsaKeyFits(key) &&
      quietly(() => scheme.verify(toRsa(key), message, signature)),
  };
}

export function toRsa(key: PublicKey): { n: bigint; e: bigint } {
  return { n: OS2IP(key.rsa!.n), e: OS2IP(key.rsa!.e) };
}
