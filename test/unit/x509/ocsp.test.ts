import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { EMPTY } from '../../../src/bytes/index.ts';
import { nodeProvider, sha1, sha256 } from '../../../src/providers/node.ts';
import {
  ocspChecker,
  ocspRequest,
  parseCertificate,
  parseCrl,
  parseOcspResponse,
  privateProfile,
} from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { answer, ocspEnvelope, ocspResponse, type ResponseOptions } from '../../support/ocsp.ts';
import { EKU, extension, makeCa } from '../../support/pki.ts';
import { type Change, codeFor, errorOf, NOW, VERIFIERS, verify } from './verify.ts';

const DAY = 86_400;
const { hashes } = nodeProvider;
const root = makeCa({ name: 'OCSP Root' });
const ca = root.intermediate({ name: 'OCSP CA' });
const leaf = ca.issue({ serial: 7 });
const RESPONDER = { name: 'Responder', eku: [EKU.ocsp], san: null, keyUsage: 1 };
const NO_CHECK = { extensions: [extension(OID['id-pkix-ocsp-nocheck'], der.nothing())] };
const responder = ca.issue({ ...RESPONDER, ...NO_CHECK });
const checker = ocspChecker({ hashes });
const about = (options: ResponseOptions = {}) => ocspResponse(leaf, ca, options);
const codeWith = (staple: Uint8Array | null, change: Change = {}) =>
  codeFor([leaf, ca], [root], { ocsp: checker, staple, ...change });
const code = (options: ResponseOptions, change: Change = {}) => codeWith(about(options), change);

describe('an OCSP response', () => {
  it('is read', () => {
    const nonce = new Uint8Array(32).fill(9);
    const response = parseOcspResponse(about({ nonce, status: 'revoked', reason: 1, responder }), { nonce });
    expect(response.nonce).toEqual(nonce);
    expect(response.responderId).toMatchObject({ kind: 'name' });
    expect(response.certificates.map(({ subject }) => `${subject}`)).toEqual(['CN=Responder']);
    expect(response.responses).toMatchObject([{ status: 'revoked', reason: 1, thisUpdate: expect.any(Number) }]);
    expect(response.producedAt).toBeGreaterThanOrEqual(NOW);
    expect(parseOcspResponse(about({ byKey: true })).responderId).toMatchObject({ kind: 'key' });
    expect(parseOcspResponse(about({ version: 0 })).nonce).toBeNull();
  });

  it('is refused when malformed', () => {
    const whole = about({ responder, nonce: new Uint8Array(32), status: 'revoked', reason: 1 });
    for (let size = 0; size < whole.length; size++)
      expect(codeOf(() => parseOcspResponse(whole.subarray(0, size)))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(new Uint8Array([...whole, 0])))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(about({ version: 1 })))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(about({ answers: [] })))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(about({ rawStatus: der.implicit(3, EMPTY) })))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(about({ rawStatus: der.implicit(0, new Uint8Array(1)) })))).toBe(
      'ERR_TLS_OCSP_PARSE',
    );
    expect(codeOf(() => parseOcspResponse(ocspEnvelope(0)))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(ocspEnvelope(4)))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(ocspEnvelope(0, der.sequence(), '1.2.3')))).toBe('ERR_TLS_OCSP_PARSE');
    expect(codeOf(() => parseOcspResponse(new Uint8Array((1 << 20) + 1)))).toBe('ERR_TLS_OCSP_PARSE');
  });

  it('never does anything but fail or hold when a bit is flipped', () => {
    const whole = about({ responder });
    for (let i = 0; i < whole.length; i++) {
      const broken = whole.slice();
      broken[i]! ^= 1 << (i % 8);
      // What stands behind the status of the response is not signed, but the responder's certificate is in itself.
      if (codeWith(broken, { revocation: 'require', revocationScope: 'leaf' }) === null)
        expect(parseOcspResponse(broken).tbs).toEqual(parseOcspResponse(whole).tbs);
    }
  });

  it('that reports an error says which', () => {
    expect(() => parseOcspResponse(ocspEnvelope(3))).toThrow('the responder answers tryLater');
    expect(codeWith(ocspEnvelope(6))).toBe('ERR_TLS_OCSP_INVALID');
  });

  it('has to have the nonce of the request', () => {
    const nonce = new Uint8Array(32).fill(9);
    expect(() => parseOcspResponse(about(), { nonce })).toThrow('it has no nonce');
    expect(() => parseOcspResponse(about({ nonce: new Uint8Array(32) }), { nonce })).toThrow('another nonce');
    const odd = extension(OID['id-pkix-ocsp-nonce'], der.nothing());
    expect(codeOf(() => parseOcspResponse(about({ responseExtensions: [odd] })).nonce)).toBe('ERR_TLS_OCSP_PARSE');
  });
});

describe('a stapled response', () => {
  it('says good, revoked or unknown', () => {
    expect(code({})).toBeNull();
    expect(code({ status: 'revoked' })).toBe('ERR_TLS_CERT_REVOKED');
    expect(code({ status: 'unknown' })).toBe('ERR_TLS_OCSP_UNKNOWN');
    const error = errorOf([leaf, ca], [root], { ocsp: checker, staple: about({ status: 'revoked', reason: 4 }) });
    expect(error).toMatchObject({ alert: 'certificate_revoked', certificate: leaf.der });
    expect(error?.detail).toMatch(/^CN=localhost, on .* \(superseded\)$/);
  });

  it('names the certificate by any hash that is there', () => {
    const required = { revocation: 'require', revocationScope: 'leaf' } as const;
    expect(code({ hash: 'sha1' }, required)).toBeNull();
    expect(code({ hash: 'sha256' }, required)).toBeNull();
    const little = { ...required, ocsp: ocspChecker({ hashes: [sha256] }) };
    expect(code({ hash: 'sha256' }, little)).toBeNull();
    expect(code({ hash: 'sha1' }, little)).toBe('ERR_TLS_OCSP_MISSING');
    expect(code({ hash: 'sha256', byKey: true }, little)).toBeNull();
    expect(codeOf(() => ocspChecker({ hashes: [] }))).toBe('ERR_TLS_CONFIG');
  });

  it('may come with each certificate of the chain', () => {
    const all = { revocation: 'require' } as const;
    const with_ = (options: ResponseOptions) => ({
      ...all,
      issuerStaples: [{ certificate: ca.der, response: ocspResponse(ca, root, options) }],
    });
    expect(codeWith(about(), all)).toBe('ERR_TLS_OCSP_MISSING');
    expect(codeWith(about(), with_({}))).toBeNull();
    expect(codeWith(about(), with_({ status: 'revoked' }))).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(about(), with_({ badSignature: true }))).toBe('ERR_TLS_OCSP_SIGNATURE');
    const misplaced = [{ certificate: root.der, response: ocspResponse(ca, root) }];
    expect(codeWith(about(), { ...all, issuerStaples: misplaced })).toBe('ERR_TLS_OCSP_MISSING');
  });

  it('about another certificate says nothing', () => {
    const other = ca.issue({ serial: 8 });
    const response = ocspResponse(other, ca, { status: 'revoked' });
    expect(codeWith(response)).toBeNull();
    expect(codeWith(response, { revocation: 'require', revocationScope: 'leaf' })).toBe('ERR_TLS_OCSP_MISSING');
    const namesake = root.intermediate({ name: 'OCSP CA' });
    expect(codeWith(ocspResponse(leaf, namesake, { status: 'revoked' }))).toBeNull();
    const answers = [answer(other, ca, { status: 'revoked' }), answer(leaf, ca)];
    expect(code({ answers }, { revocation: 'require', revocationScope: 'leaf' })).toBeNull();
  });

  it('with several answers about one certificate counts the worst that is current', () => {
    const old = { thisUpdate: NOW - 3 * DAY, nextUpdate: NOW - 2 * DAY };
    const code2 = (...options: ResponseOptions[]) => code({ answers: options.map((one) => answer(leaf, ca, one)) });
    expect(code2(old, {})).toBeNull();
    expect(code2({}, old)).toBeNull();
    expect(code2({}, { status: 'unknown' })).toBe('ERR_TLS_OCSP_UNKNOWN');
    expect(code2({ status: 'unknown' }, {})).toBe('ERR_TLS_OCSP_UNKNOWN');
    expect(code2({}, { status: 'unknown' }, { status: 'revoked' })).toBe('ERR_TLS_CERT_REVOKED');
    expect(code2(old, { ...old, nextUpdate: NOW - DAY })).toBe('ERR_TLS_OCSP_EXPIRED');
  });

  it('is valid from its date to the next', () => {
    expect(code({ thisUpdate: NOW + DAY, nextUpdate: NOW + 2 * DAY })).toBe('ERR_TLS_OCSP_NOT_YET_VALID');
    expect(code({ thisUpdate: NOW + 200 })).toBeNull();
    expect(code({ thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY })).toBe('ERR_TLS_OCSP_EXPIRED');
    expect(code({ status: 'revoked', thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - DAY })).toBe('ERR_TLS_OCSP_EXPIRED');
    expect(code({ nextUpdate: NOW }, { time: NOW + 0.9 })).toBeNull();
    expect(code({ nextUpdate: NOW }, { time: NOW + 1 })).toBe('ERR_TLS_OCSP_EXPIRED');
    expect(code({ nextUpdate: NOW }, { time: null })).toBeNull();
    expect(code({ nextUpdate: NOW }, { time: null, earliest: NOW + 1 })).toBe('ERR_TLS_OCSP_EXPIRED');
  });

  it('without a next date is refused by the strict profile, and counts for a day in the private one', () => {
    const open = { nextUpdate: null };
    expect(code(open)).toBe('ERR_TLS_OCSP_INVALID');
    expect(code(open, { profile: privateProfile })).toBeNull();
    expect(code({ ...open, thisUpdate: NOW - DAY - 1 }, { profile: privateProfile, time: NOW })).toBe(
      'ERR_TLS_OCSP_EXPIRED',
    );
  });

  it('with critical extensions that are not understood is not used', () => {
    const odd = [extension('1.2.3', EMPTY, true)];
    expect(code({ extensions: odd })).toBe('ERR_TLS_OCSP_INVALID');
    expect(code({ responseExtensions: odd })).toBe('ERR_TLS_OCSP_INVALID');
    expect(code({ responseExtensions: [extension('1.2.3', EMPTY)] })).toBeNull();
  });

  it('ends what is known of the path', () => {
    const path = verify([leaf, ca], [root], { ocsp: checker, staple: about({ nextUpdate: NOW + 100 }) });
    expect(path.notAfter).toBe(NOW + 100);
    expect(path.unchecked).toEqual(['revocation of CN=OCSP CA: no CRL or OCSP response is about it']);
  });
});

describe('the signature of a response', () => {
  it('has to be right, and of an algorithm that is allowed', () => {
    expect(code({ badSignature: true })).toBe('ERR_TLS_OCSP_SIGNATURE');
    expect(code({ signatureHash: 'sha1' })).toBe('ERR_TLS_OCSP_SIGNATURE');
    expect(code({ byKey: true })).toBeNull();
    expect(codeWith(about(), { limits: { signatures: 2 } })).toBe('ERR_TLS_CERT_BUDGET');
    expect(codeWith(about(), { limits: { signatures: 3 } })).toBeNull();
  });

  it('may be by a responder whom the issuer has authorized', () => {
    expect(code({ responder })).toBeNull();
    expect(code({ responder, byKey: true })).toBeNull();
    expect(code({ responder, certificates: [ca, responder] })).toBeNull();
    expect(code({ responder, badSignature: true })).toBe('ERR_TLS_OCSP_SIGNATURE');
    expect(code({ responder: ca.issue(RESPONDER) })).toBeNull();
    expect(code({ responder: ca.issue({ ...RESPONDER, keyUsage: null }) })).toBeNull();
  });

  it('may not be by anybody else', () => {
    const refused = 'ERR_TLS_OCSP_RESPONDER';
    expect(code({ responder, certificates: [] })).toBe(refused);
    expect(code({ responder, certificates: [ca] })).toBe(refused);
    expect(code({ responder: leaf })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, eku: [EKU.any] }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, eku: null }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, keyUsage: 32 }) })).toBe(refused);
    expect(code({ responder: root.issue(RESPONDER) })).toBe(refused);
    expect(code({ responder: ca.intermediate({ name: 'Sub' }).issue(RESPONDER) })).toBe(refused);
    expect(code({ responder: makeCa({ name: 'OCSP CA' }).issue(RESPONDER) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, notAfter: NOW - 1 }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, notBefore: NOW + DAY }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, key: 'rsa-1024', keyLabel: 'weak' }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, hash: 'sha1' }) })).toBe(refused);
    expect(code({ responder: ca.issue({ ...RESPONDER, badSignature: true }) })).toBe(refused);
    const critical = [extension('1.2.3', EMPTY, true)];
    expect(code({ responder: ca.issue({ ...RESPONDER, extensions: critical }) })).toBe(refused);
  });

  it('is not believed if the certificate of its responder is revoked, unless that says not to look', () => {
    const plain = ca.issue({ ...RESPONDER, serial: 50 });
    const unchecked = ca.issue({ ...RESPONDER, ...NO_CHECK, serial: 51 });
    const crls = [parseCrl(ca.crl({ revoked: [{ serial: 50 }, { serial: 51 }] }).der)];
    const demand = { crls, revocation: 'require', revocationScope: 'leaf' } as const;
    const staple = (one: typeof plain) => errorOf([must, ca], [root], { ...demand, ocsp: checker, staple: of(one) });
    const must = ca.issue({ serial: 52, tlsFeatures: [5] });
    const of = (one: typeof plain) => ocspResponse(must, ca, { responder: one });
    expect(staple(plain)).toMatchObject({ code: 'ERR_TLS_OCSP_RESPONDER', certificate: plain.der });
    expect(staple(unchecked)).toBeNull();
    const odd = ca.issue({ ...RESPONDER, extensions: [extension(OID['id-pkix-ocsp-nocheck'], EMPTY)] });
    expect(staple(odd)?.code).toBe('ERR_TLS_OCSP_RESPONDER');
  });

  it('is verified once for a response that is kept', () => {
    let verified = 0;
    const verifiers = VERIFIERS.map((one) => ({
      ...one,
      verify: (...args: Parameters<typeof one.verify>) => {
        verified += 1;
        return one.verify(...args);
      },
    }));
    const ocsp = ocspChecker({ hashes, responses: [about()] });
    for (let i = 0; i < 3; i++) verify([leaf, ca], [root], { ocsp, verifiers });
    expect(verified).toBe(3 * 2 + 1);
  });
});

describe('responses that were fetched before', () => {
  const required = { revocation: 'require' } as const;
  const aboutCa = ocspResponse(ca, root, { hash: 'sha256' });

  it('cover what comes without one', () => {
    const ocsp = ocspChecker({ hashes, responses: [parseOcspResponse(aboutCa)] });
    expect(codeWith(about(), { ...required, ocsp })).toBeNull();
    expect(codeWith(null, { ...required, ocsp })).toBe('ERR_TLS_OCSP_MISSING');
    expect(codeWith(null, { ...required, ocsp: ocspChecker({ hashes, responses: [aboutCa, about()] }) })).toBeNull();
    expect(codeWith(about(), required)).toBe('ERR_TLS_OCSP_MISSING');
    expect(codeOf(() => ocspChecker({ hashes, responses: [new Uint8Array(3)] }))).toBe('ERR_TLS_OCSP_PARSE');
  });

  it('share the work with CRLs', () => {
    const crls = [parseCrl(root.crl().der)];
    expect(codeWith(about(), { ...required, crls })).toBeNull();
    expect(codeWith(null, { ...required, crls })).toBe('ERR_TLS_CRL_MISSING');
    const revoking = [parseCrl(ca.crl({ revoked: [{ serial: 7 }] }).der)];
    expect(codeWith(about(), { crls: revoking })).toBe('ERR_TLS_CERT_REVOKED');
    const good = [parseCrl(ca.crl().der)];
    expect(codeWith(about({ status: 'revoked' }), { crls: good })).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(about({ status: 'unknown' }), { crls: good })).toBeNull();
    expect(codeWith(about({ badSignature: true }), { crls: good })).toBeNull();
  });

  it('revoke, whatever the staple says', () => {
    const ocsp = ocspChecker({ hashes, responses: [about({ status: 'revoked' })] });
    expect(codeWith(about(), { ocsp })).toBe('ERR_TLS_CERT_REVOKED');
    const bad = root.intermediate({ name: 'Bad CA' });
    const responses = [ocspResponse(bad, root, { status: 'revoked' })];
    expect(codeFor([bad.issue(), bad], [root], { ocsp: ocspChecker({ hashes, responses }) })).toBe(
      'ERR_TLS_CERT_REVOKED',
    );
  });
});

describe('must-staple', () => {
  const demand = extension(OID.tlsFeature, der.sequence(der.integer(5)), true);
  const must = ca.issue({ tlsFeatures: [5] });
  const critical = ca.issue({ extensions: [demand] });
  const codeOfStaple = (certificate: typeof leaf, staple: Uint8Array | null, change: Change = {}) =>
    codeFor([certificate, ca], [root], { ocsp: checker, staple, ...change });

  it('asks for a staple that says good', () => {
    for (const certificate of [must, critical]) {
      expect(codeOfStaple(certificate, null)).toBe('ERR_TLS_OCSP_MISSING');
      expect(codeOfStaple(certificate, ocspResponse(certificate, ca))).toBeNull();
      expect(codeOfStaple(certificate, ocspResponse(leaf, ca))).toBe('ERR_TLS_OCSP_MISSING');
      expect(codeOfStaple(certificate, ocspEnvelope(3))).toBe('ERR_TLS_OCSP_INVALID');
      expect(codeOfStaple(certificate, ocspResponse(certificate, ca, { status: 'unknown' }))).toBe(
        'ERR_TLS_OCSP_UNKNOWN',
      );
      const responses = [ocspResponse(certificate, ca)];
      expect(codeOfStaple(certificate, null, { ocsp: ocspChecker({ hashes, responses }) })).toBe(
        'ERR_TLS_OCSP_MISSING',
      );
    }
    expect(errorOf([must, ca], [root], { ocsp: checker })?.alert).toBe('bad_certificate_status_response');
  });

  it('binds whoever asks for staples, and in a critical extension everybody', () => {
    expect(codeFor([must, ca], [root])).toBeNull();
    expect(verify([must, ca], [root]).unchecked).toContain('OCSP stapling, which the certificate demands');
    expect(codeFor([critical, ca], [root])).toBe('ERR_TLS_OCSP_MISSING');
    expect(codeOfStaple(must, null, { revocation: 'off' })).toBeNull();
    const client = { eku: [EKU.client] };
    const usage = { usage: 'clientAuth' } as const;
    expect(codeOfStaple(ca.issue({ ...client, tlsFeatures: [5] }), null, usage)).toBeNull();
    expect(codeOfStaple(ca.issue({ ...client, extensions: [demand] }), null, usage)).toBe('ERR_TLS_OCSP_MISSING');
  });

  it('is all that is understood of TLS features', () => {
    const features = (...list: number[]) =>
      ca.issue({ extensions: [extension(OID.tlsFeature, der.sequence(...list.map((one) => der.integer(one))), true)] });
    const both = features(5, 17);
    expect(codeOfStaple(both, ocspResponse(both, ca))).toBe('ERR_TLS_CERT_CRITICAL_EXTENSION');
  });
});

describe('switched off', () => {
  it('nothing is looked at, and that is told', () => {
    const off = { revocation: 'off', crls: [parseCrl(ca.crl({ revoked: [{ serial: 7 }] }).der)] } as const;
    expect(codeWith(about({ status: 'revoked' }), off)).toBeNull();
    expect(verify([leaf, ca], [root], off).unchecked).toEqual(['revocation: switched off']);
  });
});

describe('an OCSP request', () => {
  const certificate = parseCertificate(leaf.der);
  const issuer = parseCertificate(ca.der);

  it('names the certificate as the response does', () => {
    const nonce = new Uint8Array(32).fill(3);
    const request = ocspRequest({ certificate, issuer, hash: sha1, nonce });
    expect(Buffer.from(request).includes(Buffer.from(nonce))).toBe(true);
    const [single] = parseOcspResponse(about()).responses;
    expect(Buffer.from(request).includes(Buffer.from(single!.certId.issuerKeyHash))).toBe(true);
    expect(ocspRequest({ certificate, issuer, hash: sha256 }).length).toBeLessThan(request.length);
  });

  it('takes a nonce of 32 to 128 bytes', () => {
    for (const size of [0, 31, 129])
      expect(codeOf(() => ocspRequest({ certificate, issuer, hash: sha1, nonce: new Uint8Array(size) }))).toBe(
        'ERR_TLS_CONFIG',
      );
  });
});
