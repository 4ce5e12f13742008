import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { type Crl, parseCrl, privateProfile } from '../../../src/x509/index.ts';
import { type CrlOptions, extension, generalName, makeCa } from '../../support/pki.ts';
import { type Change, codeFor, NOW, verify } from './verify.ts';

const DAY = 86_400;
const REMOVED = 8;
const HOLD = 6;
const root = makeCa({ name: 'Delta Root' });
const ca = root.intermediate({ name: 'Delta CA' });
const leaf = ca.issue({ serial: 7 });
const revoked = [{ serial: 7, reason: HOLD }];
const removed = [{ serial: 7, reason: REMOVED }];

const complete = (number: number, options: CrlOptions = {}): Crl => parseCrl(ca.crl({ ...options, number }).der);
const delta = (base: number, number: number, options: CrlOptions = {}): Crl => {
  const indicator = extension(OID.deltaCRLIndicator, der.integer(base), true);
  return parseCrl(ca.crl({ ...options, number, extensions: [indicator, ...(options.extensions ?? [])] }).der);
};
const codeWith = (crls: readonly Crl[], change: Change = {}) => codeFor([leaf, ca], [root], { crls, ...change });
const required: Change = { revocation: 'require', revocationScope: 'leaf' };

describe('a delta CRL', () => {
  it('adds to a complete one', () => {
    expect(codeWith([complete(10), delta(10, 11)])).toBeNull();
    expect(codeWith([complete(10), delta(10, 11, { revoked })])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([delta(9, 11, { revoked }), complete(10)])).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('takes a hold back', () => {
    expect(codeWith([complete(10, { revoked }), delta(10, 11)])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([complete(10, { revoked }), delta(10, 11, { revoked: removed })], required)).toBeNull();
  });

  it('counts only with a CRL that it builds on and is newer than', () => {
    expect(codeWith([complete(10, { revoked }), delta(11, 12, { revoked: removed })])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([complete(10, { revoked }), delta(5, 10, { revoked: removed })])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([complete(12), delta(10, 11, { revoked })], required)).toBeNull();
    expect(codeWith([complete(256), delta(10, 255, { revoked })], required)).toBeNull();
    expect(codeWith([complete(255), delta(10, 256, { revoked })], required)).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('gives way to a newer one', () => {
    const both = [delta(10, 11, { revoked }), delta(10, 12, { revoked: removed })];
    expect(codeWith([complete(10), ...both])).toBeNull();
    expect(codeWith([complete(10), ...both.reverse()])).toBeNull();
    const again = [delta(10, 11, { revoked: removed }), delta(10, 12, { revoked })];
    expect(codeWith([complete(10, { revoked }), ...again])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([complete(10), delta(10, 11, { revoked }), delta(11, 12)])).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('alone revokes, and covers nothing', () => {
    expect(codeWith([delta(10, 11, { revoked })])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([delta(10, 11)])).toBeNull();
    expect(codeWith([delta(10, 11)], required)).toBe('ERR_TLS_CRL_MISSING');
    expect(codeWith([delta(10, 11, { revoked: removed })], required)).toBe('ERR_TLS_CRL_MISSING');
    expect(codeWith([complete(10), delta(11, 12, { revoked })])).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('has the scope of its complete CRL, and is signed as it is', () => {
    const point = [extension(OID.issuingDistributionPoint, der.sequence(der.implicit(1, new Uint8Array([255]))), true)];
    const narrow = delta(10, 11, { revoked: removed, extensions: point });
    expect(codeWith([complete(10, { revoked }), narrow])).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith([complete(10, { revoked, extensions: point }), narrow])).toBeNull();
    const forged = delta(10, 11, { revoked: removed, badSignature: true });
    expect(codeWith([complete(10, { revoked }), forged])).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('that is out of date does not count', () => {
    const old = { thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY };
    expect(codeWith([complete(10, { revoked }), delta(10, 11, { ...old, revoked: removed })])).toBe(
      'ERR_TLS_CERT_REVOKED',
    );
    expect(codeWith([delta(10, 11, old)])).toBe('ERR_TLS_CRL_EXPIRED');
  });

  it('has numbers that can be compared', () => {
    const negative = extension(OID.deltaCRLIndicator, der.element(2, new Uint8Array([0x80])), true);
    const odd = parseCrl(ca.crl({ number: 11, extensions: [negative] }).der);
    expect(codeWith([odd], required)).toBe('ERR_TLS_CRL_INVALID');
    const without = parseCrl(
      ca.crl({ number: null, extensions: [extension(OID.deltaCRLIndicator, der.integer(1), true)] }).der,
    );
    expect(codeWith([without], { ...required, profile: privateProfile })).toBe('ERR_TLS_CRL_INVALID');
    const malformed = parseCrl(ca.crl({ extensions: [extension(OID.deltaCRLIndicator, der.nothing(), true)] }).der);
    expect(codeWith([malformed], required)).toBe('ERR_TLS_CRL_PARSE');
  });
});

describe('a CRL that is out of date', () => {
  const old = { thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY };

  it('is refused, or used where the caller says so', () => {
    const use = { expiredCrls: 'use' } as const;
    expect(codeWith([complete(1, old)])).toBe('ERR_TLS_CRL_EXPIRED');
    expect(codeWith([complete(1, old)], { ...use, ...required })).toBeNull();
    expect(codeWith([complete(1, { ...old, revoked })], use)).toBe('ERR_TLS_CERT_REVOKED');
    const path = verify([leaf, ca], [root], { crls: [complete(1, old)], ...use });
    expect(path.unchecked).toContain('revocation of CN=localhost since its CRL went out of date');
  });

  it('is known as such without a clock, if it was before the build', () => {
    const change = { time: null, earliest: NOW };
    expect(codeWith([complete(1, old)], change)).toBe('ERR_TLS_CRL_EXPIRED');
    expect(codeWith([complete(1, { ...old, nextUpdate: NOW })], change)).toBeNull();
  });
});

describe('distribution points', () => {
  const reasons = (bits: number) => der.element(0x81, der.namedBits(bits).subarray(2));
  const url = (name: string) => der.explicit(0, der.explicit(0, generalName(`uri:${name}`)));
  const points = (...list: Uint8Array[]) => [extension(OID.cRLDistributionPoints, der.sequence(...list))];
  const idp = (...fields: Uint8Array[]) => [extension(OID.issuingDistributionPoint, der.sequence(...fields), true)];

  it('limit the reasons that their CRL is asked about', () => {
    const divided = ca.issue({
      serial: 7,
      extensions: points(
        der.sequence(url('http://crl.test/a'), reasons(0x06)),
        der.sequence(url('http://crl.test/b'), reasons(0x1f8)),
      ),
    });
    const a = complete(1, { extensions: idp(url('http://crl.test/a')) });
    const b = complete(1, { extensions: idp(url('http://crl.test/b')) });
    const code = (...crls: Crl[]) => codeFor([divided, ca], [root], { ...required, crls });
    expect(code(a)).toBe('ERR_TLS_CRL_MISSING');
    expect(code(b)).toBe('ERR_TLS_CRL_MISSING');
    expect(code(a, b)).toBeNull();
  });

  it('may be named relative to the issuer', () => {
    const rdn = (name: string) => der.sequence(der.oid(OID.commonName), der.utf8String(name));
    const relative = (name: string) => der.explicit(0, der.explicit(1, rdn(name)));
    const absolute = der.explicit(
      0,
      der.explicit(0, der.explicit(4, der.sequence(der.set(rdn('Delta CA')), der.set(rdn('CRL 1'))))),
    );
    const certificate = ca.issue({ serial: 7, extensions: points(der.sequence(relative('CRL 1'))) });
    const code = (point: Uint8Array) =>
      codeFor([certificate, ca], [root], { crls: [complete(1, { revoked, extensions: idp(point) })] });
    expect(code(relative('CRL 1'))).toBe('ERR_TLS_CERT_REVOKED');
    expect(code(absolute)).toBe('ERR_TLS_CERT_REVOKED');
    expect(code(relative('CRL 2'))).toBeNull();
    expect(code(der.explicit(0, der.explicit(1, der.nothing())))).toBe('ERR_TLS_CRL_PARSE');
  });
});
