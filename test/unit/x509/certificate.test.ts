import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { EMPTY, equalBytes, toHex } from '../../../src/bytes/index.ts';
import { attributeName, attributeText, KEY_USAGE, parseCertificate, sameName } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { type CertificateOptions, EKU, extension, makeCa } from '../../support/pki.ts';

const root = makeCa({ name: 'Root', organization: 'Example' });
const parsed = (options: CertificateOptions) => parseCertificate(root.issue(options).der);
const withExtensions = (...extensions: Uint8Array[]) => parsed({ extensions });

/** A certificate with any TBS fields; unsigned. */
function assembled(
  change: Partial<Record<'version' | 'serial' | 'inner' | 'outer' | 'tail' | 'validity', Uint8Array>>,
) {
  const algorithm = der.sequence(der.oid(OID['ecdsa-with-SHA256']));
  const good = parseCertificate(root.der);
  const tbs = der.sequence(
    change.version ?? der.explicit(0, der.integer(2)),
    change.serial ?? der.integer(1),
    change.inner ?? algorithm,
    good.issuer.der,
    change.validity ?? der.sequence(der.time(0), der.time(1)),
    good.subject.der,
    good.spki,
    change.tail ?? EMPTY,
  );
  return der.sequence(tbs, change.outer ?? algorithm, der.bitString(new Uint8Array(8)));
}

describe('a certificate', () => {
  it('is read in place', () => {
    const issued = root.issue({
      name: 'leaf',
      serial: 0xabcdef,
      notBefore: 1_700_000_000,
      notAfter: 4_000_000_000,
      san: [
        'dns:example.com',
        'ip:10.1.2.3',
        'ip:2001:db8::1',
        'email:a@example.com',
        'uri:https://example.com/',
        'dn:x',
      ],
      eku: [EKU.server, EKU.client],
      keyUsage: KEY_USAGE.digitalSignature | KEY_USAGE.keyAgreement,
      policies: ['1.2.3.4'],
      tlsFeatures: [5],
      ocsp: ['http://ocsp.example/'],
      crl: ['http://crl.example/'],
    });
    const certificate = parseCertificate(issued.der);
    expect(certificate.version).toBe(3);
    expect(toHex(certificate.serialNumber)).toBe('00abcdef');
    expect(certificate.subject.toString()).toBe('CN=leaf');
    expect(certificate.issuer.toString()).toBe('O=Example, CN=Root');
    expect([certificate.notBefore, certificate.notAfter]).toEqual([1_700_000_000, 4_000_000_000]);
    expect(certificate.signatureAlgorithm).toMatchObject({ name: 'ecdsa-with-SHA256', kind: 'ecdsa', hash: 'sha256' });
    expect(certificate.basicConstraints).toEqual({ ca: false, pathLength: null, explicitDefault: false });
    expect(certificate.keyUsage).toBe(KEY_USAGE.digitalSignature | KEY_USAGE.keyAgreement);
    expect(certificate.extendedKeyUsage).toEqual([EKU.server, EKU.client]);
    expect(certificate.certificatePolicies).toEqual([{ policy: '1.2.3.4', qualifiers: null }]);
    expect(certificate.tlsFeatures).toEqual([5]);
    expect(certificate.subjectAltName?.map(({ kind }) => kind)).toEqual([
      'dns',
      'ip',
      'ip',
      'email',
      'uri',
      'directory',
    ]);
    expect(certificate.authorityInfoAccess).toEqual([
      { method: OID['id-ad-ocsp'], location: { kind: 'uri', value: 'http://ocsp.example/' } },
    ]);
    expect(certificate.crlDistributionPoints?.[0]?.name?.fullName).toEqual([
      { kind: 'uri', value: 'http://crl.example/' },
    ]);
    expect(certificate.authorityKeyIdentifier?.keyIdentifier).toEqual(parseCertificate(root.der).subjectKeyIdentifier);
    expect(certificate.tbs.buffer).toBe(issued.der.buffer);
    expect(certificate.selfIssued).toBe(false);
    expect(parseCertificate(root.der).selfIssued).toBe(true);
  });

  it('answers null for what it lacks', () => {
    const bare = parsed({ version: 1 });
    expect(bare.version).toBe(1);
    expect(bare.extensions).toEqual([]);
    for (const name of ['subjectAltName', 'keyUsage', 'nameConstraints', 'policyConstraints', 'freshestCrl'] as const)
      expect(bare[name]).toBeNull();
  });

  it.each([
    ['an explicit version 1', assembled({ version: der.explicit(0, der.integer(0)) })],
    ['version 4', assembled({ version: der.explicit(0, der.integer(3)) })],
    ['a serial number that is not minimal', assembled({ serial: new Uint8Array([2, 2, 0, 1]) })],
    ['two algorithms', assembled({ outer: der.sequence(der.oid(OID['ecdsa-with-SHA384'])) })],
    [
      'extensions in version 1',
      assembled({ version: EMPTY, tail: der.explicit(3, der.sequence(extension('1.2.3', EMPTY))) }),
    ],
    ['unique identifiers in version 1', assembled({ version: EMPTY, tail: der.implicit(1, new Uint8Array(2)) })],
    ['no extension in the list', assembled({ tail: der.explicit(3, der.sequence()) })],
    ['an extension twice', root.issue({ extensions: [extension('1.2.3', EMPTY), extension('1.2.3', EMPTY)] }).der],
    [
      'too many extensions',
      root.issue({ extensions: Array.from({ length: 70 }, (_, i) => extension(`1.2.3.${i}`, EMPTY)) }).der,
    ],
    ['something behind', assembled({ tail: der.nothing() })],
    ['one date', assembled({ validity: der.sequence(der.time(0)) })],
    ['nothing', EMPTY],
    ['a megabyte and more', new Uint8Array((1 << 20) + 1)],
  ])('is refused with %s', (_what, bytes) => {
    expect(codeOf(() => parseCertificate(bytes))).toBe('ERR_TLS_CERT_PARSE');
  });

  it('notes what is odd but harmless', () => {
    const explicit = der.sequence(der.oid('1.2.3'), der.boolean(false), der.octetString(EMPTY));
    expect(withExtensions(explicit).oddities.explicitDefault).toBe(true);
    const early = der.element(0x18, new TextEncoder().encode('20200101000000Z'));
    expect(
      parseCertificate(assembled({ validity: der.sequence(early, der.time(1)) })).oddities.earlyGeneralizedTime,
    ).toBe(true);
    expect(parseCertificate(assembled({ tail: der.implicit(1, new Uint8Array(2)) })).oddities.uniqueIds).toBe(true);
  });

  it.each([
    ['basicConstraints', OID.basicConstraints, der.sequence(der.integer(1), der.boolean(true))],
    ['basicConstraints', OID.basicConstraints, der.sequence(der.boolean(true), der.integer(new Uint8Array(9).fill(1)))],
    ['keyUsage', OID.keyUsage, der.integer(1)],
    ['extendedKeyUsage', OID.extKeyUsage, der.sequence()],
    ['subjectAltName', OID.subjectAltName, der.sequence()],
    ['subjectAltName', OID.subjectAltName, der.sequence(der.implicit(2, new Uint8Array([0xe4])))],
    ['subjectAltName', OID.subjectAltName, der.sequence(der.implicit(0, new Uint8Array(3)))],
    ['subjectAltName', OID.subjectAltName, der.sequence(der.implicit(9, new Uint8Array(3)))],
    ['nameConstraints', OID.nameConstraints, der.sequence(der.explicit(0))],
    ['authorityKeyIdentifier', OID.authorityKeyIdentifier, der.sequence(der.integer(1))],
    ['subjectKeyIdentifier', OID.subjectKeyIdentifier, der.sequence()],
    ['authorityInfoAccess', OID.authorityInfoAccess, der.sequence()],
    ['crlDistributionPoints', OID.cRLDistributionPoints, der.sequence(der.sequence())],
    ['certificatePolicies', OID.certificatePolicies, der.sequence()],
    ['policyMappings', OID.policyMappings, der.sequence(der.sequence(der.oid('1.2.3')))],
    ['policyConstraints', OID.policyConstraints, der.sequence()],
    ['inhibitAnyPolicy', OID.inhibitAnyPolicy, der.integer(new Uint8Array([0x80, 0, 0, 0, 0]))],
    ['tlsFeatures', OID.tlsFeature, der.integer(5)],
    ['signedCertificateTimestamps', OID.signedCertificateTimestampList, der.sequence()],
  ] as const)('refuses malformed %s when it is asked for', (name, oid, value) => {
    const bare = { ca: null, keyUsage: null, eku: null, san: null, ski: false, aki: false } as const;
    const certificate = parsed({ ...bare, extensions: [extension(oid, value)] });
    expect(codeOf(() => certificate[name])).toBe('ERR_TLS_CERT_PARSE');
    expect(codeOf(() => certificate[name])).toBe('ERR_TLS_CERT_PARSE');
    const trailing = parsed({ ...bare, extensions: [extension(oid, new Uint8Array([5, 0, 5, 0]))] });
    expect(codeOf(() => trailing[name])).toBe('ERR_TLS_CERT_PARSE');
  });

  it('says which certificate an error is about', () => {
    const certificate = withExtensions(extension(OID.nameConstraints, der.nothing()));
    try {
      void certificate.nameConstraints;
      expect.unreachable();
    } catch (error) {
      expect(equalBytes((error as { certificate: Uint8Array }).certificate, certificate.der)).toBe(true);
    }
  });
});

describe('names', () => {
  const name = (...attributes: Uint8Array[]) =>
    parsed({ subject: der.sequence(...attributes.map((each) => der.set(each))) }).subject;
  const attribute = (oid: string, value: Uint8Array) => der.sequence(der.oid(oid), value);
  const cn = (value: Uint8Array) => name(attribute(OID.commonName, value));

  it('match whatever the string type, case and blanks', () => {
    expect(sameName(cn(der.utf8String('Example  CA ')), cn(der.printableString('example ca')))).toBe(true);
    expect(sameName(cn(der.utf8String('a')), cn(der.element(0x1e, new Uint8Array([0, 0x61]))))).toBe(true);
    expect(sameName(cn(der.utf8String('a')), cn(der.utf8String('b')))).toBe(false);
    expect(sameName(cn(der.integer(1)), cn(der.integer(1)))).toBe(true);
    expect(sameName(cn(der.integer(1)), cn(der.integer(2)))).toBe(false);
  });

  it('are not confused by what their values hold', () => {
    const one = name(attribute(OID.commonName, der.utf8String(`a1:${OID.commonName}=b`)));
    const two = name(attribute(OID.commonName, der.utf8String('a')), attribute(OID.commonName, der.utf8String('b')));
    expect(sameName(one, two)).toBe(false);
    const pair = parsed({
      subject: der.sequence(
        der.set(attribute(OID.commonName, der.utf8String('a')), attribute(OID.organizationName, der.utf8String('b'))),
      ),
    }).subject;
    expect(
      sameName(
        pair,
        name(attribute(OID.commonName, der.utf8String('a')), attribute(OID.organizationName, der.utf8String('b'))),
      ),
    ).toBe(false);
    expect(pair.toString()).toBe('CN=a + O=b');
  });

  it('are shown without control characters', () => {
    expect(cn(der.utf8String('a\u0000\u001b[31m\u2028')).toString()).toBe('CN=a??[31m?');
    expect(cn(der.element(12, new Uint8Array([0xff]))).toString()).toBe('CN=#ff');
    expect(cn(der.utf8String('x'.repeat(500))).toString()).toHaveLength(106);
    expect(attributeName('1.2.3')).toBe('1.2.3');
    expect(attributeName(OID.emailAddress)).toBe('emailAddress');
  });

  it('have text where their strings are right', () => {
    const text = (value: Uint8Array) => attributeText(cn(value).rdns[0]![0]!);
    expect(text(der.utf8String('ä'))).toBe('ä');
    expect(text(der.element(0x14, new Uint8Array([0xe4])))).toBe('ä');
    expect(text(der.element(0x1c, new Uint8Array([0, 1, 0xf6, 0])))).toBe('😀');
    expect(text(der.element(0x1e, new Uint8Array([0xd8, 0])))).toBeNull();
    expect(text(der.element(0x1c, new Uint8Array([0, 0x11, 0, 0])))).toBeNull();
    expect(text(der.element(0x13, new Uint8Array([0xe4])))).toBeNull();
    expect(text(der.integer(1))).toBeNull();
    expect(cn(der.utf8String('a')).values(OID.commonName)).toEqual(['a']);
  });

  it('with a broken structure break the certificate', () => {
    for (const subject of [
      der.sequence(der.set()),
      der.sequence(der.sequence()),
      der.sequence(der.set(der.sequence(der.oid('1.2.3')))),
      der.sequence(der.set(der.sequence(der.oid('1.2.3'), der.nothing(), der.nothing()))),
    ])
      expect(codeOf(() => parsed({ subject }))).toBe('ERR_TLS_CERT_PARSE');
  });
});
