import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { EMPTY, fromHex } from '../../../src/bytes/index.ts';
import { crlsFrom, parseCertificate, parseCrl, privateProfile } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { type CrlOptions, extension, generalName, makeCa } from '../../support/pki.ts';
import { codeFor, errorOf, NOW, verify } from './verify.ts';

const DAY = 86_400;
const root = makeCa({ name: 'Root' });
const ca = root.intermediate({ name: 'CA' });
const leaf = ca.issue({ serial: 7, crl: ['http://crl.example/a'] });
const crl = (options: CrlOptions = {}, by = ca) => parseCrl(by.crl(options).der);
const codeWith = (...lists: ReturnType<typeof crl>[]) => codeFor([leaf, ca], [root], { crls: lists });
const point = (...fields: Uint8Array[]) => [extension(OID.issuingDistributionPoint, der.sequence(...fields), true)];
const named = (url: string) => der.explicit(0, der.explicit(0, generalName(`uri:${url}`)));

describe('a CRL', () => {
  it('is read from DER and PEM', () => {
    const { der: bytes, pem } = ca.crl({ revoked: [{ serial: 7, reason: 1 }], number: 5 });
    for (const [list] of [crlsFrom(bytes), crlsFrom(pem), crlsFrom(new TextEncoder().encode(pem))]) {
      expect(list!.issuer.toString()).toBe('CN=CA');
      expect(list!.number).toEqual(new Uint8Array([5]));
      expect(list!.find(new Uint8Array([7]))).toMatchObject({ reason: 1 });
      expect(list!.find(new Uint8Array([8]))).toBeNull();
    }
    expect(codeOf(() => crlsFrom('nothing'))).toBe('ERR_TLS_CRL_PARSE');
    expect(codeOf(() => crlsFrom(leaf.cert))).toBe('ERR_TLS_CRL_PARSE');
  });

  it('is refused when malformed', () => {
    const whole = ca.crl({ revoked: [{ serial: 7 }] }).der;
    for (let size = 0; size < whole.length; size++)
      expect(codeOf(() => parseCrl(whole.subarray(0, size)))).toBe('ERR_TLS_CRL_PARSE');
    expect(codeOf(() => parseCrl(new Uint8Array([...whole, 0])))).toBe('ERR_TLS_CRL_PARSE');
    const odd = crl({ number: null, extensions: [extension(OID.cRLNumber, der.nothing())] });
    expect(codeOf(() => odd.number)).toBe('ERR_TLS_CRL_PARSE');
  });

  it('revokes, whatever stands before and after', () => {
    expect(codeWith(crl({ revoked: [{ serial: 6 }, { serial: 7 }, { serial: 8 }] }))).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(crl({ revoked: [{ serial: 6 }, { serial: 8 }] }))).toBeNull();
    expect(codeWith(crl({ revoked: [{ serial: fromHex('0700') }] }))).toBeNull();
    expect(codeWith(crl())).toBeNull();
    expect(codeWith(crl(), crl({ revoked: [{ serial: 7 }] }))).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('revokes intermediates as well', () => {
    const { serialNumber } = parseCertificate(ca.der);
    expect(codeWith(crl({ revoked: [{ serial: serialNumber }] }, root))).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('says when and why', () => {
    const error = errorOf([leaf, ca], [root], {
      crls: [crl({ revoked: [{ serial: 7, reason: 1 }], thisUpdate: NOW - DAY })],
    });
    expect(error?.detail).toMatch(/^CN=localhost, on \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(keyCompromise\)$/);
    expect(error?.alert).toBe('certificate_revoked');
    expect(error?.certificate).toEqual(leaf.der);
  });

  it('is about certificates of its issuer alone: the same name and the same key', () => {
    const revoked = [{ serial: 7 }];
    expect(codeWith(crl({ revoked }, root))).toBeNull();
    const namesake = root.intermediate({ name: 'CA' });
    expect(codeWith(crl({ revoked }, namesake))).toBeNull();
    expect(codeWith(crl({ revoked, badSignature: true }))).toBe('ERR_TLS_CRL_SIGNATURE');
    expect(codeWith(crl({ revoked, badSignature: true }), crl())).toBeNull();
  });

  it('needs an issuer that may sign CRLs, if it says what it may', () => {
    const mute = root.intermediate({ name: 'Mute', keyUsage: 32 });
    expect(codeFor([mute.issue(), mute], [root], { crls: [crl({}, mute)] })).toBe('ERR_TLS_CRL_INVALID');
    const silent = root.intermediate({ name: 'Silent', keyUsage: null });
    expect(codeFor([silent.issue(), silent], [root], { crls: [crl({}, silent)] })).toBeNull();
  });

  it('needs a number and a next date in the strict profile', () => {
    const critical = [extension(OID.cRLNumber, der.integer(1), true)];
    for (const options of [{ number: null }, { number: null, extensions: critical }, { nextUpdate: null }]) {
      expect(codeWith(crl(options))).toBe('ERR_TLS_CRL_INVALID');
      expect(codeFor([leaf, ca], [root], { crls: [crl(options)], profile: privateProfile })).toBeNull();
    }
  });

  it('is valid from its date to the next', () => {
    expect(codeWith(crl({ thisUpdate: NOW + DAY }))).toBe('ERR_TLS_CRL_NOT_YET_VALID');
    expect(codeWith(crl({ thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY }))).toBe('ERR_TLS_CRL_EXPIRED');
    const fresh = { crls: [crl({ nextUpdate: NOW })] };
    expect(codeFor([leaf, ca], [root], { ...fresh, time: NOW + 0.9 })).toBeNull();
    expect(codeFor([leaf, ca], [root], { ...fresh, time: NOW - 10, earliest: NOW + 1 })).toBe('ERR_TLS_CRL_EXPIRED');
    const old = crl({ thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY, revoked: [{ serial: 7 }] });
    expect(codeFor([leaf, ca], [root], { crls: [old], time: null })).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('with critical extensions that are not understood is not used', () => {
    expect(codeWith(crl({ extensions: [extension('1.2.3', EMPTY, true)] }))).toBe('ERR_TLS_CRL_INVALID');
    const entry = { serial: 8, extensions: [extension('1.2.3', EMPTY, true)] };
    expect(codeWith(crl({ revoked: [entry] }))).toBe('ERR_TLS_CRL_INVALID');
    const removed = { serial: 7, reason: 8 };
    expect(codeWith(crl({ revoked: [removed] }))).toBeNull();
  });

  it('is only about what its distribution point says', () => {
    const revoked = [{ serial: 7 }];
    const code = (extensions: Uint8Array[]) => codeWith(crl({ revoked, extensions }));
    expect(code(point(der.implicit(1, new Uint8Array([255]))))).toBe('ERR_TLS_CERT_REVOKED');
    expect(code(point(der.implicit(2, new Uint8Array([255]))))).toBeNull();
    expect(code(point(der.implicit(5, new Uint8Array([255]))))).toBeNull();
    expect(code(point(named('http://crl.example/a')))).toBe('ERR_TLS_CERT_REVOKED');
    expect(code(point(named('http://crl.example/b')))).toBeNull();
    expect(code(point(der.element(0x83, new Uint8Array([5, 0x60]))))).toBe('ERR_TLS_CERT_REVOKED');
    expect(code(point(der.nothing()))).toBe('ERR_TLS_CRL_PARSE');
  });

  it('for some reasons does not answer for all', () => {
    const some = (bits: number) => crl({ extensions: point(der.element(0x83, der.namedBits(bits).subarray(2))) });
    const required = { revocation: 'require' as const };
    const all = crl({}, root);
    expect(codeFor([leaf, ca], [root], { ...required, crls: [all, some(0x06)] })).toBe('ERR_TLS_CRL_MISSING');
    expect(codeFor([leaf, ca], [root], { ...required, crls: [all, some(0x06), some(0x1f8)] })).toBeNull();
  });

  it('in indirect form holds entries of others', () => {
    const indirect = point(der.implicit(4, new Uint8Array([255])));
    const issuer = (name: string) => extension(OID.certificateIssuer, der.sequence(generalName(`dn:${name}`)), true);
    const others = { serial: 6, extensions: [issuer('Other')] };
    expect(codeWith(crl({ revoked: [others, { serial: 7 }], extensions: indirect }))).toBeNull();
    const ours = { serial: 7, extensions: [issuer('CA')] };
    expect(codeWith(crl({ revoked: [others, ours], extensions: indirect }))).toBe('ERR_TLS_CERT_REVOKED');
  });
});

describe('without a CRL', () => {
  it('a certificate is believed or not, as the caller prefers', () => {
    const prefer = verify([leaf, ca], [root], { crls: [crl()] });
    expect(prefer.unchecked).toEqual(['revocation of CN=CA: no CRL or OCSP response is about it']);
    expect(verify([leaf, ca], [root], { crls: [crl(), crl({}, root)] }).unchecked).toEqual([]);
    const require = { revocation: 'require' as const };
    expect(codeFor([leaf, ca], [root], require)).toBe('ERR_TLS_CRL_MISSING');
    expect(codeFor([leaf, ca], [root], { ...require, crls: [crl()] })).toBe('ERR_TLS_CRL_MISSING');
    expect(codeFor([leaf, ca], [root], { ...require, crls: [crl(), crl({}, root)] })).toBeNull();
    const delta = crl({ extensions: [extension(OID.deltaCRLIndicator, der.integer(1), true)] });
    expect(codeFor([leaf, ca], [root], { ...require, crls: [delta, crl({}, root)] })).toBe('ERR_TLS_CRL_MISSING');
  });
});
