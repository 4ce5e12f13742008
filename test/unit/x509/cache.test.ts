import { describe, expect, it } from 'vitest';
import { createPathCache, parseCertificate, privateProfile } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { makeCa } from '../../support/pki.ts';
import { anchorsOf, codeFor, NOW, VERIFIERS } from './verify.ts';

const root = makeCa();
const ca = root.intermediate();
const leaf = ca.issue();

describe('the path cache', () => {
  it('parses once and keeps its own copy', () => {
    const cache = createPathCache();
    const bytes = leaf.der.slice();
    const certificate = cache.certificate(bytes);
    expect(cache.certificate(leaf.der)).toBe(certificate);
    bytes.fill(0);
    expect(cache.certificate(leaf.der)).toBe(certificate);
    expect(certificate.der).toEqual(leaf.der);
    expect(codeOf(() => cache.certificate(bytes))).toBe('ERR_TLS_CERT_PARSE');
    expect(cache.size).toBe(1);
  });

  it('saves signatures, and nothing but signatures', () => {
    let verified = 0;
    const verifiers = VERIFIERS.map((verifier) => ({
      ...verifier,
      verify: (...args: Parameters<typeof verifier.verify>) => {
        verified += 1;
        return verifier.verify(...args);
      },
    }));
    const cache = createPathCache();
    const anchors = anchorsOf(root);
    const code = (change = {}) => codeFor([leaf, ca], [], { anchors, cache, verifiers, ...change });
    expect(code()).toBeNull();
    expect(verified).toBe(2);
    expect(code()).toBeNull();
    expect(code({ time: NOW + 100 * 365 * 86_400 })).toBe('ERR_TLS_CERT_EXPIRED');
    expect(code({ serverName: 'other.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(code({ usage: 'clientAuth' })).toBe('ERR_TLS_CERT_EXTENDED_KEY_USAGE');
    expect(verified).toBe(2);
    expect(code({ anchors: anchorsOf(makeCa({ ski: false })), profile: privateProfile })).toBe(
      'ERR_TLS_CERT_SIGNATURE',
    );
    expect(code({ anchors: anchorsOf(makeCa()) })).toBe('ERR_TLS_CERT_UNKNOWN_ROOT');
  });

  it('never keeps a wrong signature', () => {
    const cache = createPathCache();
    const bad = ca.issue({ badSignature: true });
    for (let i = 0; i < 3; i++) expect(codeFor([bad, ca], [root], { cache })).toBe('ERR_TLS_CERT_SIGNATURE');
    expect(cache.isVerified(parseCertificate(bad.der), parseCertificate(ca.der).spki)).toBe(false);
    expect(codeFor([leaf, ca], [root], { cache })).toBeNull();
    expect(cache.isVerified(parseCertificate(ca.der), parseCertificate(root.der).spki)).toBe(true);
    expect(cache.isVerified(parseCertificate(ca.der), parseCertificate(ca.der).spki)).toBe(false);
  });

  it('is bounded, and lets go what was not used the longest', () => {
    const cache = createPathCache({ max: 3 });
    const issued = Array.from({ length: 5 }, () => root.issue());
    const first = issued.slice(0, 3).map(({ der }) => cache.certificate(der));
    cache.certificate(issued[0]!.der);
    cache.certificate(issued[3]!.der);
    expect(cache.size).toBe(3);
    expect(cache.certificate(issued[0]!.der)).toBe(first[0]);
    expect(cache.certificate(issued[2]!.der)).toBe(first[2]);
    expect(cache.certificate(issued[1]!.der)).not.toBe(first[1]);
    for (const { der } of issued) cache.certificate(der);
    expect(cache.size).toBe(3);
    cache.rememberVerified(parseCertificate(root.der), new Uint8Array(1));
    expect(cache.isVerified(parseCertificate(root.der), new Uint8Array(1))).toBe(false);
  });

  it('keeps certificates with the same end apart', () => {
    const cache = createPathCache();
    const same = Array.from({ length: 6 }, (_, i) => {
      const bytes = leaf.der.slice();
      bytes[bytes.indexOf(0x54, 40)] = 0x61 + i;
      return bytes;
    });
    const parsed = same.flatMap((bytes) =>
      codeOf(() => parseCertificate(bytes)) === null ? [cache.certificate(bytes)] : [],
    );
    expect(parsed.length).toBeGreaterThan(4);
    for (const certificate of parsed) expect(cache.certificate(certificate.der).der).toEqual(certificate.der);
    expect(cache.size).toBeLessThanOrEqual(4);
  });
});
