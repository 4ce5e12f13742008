import type { KeyObject } from 'node:crypto';
import { type CurveName, SCHEMES, type SchemeInfo, type SignatureScheme } from '../../crypto/index.ts';
import { hashSize } from '../shared/rsa.ts';

/** By OpenSSL's names. */
const CURVES: Readonly<Record<string, CurveName>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  secp256k1: 'secp256k1',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
  brainpoolP512r1: 'brainpoolP512r1',
};

/** What a private key can sign with, best first; empty where it cannot sign, or not for TLS. SHA-1 is left out. */
export function schemesOf(key: KeyObject): SignatureScheme[] {
  return SCHEMES.filter((scheme) => scheme.hash !== 'sha1' && canSign(key, scheme))
    .sort((a, b) => Number(isOwnCurve(key, b)) - Number(isOwnCurve(key, a)))
    .map((scheme) => scheme.name);
}

function canSign(key: KeyObject, scheme: SchemeInfo): boolean {
  if (scheme.key !== key.asymmetricKeyType) return false;
  switch (scheme.key) {
    case 'ec':
      // TLS 1.2 binds no curve to a scheme: its hash alone counts (RFC 8422, section 5.1.3).
      return isOwnCurve(key, scheme) || (scheme.tls12 && curveOf(key) !== null);
    case 'rsa':
      return modulusFits(key, scheme);
    case 'rsa-pss':
      return modulusFits(key, scheme) && pssAllows(key, scheme);
    default:
      return true;
  }
}

function isOwnCurve(key: KeyObject, scheme: SchemeInfo): boolean {
  return scheme.curve !== null && scheme.curve === curveOf(key);
}

function curveOf(key: KeyObject): CurveName | null {
  return CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? null;
}

/** RFC 8017, section 9: PSS with a salt as long as the hash; PKCS #1 v1.5 with 30 octets around the hash. */
function modulusFits(key: KeyObject, scheme: SchemeInfo): boolean {
  const hash = hashSize(scheme.hash!);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return Math.ceil((bits - 1) / 8) >= (scheme.kind === 'rsa-pss' ? 2 * hash + 2 : hash + 30);
}

/** The key may fix its hashes and the least length of its salt (RFC 4055, section 3.1). */
function pssAllows(key: KeyObject, scheme: SchemeInfo): boolean {
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {};
  if (hashAlgorithm === undefined) return true;
  return (
    hashAlgorithm === scheme.hash && mgf1HashAlgorithm === scheme.hash && (saltLength ?? 0) <= hashSize(scheme.hash!)
  );
}
