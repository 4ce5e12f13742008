import type { PublicKey, SignatureVerifier } from '../crypto/index.ts';
import { type ErrorCode, TlsError } from '../errors/index.ts';
import { type Flow, perform } from '../flow/index.ts';
import type { Budget } from './budget.ts';
import type { Profile } from './profile/index.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/** Something with a signature on it: a certificate, CRL or OCSP response. */
export interface Signed {
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** What the signature covers. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignatureContext {
  readonly verifiers: readonly SignatureVerifier[];
  readonly profile: Profile;
  readonly budget: Budget;
}

/** Why the algorithm will not do, whatever the key; null if it will. */
export function algorithmProblem(algorithm: SignatureAlgorithm, context: SignatureContext): TlsError | null {
  const { kind, hash, weak, name } = algorithm;
  const known = kind !== null && context.verifiers.some((verifier) => verifier.kind === kind && verifier.hash === hash);
  if (weak && (context.profile.refusesSha1 || !known))
    return new TlsError('ERR_TLS_CERT_SIGNATURE_WEAK', { detail: name });
  return known ? null : new TlsError('ERR_TLS_CERT_SIGNATURE_UNSUPPORTED', { detail: name });
}

/** Verifies the signature with this key. Returns the code of what is wrong, or null. */
export function* verifySigned(signed: Signed, key: PublicKey, context: SignatureContext): Flow<ErrorCode | null> {
  if (!fitsKey(signed.signatureAlgorithm, key)) return 'ERR_TLS_CERT_SIGNATURE';
  const verifier = verifierFor(signed.signatureAlgorithm, key, context.verifiers);
  if (verifier === null) return 'ERR_TLS_CERT_SIGNATURE_UNSUPPORTED';
  context.budget.verifySignature(signatureCost(key));
  const { tbs, signature } = signed;
  const right = yield* perform('verify-signature', () => verifier.verify(key, tbs, signature));
  return right ? null : 'ERR_TLS_CERT_SIGNATURE';
}

/**
 * How many signatures of the usual kind one with this key counts for, by the time that verifying takes (measured with
 * OpenSSL 3.0: P-256 0.2 ms, P-384 1.4, P-521 2.9, RSA of 8,192 bits 0.7).
 */
export function signatureCost(key: PublicKey): number {
  if (key.rsa !== undefined) return key.bits > 4096 ? 3 : 1;
  if (key.kind === 'ec') return key.curve === 'P-256' ? 1 : key.bits > 384 ? 8 : key.bits > 256 ? 4 : 3;
  return key.kind === 'ed25519' ? 1 : 3;
}

function fitsKey(algorithm: SignatureAlgorithm, key: PublicKey): boolean {
  switch (algorithm.kind) {
    case 'ecdsa':
      return key.kind === 'ec';
    case 'rsa-pkcs1':
      return key.kind === 'rsa';
    case 'rsa-pss':
      return (
        key.kind === 'rsa' || (key.kind === 'rsa-pss' && (key.pss === undefined || key.pss.hash === algorithm.hash))
      );
    default:
      return key.kind === algorithm.kind;
  }
}

function verifierFor(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  verifiers: readonly SignatureVerifier[],
): SignatureVerifier | null {
  for (const verifier of verifiers) {
    if (verifier.kind !== algorithm.kind || verifier.hash !== algorithm.hash) continue;
    const { curves } = verifier;
    if (key.curve === undefined || curves === undefined || curves.indexOf(key.curve) >= 0) return verifier;
  }
  return null;
}
