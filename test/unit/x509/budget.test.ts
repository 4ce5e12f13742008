import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { createPathCache, privateProfile } from '../../../src/x509/index.ts';
import { signatureCost } from '../../../src/x509/signed.ts';
import { publicKey } from '../../../src/x509/spki.ts';
import { crossSign, makeCa, testKey } from '../../support/pki.ts';
import { codeFor, errorOf, VERIFIERS } from './verify.ts';

const root = makeCa({ name: 'Root' });

/** Counts the signatures that are really verified. */
function counting() {
  const counter = { signatures: 0 };
  const verifiers = VERIFIERS.map((verifier) => ({
    ...verifier,
    verify: (...args: Parameters<typeof verifier.verify>) => {
      counter.signatures += 1;
      return verifier.verify(...args);
    },
  }));
  return { counter, verifiers };
}

describe('a search for a path', () => {
  it('verifies no more than 100 signatures', () => {
    const leaf = makeCa({ name: 'X' }).issue({ aki: false });
    const likes = Array.from({ length: 120 }, () => root.intermediate({ name: 'X' }));
    const { counter, verifiers } = counting();
    expect(codeFor([leaf, ...likes], [root], { profile: privateProfile, verifiers })).toBe('ERR_TLS_CERT_BUDGET');
    expect(counter.signatures).toBe(100);
    expect(codeFor([leaf, ...likes.slice(0, 100)], [root], { profile: privateProfile })).toBe('ERR_TLS_CERT_SIGNATURE');
    expect(codeFor([leaf, ...likes], [root], { profile: privateProfile, limits: { signatures: 200 } })).toBe(
      'ERR_TLS_CERT_SIGNATURE',
    );
  });

  it('verifies fewer where keys are slow', () => {
    const leaf = makeCa({ name: 'X', key: 'P-521' }).issue({ aki: false });
    const likes = Array.from({ length: 20 }, () => root.intermediate({ name: 'X', key: 'P-521' }));
    const { counter, verifiers } = counting();
    expect(codeFor([leaf, ...likes], [root], { profile: privateProfile, verifiers })).toBe('ERR_TLS_CERT_BUDGET');
    expect(counter.signatures).toBe(12);
    const modulus = der.integer(new Uint8Array(1024).fill(0x81));
    const bits = der.bitString(der.sequence(modulus, der.integer(65_537)));
    const rsa = publicKey(der.sequence(der.sequence(der.oid(OID.rsaEncryption), der.nothing()), bits));
    expect(signatureCost(rsa)).toBe(3);
  });

  it('verifies no signature twice', () => {
    const shared = testKey('P-256', 'shared');
    const leaf = makeCa({ name: 'X', key: shared }).issue({ aki: false });
    const same = Array.from({ length: 100 }, () => makeCa({ name: 'X', key: shared }));
    const { counter, verifiers } = counting();
    expect(codeFor([leaf, ...same], [root], { profile: privateProfile, verifiers })).toBe(
      'ERR_TLS_CERT_SELF_SIGNED_ROOT',
    );
    expect(counter.signatures).toBe(1);
  });

  it('ends where authorities all sign for each other', () => {
    const cas = Array.from({ length: 8 }, (_, i) => makeCa({ name: `CA ${i}` }));
    const crossed = cas.flatMap((a) => cas.filter((b) => b !== a).map((b) => crossSign(a, b)));
    const { counter, verifiers } = counting();
    const leaf = cas[0]!.issue();
    expect(codeFor([leaf, ...crossed], [root], { verifiers })).toBe('ERR_TLS_CERT_BUDGET');
    expect(counter.signatures).toBeLessThanOrEqual(64);
    expect(codeFor([leaf, ...crossed], [cas[7]!])).toBeNull();
    const cache = createPathCache();
    for (let i = 0; i < 2; i++) expect(codeFor([leaf, ...crossed], [root], { cache })).toBe('ERR_TLS_CERT_BUDGET');
    expect(errorOf([leaf, ...crossed], [root], { limits: { steps: 10 } })?.detail).toContain('tried as issuers');
  });

  it('takes a limit that is no number for none', () => {
    const undefinedLimit = { signatures: undefined as unknown as number };
    expect(codeFor([root.issue()], [root], { limits: undefinedLimit })).toBeNull();
    expect(codeFor([root.issue()], [root], { limits: { signatures: Number.NaN } })).toBe('ERR_TLS_CERT_BUDGET');
  });

  it('is not led astray by a root that is sent along and trusted', () => {
    const cache = createPathCache();
    const leaf = root.intermediate({ name: 'I' }).issue();
    const ca = root.intermediate({ name: 'CA' });
    for (let i = 0; i < 2; i++) {
      expect(codeFor([ca.issue(), ca, root], [root], { cache })).toBeNull();
      expect(codeFor([leaf, root], [root], { cache })).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    }
  });
});
