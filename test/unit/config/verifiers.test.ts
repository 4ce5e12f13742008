import { describe, expect, it } from 'vitest';
import { pathVerifier } from '../../../src/config/verifiers.ts';
import type { SignatureVerifier } from '../../../src/crypto/index.ts';
import type { PresentedIdentity, Verdict } from '../../../src/handshake/peer.ts';
import { nodeProvider, sha256 } from '../../../src/providers/node.ts';
import {
  AnchorSet,
  anchorFromCertificate,
  keyPin,
  keyPins,
  ocspChecker,
  parseCertificate,
} from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { ocspResponse } from '../../support/ocsp.ts';
import { makeCa } from '../../support/pki.ts';

const SIGNAL = { aborted: false, addEventListener() {}, removeEventListener() {} };
const ca = makeCa({ name: 'Verifier CA' });
const anchors = new AnchorSet([anchorFromCertificate(parseCertificate(ca.der))]);
const day = 86_400;
const now = 1_900_000_000;
const leaf = ca.issue({ name: 'a.test', san: ['dns:a.test', 'dns:b.test'], notBefore: now - day, notAfter: now + day });

function identity(serverName: string): PresentedIdentity {
  return { role: 'server', version: 'TLSv1.3', chain: [leaf.der], serverName, ocspResponse: null, scts: null };
}

describe('a path verifier that sees a chain again', () => {
  let verified = 0;
  let time = now;
  const verifiers: SignatureVerifier[] = nodeProvider.verifiers.map((one) => ({
    ...one,
    verify: (...args: Parameters<SignatureVerifier['verify']>) => {
      verified += 1;
      return one.verify(...args);
    },
  }));
  const verifier = pathVerifier({ anchors, verifiers, now: () => time * 1000 });
  const verify = (name: string): Verdict => verifier.verify(identity(name), SIGNAL) as Verdict;

  it('remembers a good verdict, for this name and as long as it holds', () => {
    expect(verify('a.test').error).toBeNull();
    expect(verified).toBe(1);
    expect(verify('a.test').error).toBeNull();
    expect(verified).toBe(1);
    verify('b.test');
    expect(verified).toBe(2);
    expect(() => verify('c.test')).toThrow('c.test is not among its names');
    time = now + day + 1;
    expect(() => verify('a.test')).toThrow('expired');
    time = now - day - 1;
    expect(() => verify('a.test')).toThrow('not valid yet');
    time = now;
    expect(verify('a.test').error).toBeNull();
  });

  it('does not take another chain for it', () => {
    const other = leaf.der.slice();
    other[other.length - 1]! ^= 1;
    const forged = { ...identity('a.test'), chain: [other] };
    expect(() => verifier.verify(forged, SIGNAL)).toThrow();
    expect(() => verifier.verify({ ...identity('a.test'), role: 'client' }, SIGNAL)).toThrow();
  });
});

describe('a path verifier', () => {
  const present = Date.now();
  const own = ca.issue({ name: 'own', san: ['dns:a.test', 'ip:192.0.2.1', 'email:a@b.test', 'uri:x:y', 'dn:D'] });
  const base = { anchors, verifiers: nodeProvider.verifiers, now: () => present };
  const shown = (change: Partial<PresentedIdentity> = {}) => ({ ...identity('a.test'), chain: [own.der], ...change });
  const verdictOf = (change: object, seen = shown()) =>
    pathVerifier({ ...base, ...change }).verify(seen, SIGNAL) as Verdict;

  it('tells who the peer is, until when, and what was not checked', () => {
    const verdict = verdictOf({});
    expect(verdict).toMatchObject({
      error: null,
      matchedName: 'a.test',
      names: ['DNS:a.test', 'IP:192.0.2.1', 'email:a@b.test', 'URI:x:y', 'DirName:CN=D'],
      policies: [],
      notAfter: parseCertificate(own.der).notAfter,
      unchecked: ['revocation: neither CRLs nor OCSP are used'],
    });
    expect(verdict.path).toEqual([own.der, ca.der]);
    const unnamed = verdictOf({ checkName: false });
    expect(unnamed.matchedName).toBeNull();
    expect(unnamed.unchecked).toContain('name');
  });

  it('looks at the stapled response of each connection anew', () => {
    const verifier = pathVerifier({ ...base, ocsp: ocspChecker({ hashes: nodeProvider.hashes }) });
    const staple = (status: 'good' | 'revoked') => shown({ ocspResponse: ocspResponse(own, ca, { status }) });
    expect(verifier.wantsOcsp).toBe(true);
    expect((verifier.verify(shown(), SIGNAL) as Verdict).unchecked).toHaveLength(1);
    const good = verifier.verify(staple('good'), SIGNAL) as Verdict;
    expect(good.unchecked).toEqual([]);
    expect(good.notAfter).toBeLessThan(present / 1000 + 90_000);
    expect(codeOf(() => verifier.verify(staple('revoked'), SIGNAL))).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('asks for no staple that it would not look at', () => {
    expect(pathVerifier(base).wantsOcsp).toBe(false);
    const ocsp = ocspChecker({ hashes: nodeProvider.hashes });
    expect(pathVerifier({ ...base, ocsp, revocation: 'off' }).wantsOcsp).toBe(false);
  });

  it('holds the path against pinned keys', () => {
    const pin = (one: { readonly der: Uint8Array }) => keyPin(parseCertificate(one.der).spki, sha256);
    expect(verdictOf({ pins: keyPins(sha256, [pin(ca)]) }).error).toBeNull();
    const wrong = { pins: keyPins(sha256, [pin(ca.issue())]) };
    expect(codeOf(() => verdictOf(wrong))).toBe('ERR_TLS_CERT_PIN');
    expect(verdictOf({ ...wrong, onError: 'report' }).error?.code).toBe('ERR_TLS_CERT_PIN');
  });
});

describe('options of pathVerifier', () => {
  const good = { anchors, verifiers: nodeProvider.verifiers, now: () => now };

  it.each([
    ['anchors', { ...good, anchors: [ca.cert] }],
    ['verifiers', { ...good, verifiers: [] }],
    ['now', { ...good, now: undefined }],
    ['time', { ...good, time: new Date(Number.NaN) }],
    ['earliest', { ...good, earliest: 'yesterday' }],
    ['revocation', { ...good, revocation: 'hard' }],
    ['revocationScope', { ...good, revocationScope: 'all' }],
    ['expiredCrls', { ...good, expiredCrls: true }],
    ['onError', { ...good, onError: 'log' }],
  ])('%s is looked at before a handshake needs it', (name, options) => {
    expect(() => pathVerifier(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CONFIG', detail: expect.stringContaining(`: ${name} takes`) }),
    );
  });
});
