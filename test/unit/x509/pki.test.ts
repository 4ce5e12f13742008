import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePem } from '../../../src/asn1/index.ts';
import { parseCertificate } from '../../../src/x509/index.ts';
import { EKU, type KeyType, makeCa } from '../../support/pki.ts';

const KEYS: readonly KeyType[] = [
  'P-256',
  'P-384',
  'P-521',
  'secp256k1',
  'brainpoolP256r1',
  'rsa',
  'rsa-pss',
  'ed25519',
  'ed448',
];

describe('the certificate maker', () => {
  it.each(KEYS)('makes certificates with %s keys that OpenSSL verifies and we parse', (key) => {
    const root = makeCa({ key, keyLabel: 'maker' });
    const intermediate = root.intermediate({ pathLength: 0, permitted: ['dns:example.com', 'ip:10.0.0.0/8'] });
    const leaf = intermediate.issue({ san: ['dns:a.example.com', 'ip:10.1.2.3'], eku: [EKU.server, EKU.client] });
    expect(new X509Certificate(root.cert).verify(new X509Certificate(root.cert).publicKey)).toBe(true);
    expect(new X509Certificate(intermediate.cert).checkIssued(new X509Certificate(root.cert))).toBe(true);
    expect(new X509Certificate(intermediate.cert).verify(new X509Certificate(root.cert).publicKey)).toBe(true);
    expect(new X509Certificate(leaf.cert).checkIP('10.1.2.3')).toBe('10.1.2.3');
    const parsed = parseCertificate(parsePem(leaf.cert)[0]!.der);
    expect(parsed.subjectAltName).toHaveLength(2);
    expect(parseCertificate(root.der).publicKey.kind).toBe(key.startsWith('rsa') || key.startsWith('ed') ? key : 'ec');
    expect(parsePem(leaf.chain)).toHaveLength(2);
  });
});
