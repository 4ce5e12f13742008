import crypto from 'node:crypto';
import type { CurveName, HashName, PublicKey, SignatureVerifier } from '../../crypto/index.ts';
import { quietly } from '../shared/quietly.ts';
import { pssFits, rsaSignatureFits } from '../shared/rsa.ts';
import { importPublicKey } from './public-key.ts';

export function ecdsa(hash: HashName, curves: readonly CurveName[]): SignatureVerifier {
  return {
    kind: 'ecdsa',
    hash,
    curves,
    verify: (key, message, signature) =>
      key.kind === 'ec' &&
      key.curve !== undefined &&
      curves.includes(key.curve) &&
      check(hash, key, message, signature, { dsaEncoding: 'der' }),
  };
}

export function selfHashing(kind: 'ed25519' | 'ed448' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'): SignatureVerifier {
  return {
    kind,
    hash: null,
    verify: (key, message, signature) => key.kind === kind && check(null, key, message, signature, {}),
  };
}

export function rsaPss(hash: HashName): SignatureVerifier {
  const padding = {
    padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
    saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return {
    kind: 'rsa-pss',
    hash,
    verify: (key, message, signature) =>
      rsaSignatureFits(key, signature) && pssFits(key, hash) && check(hash, key, message, signature, padding),
  };
}

export function rsaPkcs1(hash: HashName): SignatureVerifier {
  const padding = { padding: crypto.constants.RSA_PKCS1_PADDING };
  return {
    kind: 'rsa-pkcs1',
    hash,
    verify: (key, message, signature) =>
      key.kind === 'rsa' && rsaSignatureFits(key, signature) && check(hash, key, message, signature, padding),
  };
}

function check(
  hash: HashName | null,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: crypto.SigningOptions,
): boolean {
  return quietly(() => crypto.verify(hash, message, { key: importPublicKey(key), ...options }, signature));
}
