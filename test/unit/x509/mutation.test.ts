import { describe, expect, it } from 'vitest';
import { isTlsError } from '../../../src/errors/index.ts';
import { crlsFrom, parseCrl, privateProfile, strictProfile } from '../../../src/x509/index.ts';
import { EKU, type Issued, makeCa } from '../../support/pki.ts';
import { anchorsOf, codeFor, verify } from './verify.ts';

const root = makeCa({ name: 'Root' });
const ca = root.intermediate({
  name: 'CA',
  permitted: ['dns:example.com', 'ip:10.0.0.0/8', 'email:example.com', 'uri:.example.com', 'dn:leaf'],
  excluded: ['dns:evil.example.org'],
  policies: ['1.2.3.4'],
});
const leaf = ca.issue({
  name: 'leaf',
  san: ['dns:*.example.com', 'ip:10.1.2.3', 'email:a@example.com', 'uri:https://a.example.com/', 'dn:leaf'],
  eku: [EKU.server, EKU.client],
  policies: ['1.2.3.4'],
  tlsFeatures: [5],
  ocsp: ['http://ocsp.example.com/'],
  crl: ['http://crl.example.com/'],
});
const anchors = anchorsOf(root);

/** Each byte of the original with some of its bits turned over, one at a time. */
function* mutants(original: Uint8Array): Generator<readonly [at: number, mutant: Uint8Array]> {
  for (let at = 0; at < original.length; at++) {
    for (const mask of [0x01, 0x20, 0x80, 0xff]) {
      const mutant = original.slice();
      mutant[at]! ^= mask;
      yield [at, mutant];
    }
  }
}

const changed = (issued: Issued, der: Uint8Array): Issued => ({ ...issued, der });

describe('a certificate with one byte changed', () => {
  it.each([strictProfile, privateProfile])(
    'is never accepted, and never throws anything but our error: $name',
    (profile) => {
      expect(codeFor([leaf, ca], [], { anchors, profile, serverName: 'a.example.com' })).toBeNull();
      for (const [at, mutant] of mutants(leaf.der))
        expect(codeFor([changed(leaf, mutant), ca], [], { anchors, profile }), `leaf, byte ${at}`).not.toBeNull();
      for (const [at, mutant] of mutants(ca.der))
        expect(
          codeFor([leaf, changed(ca, mutant)], [], { anchors, profile }),
          `intermediate, byte ${at}`,
        ).not.toBeNull();
    },
  );

  it('never throws anything but our error as an anchor', () => {
    for (const [, mutant] of mutants(root.der)) {
      try {
        verify([leaf, ca], [changed(root, mutant)]);
      } catch (error) {
        if (!isTlsError(error)) throw error;
      }
    }
  });

  it('is refused when cut anywhere', () => {
    for (let size = 0; size < leaf.der.length; size++)
      expect(codeFor([changed(leaf, leaf.der.subarray(0, size)), ca], [], { anchors })).not.toBeNull();
  });
});

describe('a CRL with one byte changed', () => {
  it('never counts, and never throws anything but our error', () => {
    const list = ca.crl({ revoked: [{ serial: 1 }, { serial: 2, reason: 1 }] });
    const others = crlsFrom(root.crl().der);
    const code = (der: Uint8Array) => {
      try {
        return codeFor([leaf, ca], [], { anchors, revocation: 'require', crls: [...others, parseCrl(der)] });
      } catch (error) {
        if (!isTlsError(error)) throw error;
        return error.code;
      }
    };
    expect(code(list.der)).toBeNull();
    for (const [at, mutant] of mutants(list.der)) expect(code(mutant), `byte ${at}`).not.toBeNull();
  });
});
