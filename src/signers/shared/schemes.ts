import { type HashName, type SchemeInfo, type SignatureScheme, schemeByName } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { NistCurve } from './spki.ts';

/** The one scheme of a curve that TLS 1.3 and 1.2 both know. */
export const EC_SCHEME: Readonly<Record<NistCurve, SignatureScheme>> = {
  'P-256': 'ecdsa_secp256r1_sha256',
  'P-384': 'ecdsa_secp384r1_sha384',
  'P-521': 'ecdsa_secp521r1_sha512',
};

export const PSS_SCHEMES: readonly SignatureScheme[] = [
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
];

export const PKCS1_SCHEMES: readonly SignatureScheme[] = ['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'];

const HASH_BYTES: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** Whether a modulus of `bits` bits has room for it (RFC 8017, section 9): PSS with its salt, or PKCS#1 v1.5. */
export function fitsModulus(scheme: SignatureScheme, bits: number): boolean {
  const info = schemeByName(scheme)!;
  const hash = HASH_BYTES[info.hash!];
  return Math.ceil((bits - 1) / 8) >= (info.kind === 'rsa-pss' ? 2 * hash + 2 : hash + 30);
}

/** The scheme that was asked for, if the key has it. Fails with ERR_TLS_KEY_SCHEME. */
export function requireScheme(
  asked: SignatureScheme,
  schemes: readonly SignatureScheme[],
  keyName: string,
): SchemeInfo & { readonly name: SignatureScheme } {
  const info = schemes.includes(asked) ? schemeByName(asked) : null;
  return info ?? fail('ERR_TLS_KEY_SCHEME', `${keyName} signs with ${schemes.join(', ')}, not with ${asked}`);
}
