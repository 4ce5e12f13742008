import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { type Crl, parseCertificate, parseCrl } from '../../../src/x509/index.ts';
import { type Ca, type CrlOptions, extension, generalName, makeCa } from '../../support/pki.ts';
import { type Change, codeFor, NOW } from './verify.ts';

const TRUE = new Uint8Array([255]);
const INDIRECT = extension(OID.issuingDistributionPoint, der.sequence(der.implicit(4, TRUE)), true);
const SIGNER = { ca: null, keyUsage: 64 } as const;
const required: Change = { revocation: 'require', revocationScope: 'leaf' };

const root = makeCa({ name: 'Root' });
const ca = root.intermediate({ name: 'CA' });
const delegate = root.intermediate({ name: 'CRL Issuer', ...SIGNER });
const by = (name: string) => der.explicit(2, generalName(`dn:${name}`));
const point = (...fields: Uint8Array[]) => [
  extension(OID.cRLDistributionPoints, der.sequence(der.sequence(...fields))),
];
const leaf = ca.issue({ serial: 7, extensions: point(by('CRL Issuer')) });
const issuedBy = (name: string) => extension(OID.certificateIssuer, der.sequence(generalName(`dn:${name}`)), true);
const entry = (issuer: string | null, serial = 7) => ({
  serial,
  extensions: issuer === null ? [] : [issuedBy(issuer)],
});

const crl = (options: CrlOptions = {}, signer: Ca = delegate): Crl =>
  parseCrl(signer.crl({ extensions: [INDIRECT], ...options }).der);
const issuers = (...list: Ca[]) => list.map((one) => parseCertificate(one.der));
const codeWith = (list: Crl, change: Change = {}, certificate = leaf) =>
  codeFor([certificate, ca], [root], { crls: [list], crlIssuers: issuers(delegate), ...change });

describe('an indirect CRL', () => {
  it('covers certificates of others who name its issuer', () => {
    expect(codeWith(crl(), required)).toBeNull();
    expect(codeWith(crl({ revoked: [entry('CA')] }))).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(crl({ revoked: [entry('CA', 6)] }), required)).toBeNull();
  });

  it('lists certificates of the issuer named last', () => {
    expect(codeWith(crl({ revoked: [entry(null)] }), required)).toBeNull();
    expect(codeWith(crl({ revoked: [entry('Other')] }), required)).toBeNull();
    expect(codeWith(crl({ revoked: [entry('CA', 1), entry(null)] }))).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(crl({ revoked: [entry('CA', 1), entry('Other')] }), required)).toBeNull();
    expect(codeWith(crl({ revoked: [entry('Other'), entry('CA')] }))).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('says nothing about certificates that do not name its issuer', () => {
    const revoked = [entry('CA')];
    expect(codeWith(crl({ revoked }), {}, ca.issue({ serial: 7 }))).toBeNull();
    const elsewhere = ca.issue({ serial: 7, extensions: point(by('Somebody')) });
    expect(codeWith(crl({ revoked }), {}, elsewhere)).toBeNull();
    expect(codeWith(crl({ revoked }), required, elsewhere)).toBe('ERR_TLS_CRL_MISSING');
    expect(codeWith(crl({ revoked, extensions: [] }))).toBeNull();
  });

  it('has the name of the distribution point, if it has any', () => {
    const name = (url: string) => der.explicit(0, der.explicit(0, generalName(`uri:${url}`)));
    const narrow = (url: string) =>
      crl({
        revoked: [entry('CA')],
        extensions: [extension(OID.issuingDistributionPoint, der.sequence(name(url), der.implicit(4, TRUE)), true)],
      });
    const located = ca.issue({ serial: 7, extensions: point(name('http://crl.test/a'), by('CRL Issuer')) });
    expect(codeWith(narrow('http://crl.test/a'), {}, located)).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(narrow('http://crl.test/b'), {}, located)).toBeNull();
  });

  it('needs an issuer that is known, may sign CRLs, and leads to the same anchor', () => {
    const code = (...list: Ca[]) => codeWith(crl(), { ...required, crlIssuers: issuers(...list) });
    expect(code()).toBe('ERR_TLS_CRL_INVALID');
    const named = (options: object) => root.intermediate({ name: 'CRL Issuer', ...SIGNER, ...options });
    const signedWith = (signer: Ca, anchors = [root]) =>
      codeFor([leaf, ca], anchors, { ...required, crls: [crl({}, signer)], crlIssuers: issuers(signer) });
    expect(signedWith(named({}))).toBeNull();
    expect(signedWith(named({ keyUsage: 32 }))).toBe('ERR_TLS_CRL_INVALID');
    expect(signedWith(named({ keyUsage: null }))).toBe('ERR_TLS_CRL_INVALID');
    expect(signedWith(named({ notAfter: NOW - 1 }))).toBe('ERR_TLS_CRL_INVALID');
    expect(signedWith(named({ badSignature: true }))).toBe('ERR_TLS_CRL_INVALID');
    const stranger = makeCa({ name: 'Stranger' });
    const foreign = stranger.intermediate({ name: 'CRL Issuer', ...SIGNER });
    expect(signedWith(foreign)).toBe('ERR_TLS_CRL_INVALID');
    expect(signedWith(foreign, [root, stranger])).toBe('ERR_TLS_CRL_INVALID');
    expect(signedWith(makeCa({ name: 'CRL Issuer' }))).toBe('ERR_TLS_CRL_INVALID');
    expect(codeWith(crl({ badSignature: true }), required)).toBe('ERR_TLS_CRL_INVALID');
  });

  it('may come with its issuer among what the peer sends, and from further below', () => {
    const deep = root.intermediate({ name: 'Middle' }).intermediate({ name: 'CRL Issuer', ...SIGNER });
    const [own, middle] = deep.chainDer;
    const chain = [leaf, ca, { ...deep, der: own! }, { ...deep, der: middle! }];
    expect(codeFor(chain, [root], { ...required, crls: [crl({}, deep)] })).toBeNull();
    expect(codeFor(chain.slice(0, 3), [root], { ...required, crls: [crl({}, deep)] })).toBe('ERR_TLS_CRL_INVALID');
  });

  it('is not by somebody whose certificate is revoked, or who is vouched for by such a CRL alone', () => {
    const { serialNumber } = parseCertificate(delegate.der);
    const over = parseCrl(root.crl({ revoked: [{ serial: serialNumber }] }).der);
    expect(codeWith(crl(), { ...required, crls: [crl(), over] })).toBe('ERR_TLS_CRL_INVALID');
    expect(codeWith(crl(), { ...required, crls: [crl(), parseCrl(root.crl().der)] })).toBeNull();
  });

  it('of the root covers what is below its intermediates', () => {
    const certificate = ca.issue({ serial: 7, extensions: point(by('Root')) });
    expect(codeWith(crl({ revoked: [entry('CA')] }, root), {}, certificate)).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(crl({}, root), required, certificate)).toBeNull();
  });
});

describe('a CRL under another key of the same authority', () => {
  const signer = ca.intermediate({ name: 'CA', ...SIGNER });
  const plain = ca.issue({ serial: 7 });
  const signed = (options: CrlOptions = {}) => parseCrl(signer.crl(options).der);

  it('counts if the certificate of that key is known', () => {
    const known = { crlIssuers: issuers(signer) };
    expect(codeWith(signed({ revoked: [{ serial: 7 }] }), known, plain)).toBe('ERR_TLS_CERT_REVOKED');
    expect(codeWith(signed(), { ...known, ...required }, plain)).toBeNull();
    expect(codeWith(signed(), { ...required, crlIssuers: [] }, plain)).toBe('ERR_TLS_CRL_MISSING');
  });

  it('lets an authority do without cRLSign', () => {
    const mute = root.intermediate({ name: 'Mute', keyUsage: 32 });
    const helper = mute.intermediate({ name: 'Mute', ...SIGNER });
    const crls = [parseCrl(helper.crl().der)];
    const chain = [mute.issue(), mute];
    expect(codeFor(chain, [root], { ...required, crls, crlIssuers: issuers(helper) })).toBeNull();
    expect(codeFor(chain, [root], { ...required, crls: [parseCrl(mute.crl().der)] })).toBe('ERR_TLS_CRL_INVALID');
  });
});
