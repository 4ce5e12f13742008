import { parsePem } from '../../../../src/asn1/index.ts';
import type { SignatureScheme, SigningKey } from '../../../../src/crypto/index.ts';

type Parameters = 'ml_dsa44' | 'ml_dsa65' | 'ml_dsa87';

/** The last byte of id-ml-dsa-44 and its kin (RFC 9881, section 2). */
const KINDS: Readonly<Record<number, readonly [SignatureScheme, Parameters]>> = {
  17: ['mldsa44', 'ml_dsa44'],
  18: ['mldsa65', 'ml_dsa65'],
  19: ['mldsa87', 'ml_dsa87'],
};
const ID = Buffer.from('0609608648016503040300', 'hex').subarray(0, 10);
const SEED_SIZE = 32;

/** A signer for an ML-DSA key that Node cannot read; null for any other key. Its seed ends the PKCS #8 structure. */
export function mlDsaKey(pem: string): SigningKey | null {
  const der = Buffer.from(parsePem(pem)[0]!.der);
  const at = der.indexOf(ID);
  const kind = at < 0 ? undefined : KINDS[der[at + ID.length]!];
  if (kind === undefined) return null;
  const [scheme, parameters] = kind;
  const seed = new Uint8Array(der.subarray(-SEED_SIZE));
  return {
    schemes: [scheme],
    async sign({ message }) {
      const { [parameters]: algorithm } = await import('@noble/post-quantum/ml-dsa.js');
      return algorithm.sign(message, algorithm.keygen(seed).secretKey);
    },
  };
}
