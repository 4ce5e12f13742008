import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { der, OID, TAG } from '../../../src/asn1/index.ts';
import { concat, EMPTY, fromHex, fromLatin1 } from '../../../src/bytes/index.ts';
import { privateProfile, RULES, strictProfile } from '../../../src/x509/index.ts';
import {
  type CertificateOptions,
  extension,
  generalName,
  type KeyType,
  makeCa,
  makeSelfSigned,
  testKey,
} from '../../support/pki.ts';
import { codeFor, errorOf } from './verify.ts';

const root = makeCa({ name: 'Root' });
const keyId = der.sequence(der.implicit(0, fromHex('01020304')));
const foreign = der.sequence(
  der.implicit(0, fromHex('01020304')),
  der.explicit(1, generalName('dn:Root')),
  der.implicit(2, fromHex('05')),
);
const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const constraints = (value: Uint8Array): CertificateOptions => ({
  extensions: [extension(OID.nameConstraints, value, true)],
});
const access = der.sequence(der.sequence(der.oid(OID['id-ad-ocsp']), generalName('uri:http://ocsp.example/')));
const early = der.sequence(
  der.element(TAG.GENERALIZED_TIME, fromLatin1('20200101000000Z')),
  der.element(TAG.UTC_TIME, fromLatin1('491231235959Z')),
);

/** The SubjectPublicKeyInfo of a key of this kind, with its point compressed. */
function compressed(curve: KeyType): Uint8Array {
  const spki = new Uint8Array(createPublicKey(testKey(curve, 'compressed')).export({ type: 'spki', format: 'der' }));
  const point = spki.subarray(-64);
  const sign = 2 + (point[63]! & 1);
  return der.sequence(
    der.sequence(der.oid(OID['id-ecPublicKey']), der.oid(OID.secp256r1)),
    der.bitString(concat(new Uint8Array([sign]), point.subarray(0, 32))),
  );
}

type Breaches = Partial<Record<'leaf' | 'intermediate' | 'anchor', CertificateOptions>>;

/** How to break each rule, in each place where it binds (or in one of them). */
const BREACHES: Readonly<Record<string, Breaches>> = {
  'critical-extensions': {
    leaf: { extensions: [extension('1.2.3', EMPTY, true)] },
    intermediate: { extensions: [extension(OID.tlsFeature, der.sequence(der.integer(5)), true)] },
    anchor: { extensions: [extension('1.2.3', EMPTY, true)] },
  },
  'rsa-1024': { leaf: { key: rsa(1016) }, anchor: { key: rsa(1016) } },
  'rsa-2048': { leaf: { key: rsa(1024) }, intermediate: { key: rsa(1024) }, anchor: { key: rsa(2040) } },
  'rsa-octets': { leaf: { key: rsa(2052) }, anchor: { key: rsa(2052) } },
  'point-form': { leaf: { raw: { spki: compressed('P-256') } } },
  'version-3': { leaf: { version: 1 }, anchor: { version: 1 } },
  'serial-sign': { leaf: { raw: { serial: fromHex('0201ff') } }, intermediate: { raw: { serial: fromHex('0201ff') } } },
  'serial-number': { leaf: { serial: 0 }, intermediate: { serial: new Uint8Array(21).fill(1) } },
  'unique-ids': {
    leaf: { raw: { uniqueIds: fromHex('810200aa') } },
    anchor: { raw: { uniqueIds: fromHex('820200aa') } },
  },
  defaults: {
    leaf: {
      ca: null,
      extensions: [extension(OID.basicConstraints, der.sequence(der.boolean(false)), true)],
    },
    intermediate: { extensions: [der.sequence(der.oid('1.2.3'), der.boolean(false), der.octetString(EMPTY))] },
  },
  'time-form': { leaf: { raw: { validity: early } }, intermediate: { raw: { validity: early } } },
  'issuer-name': { anchor: { name: null } },
  'ca-subject': { intermediate: { name: null } },
  'name-encoding': {
    leaf: { subject: der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.printableString('a_b')))) },
    intermediate: { subject: der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.utf8String('')))) },
  },
  'well-formed': {
    leaf: { extensions: [extension(OID.authorityInfoAccess, der.nothing())] },
    intermediate: { extensions: [extension(OID.cRLDistributionPoints, der.sequence())] },
    anchor: { extensions: [extension(OID.freshestCRL, der.sequence())] },
  },
  'not-critical': {
    leaf: { extensions: [extension(OID.authorityInfoAccess, access, true)] },
    intermediate: { extensions: [extension(OID.subjectInfoAccess, access, true)] },
  },
  'anchor-not-critical': { anchor: { extensions: [extension(OID.authorityInfoAccess, access, true)] } },
  critical: {
    intermediate: { extensions: [extension(OID.inhibitAnyPolicy, der.integer(3))] },
    anchor: { extensions: [extension(OID.policyConstraints, der.sequence(der.implicit(0, fromHex('05'))))] },
  },
  'authority-key-id': {
    leaf: { aki: false },
    intermediate: {
      aki: false,
      extensions: [extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(2, fromHex('05'))))],
    },
  },
  'root-key-id': { anchor: { extensions: [extension(OID.authorityKeyIdentifier, foreign)] } },
  'subject-key-id': { intermediate: { ski: false }, anchor: { ski: false } },
  'anchor-is-ca': { anchor: { ca: null, keyUsage: null } },
  'basic-critical': { intermediate: { basicConstraintsCritical: false }, anchor: { basicConstraintsCritical: false } },
  'path-length': { leaf: { pathLength: 0 } },
  'ca-key-usage': { leaf: { keyUsage: 1 | 32 } },
  'key-usage': { leaf: { keyUsage: 0 } },
  'key-usage-form': { leaf: { keyUsage: null, extensions: [extension(OID.keyUsage, fromHex('03020080'), true)] } },
  purpose: { leaf: { eku: [OID.anyExtendedKeyUsage] } },
  'alt-name': { leaf: { san: null } },
  'alt-name-critical': { leaf: { sanCritical: true }, intermediate: { san: ['dns:ca.example'], sanCritical: true } },
  'alt-name-syntax': { leaf: { san: ['dns:a_b.example'] }, intermediate: { san: ['dns:10.0.0.1'] } },
  'constraints-in-ca': { leaf: { permitted: ['dns:localhost'] } },
  'constraints-empty': { intermediate: constraints(der.sequence()), anchor: constraints(der.sequence()) },
  'constraints-syntax': { intermediate: { excluded: ['dns:*.example.com'] }, anchor: { excluded: ['email:a@b@c.d'] } },
  'constraints-period': {
    intermediate: { excluded: ['dns:.example.com'] },
    anchor: { excluded: ['dns:.example.com'] },
  },
  policies: { leaf: { policies: ['1.2.3', '1.2.3'] }, anchor: { policies: ['1.2.3', '1.2.3'] } },
};

function chainWith(role: string, options: CertificateOptions) {
  if (role === 'leaf') return { chain: [root.issue(options)], anchors: [root] };
  const ca = role === 'anchor' ? makeCa(options) : root.intermediate(options);
  return role === 'anchor' ? { chain: [ca.issue()], anchors: [ca] } : { chain: [ca.issue(), ca], anchors: [root] };
}

describe('the rules of the profiles', () => {
  const cases = RULES.flatMap((rule) =>
    Object.entries(BREACHES[rule.name] ?? {}).map(([role, options]) => [rule.name, role, rule, options] as const),
  );

  it.each(cases)('%s, broken by the %s', (name, role, rule, options) => {
    const { chain, anchors } = chainWith(role, options);
    const error = errorOf(chain, anchors);
    const code = name === 'well-formed' ? 'ERR_TLS_CERT_PARSE' : rule.code;
    expect(error?.code).toBe(code);
    if (name !== 'well-formed') expect(error?.detail).toContain(rule.says);
    expect(codeFor(chain, anchors, { profile: privateProfile })).toBe(rule.binds === 'both' ? rule.code : null);
  });

  it('all have a breach here or below', () => {
    expect(RULES.map(({ name }) => name).sort()).toEqual(Object.keys(BREACHES).sort());
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    expect(strictProfile.rules).toEqual(RULES);
    expect(privateProfile.rules.map(({ name }) => name)).toEqual([
      'critical-extensions',
      'rsa-1024',
      'serial-sign',
      'not-critical',
      'constraints-syntax',
    ]);
  });

  it('are listed in docs/certificates.md', () => {
    const file = path.join(import.meta.dirname, '../../../docs/certificates.md');
    const text = readFileSync(file, 'utf8').replace(/ {2,}/g, ' ');
    const rows = RULES.map((rule) => {
      const where = rule.roles.filter((role) => role !== 'self').join(', ');
      return `| \`${rule.name}\` | ${rule.says} | ${where} | ${rule.binds === 'both' ? 'strict, private' : 'strict'} | ${rule.section} |`;
    });
    for (const row of rows) expect(text).toContain(row);
  });

  it('do not ask a trusted leaf for a pointer to an issuer', () => {
    const own = makeSelfSigned({ aki: false });
    expect(codeFor([own], [own])).toBeNull();
    const lost = makeSelfSigned({ aki: false, extensions: [extension(OID.authorityKeyIdentifier, keyId)] });
    expect(codeFor([lost], [lost])).toBe('ERR_TLS_CERT_PROFILE');
    expect(codeFor([lost], [lost], { profile: privateProfile })).toBeNull();
  });

  it('want a subjectAltName of servers, of others where there is no subject', () => {
    const person = root.issue({ san: null, eku: null });
    expect(codeFor([person], [root], { usage: 'clientAuth' })).toBeNull();
    const nobody = root.issue({ name: null, san: null, eku: null });
    expect(codeFor([nobody], [root], { usage: 'clientAuth' })).toBe('ERR_TLS_CERT_PROFILE');
    expect(codeFor([root.issue({ name: null })], [root])).toBeNull();
    expect(codeFor([root.issue({ name: null, sanCritical: false })], [root])).toBe('ERR_TLS_CERT_PROFILE');
  });

  it.each([
    ['dns:*.com'],
    ['dns:*'],
    ['dns:a*.example.com'],
    ['dns:example.com.'],
    ['email:nobody'],
    ['uri:relative'],
    ['uri:http://a b/'],
  ])('refuse the name %s', (name) => {
    expect(codeFor([root.issue({ san: ['dns:localhost', name] })], [root])).toBe('ERR_TLS_CERT_PROFILE');
    expect(codeFor([root.issue({ san: ['dns:localhost', name] })], [root], { profile: privateProfile })).toBeNull();
  });

  it('want the elements of an RDN in order, also in directory names', () => {
    const pair = (first: string, second: string) =>
      der.sequence(
        der.set(der.sequence(der.oid(first), der.utf8String('x')), der.sequence(der.oid(second), der.utf8String('x'))),
      );
    expect(codeFor([root.issue({ subject: pair(OID.commonName, OID.organizationName) })], [root])).toBeNull();
    const unsorted = pair(OID.organizationName, OID.commonName);
    expect(codeFor([root.issue({ subject: unsorted })], [root])).toBe('ERR_TLS_CERT_PROFILE');
    const value = der.sequence(generalName('dns:localhost'), der.explicit(4, unsorted));
    expect(codeFor([root.issue({ san: null, extensions: [extension(OID.subjectAltName, value)] })], [root])).toBe(
      'ERR_TLS_CERT_PROFILE',
    );
  });

  it('let two roots of the web with trailing zeros in keyUsage be', () => {
    const sloppy = makeCa({ keyUsage: null, extensions: [extension(OID.keyUsage, fromHex('03020006'), true)] });
    expect(codeFor([sloppy.issue()], [sloppy])).toBeNull();
  });
});
