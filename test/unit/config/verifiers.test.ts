import { describe, expect, it } from 'vitest';
import { pathVerifier } from '../../../src/config/verifiers.ts';
import type { SignatureVerifier } from '../../../src/crypto/index.ts';
import type { PresentedIdentity, Verdict } from '../../../src/handshake/peer.ts';
import { nodeProvider } from '../../../src/providers/node.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate } from '../../../src/x509/index.ts';
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
