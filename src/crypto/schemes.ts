import type { HashName } from './hash.ts';
import type { CurveName, KeyKind, PublicKey, SignatureKind } from './signature.ts';

/** SignatureScheme names (RFC 9846, section 4.3.3; brainpool from RFC 8734; ML-DSA from its TLS draft). */
export type SignatureScheme =
  | 'ecdsa_secp256r1_sha256'
  | 'ecdsa_secp384r1_sha384'
  | 'ecdsa_secp521r1_sha512'
  | 'ecdsa_brainpoolP256r1tls13_sha256'
  | 'ecdsa_brainpoolP384r1tls13_sha384'
  | 'ecdsa_brainpoolP512r1tls13_sha512'
  | 'ed25519'
  | 'ed448'
  | 'rsa_pss_rsae_sha256'
  | 'rsa_pss_rsae_sha384'
  | 'rsa_pss_rsae_sha512'
  | 'rsa_pss_pss_sha256'
  | 'rsa_pss_pss_sha384'
  | 'rsa_pss_pss_sha512'
  | 'rsa_pkcs1_sha256'
  | 'rsa_pkcs1_sha384'
  | 'rsa_pkcs1_sha512'
  | 'rsa_pkcs1_sha1'
  | 'ecdsa_sha1'
  | 'mldsa44'
  | 'mldsa65'
  | 'mldsa87';

export interface SchemeInfo {
  readonly name: SignatureScheme;
  readonly id: number;
  readonly kind: SignatureKind;
  readonly hash: HashName | null;
  /** The kind of key that a certificate must hold for it. */
  readonly key: KeyKind;
  /** ECDSA: the curve that TLS 1.3 binds to it; TLS 1.2 takes any curve. */
  readonly curve: CurveName | null;
  /** Where a handshake may be signed with it; all of them may stand in certificates. */
  readonly tls13: boolean;
  readonly tls12: boolean;
}

const row = (
  name: SignatureScheme,
  id: number,
  kind: SignatureKind,
  hash: HashName | null,
  key: KeyKind,
  curve: CurveName | null = null,
  tls13: boolean = true,
  tls12: boolean = true,
): SchemeInfo => ({ name, id, kind, hash, key, curve, tls13, tls12 });

/** Every scheme that is known, whether or not a provider has it. */
export const SCHEMES: readonly SchemeInfo[] = [
  row('ecdsa_secp256r1_sha256', 0x0403, 'ecdsa', 'sha256', 'ec', 'P-256'),
  row('ecdsa_secp384r1_sha384', 0x0503, 'ecdsa', 'sha384', 'ec', 'P-384'),
  row('ecdsa_secp521r1_sha512', 0x0603, 'ecdsa', 'sha512', 'ec', 'P-521'),
  row('ed25519', 0x0807, 'ed25519', null, 'ed25519'),
  row('ed448', 0x0808, 'ed448', null, 'ed448'),
  row('rsa_pss_rsae_sha256', 0x0804, 'rsa-pss', 'sha256', 'rsa'),
  row('rsa_pss_rsae_sha384', 0x0805, 'rsa-pss', 'sha384', 'rsa'),
  row('rsa_pss_rsae_sha512', 0x0806, 'rsa-pss', 'sha512', 'rsa'),
  row('rsa_pss_pss_sha256', 0x0809, 'rsa-pss', 'sha256', 'rsa-pss'),
  row('rsa_pss_pss_sha384', 0x080a, 'rsa-pss', 'sha384', 'rsa-pss'),
  row('rsa_pss_pss_sha512', 0x080b, 'rsa-pss', 'sha512', 'rsa-pss'),
  row('rsa_pkcs1_sha256', 0x0401, 'rsa-pkcs1', 'sha256', 'rsa', null, false),
  row('rsa_pkcs1_sha384', 0x0501, 'rsa-pkcs1', 'sha384', 'rsa', null, false),
  row('rsa_pkcs1_sha512', 0x0601, 'rsa-pkcs1', 'sha512', 'rsa', null, false),
  row('rsa_pkcs1_sha1', 0x0201, 'rsa-pkcs1', 'sha1', 'rsa', null, false),
  row('ecdsa_sha1', 0x0203, 'ecdsa', 'sha1', 'ec', null, false),
  row('ecdsa_brainpoolP256r1tls13_sha256', 0x081a, 'ecdsa', 'sha256', 'ec', 'brainpoolP256r1', true, false),
  row('ecdsa_brainpoolP384r1tls13_sha384', 0x081b, 'ecdsa', 'sha384', 'ec', 'brainpoolP384r1', true, false),
  row('ecdsa_brainpoolP512r1tls13_sha512', 0x081c, 'ecdsa', 'sha512', 'ec', 'brainpoolP512r1', true, false),
  row('mldsa44', 0x0904, 'ml-dsa-44', null, 'ml-dsa-44', null, true, false),
  row('mldsa65', 0x0905, 'ml-dsa-65', null, 'ml-dsa-65', null, true, false),
  row('mldsa87', 0x0906, 'ml-dsa-87', null, 'ml-dsa-87', null, true, false),
];

export function schemeById(id: number): SchemeInfo | null {
  for (const scheme of SCHEMES) if (scheme.id === id) return scheme;
  return null;
}

export function schemeByName(name: string): SchemeInfo | null {
  for (const scheme of SCHEMES) if (scheme.name === name) return scheme;
  return null;
}

/**
 * The scheme by which a signer signs with a certificate's key. A signer may know its RSA key as such, and not that the
 * certificate says id-RSASSA-PSS: its rsa_pss_rsae then goes by the name rsa_pss_pss.
 */
export function schemeOf(signerName: string, key: PublicKey): SchemeInfo | null {
  return schemeByName(key.kind === 'rsa-pss' ? signerName.replace('rsa_pss_rsae_', 'rsa_pss_pss_') : signerName);
}

/** What a signer with these schemes calls the scheme; see `schemeOf`. */
export function signerNameOf(scheme: SchemeInfo, signerNames: readonly SignatureScheme[]): SignatureScheme {
  const other = scheme.name.replace('rsa_pss_pss_', 'rsa_pss_rsae_') as SignatureScheme;
  return !signerNames.includes(scheme.name) && signerNames.includes(other) ? other : scheme.name;
}

/** Whether a handshake of this version may be signed so with this key (RFC 9846, section 4.3.3; RFC 8422, section 5.1.3). */
export function schemeFitsKey(scheme: SchemeInfo, key: PublicKey, version: 'TLSv1.2' | 'TLSv1.3'): boolean {
  if (scheme.key !== key.kind) return false;
  if (version === 'TLSv1.3') return scheme.tls13 && (scheme.curve === null || scheme.curve === key.curve);
  return scheme.tls12;
}

/** NamedGroup of a certificate's curve, which in TLS 1.2 has to be among those that the peer listed (RFC 8422, section 5.3). */
export function groupOfCurve(curve: CurveName): number {
  return {
    secp256k1: 22,
    'P-256': 23,
    'P-384': 24,
    'P-521': 25,
    brainpoolP256r1: 26,
    brainpoolP384r1: 27,
    brainpoolP512r1: 28,
  }[curve];
}
