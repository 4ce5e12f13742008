import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { privateProfile } from '../../../src/x509/index.ts';
import { type CertificateOptions, distinguishedName, extension, generalName, makeCa } from '../../support/pki.ts';
import { codeFor, errorOf } from './verify.ts';

const root = makeCa({ name: 'Root' });
const VIOLATION = 'ERR_TLS_CERT_NAME_CONSTRAINTS';

function codeOf(constraints: CertificateOptions, leaf: CertificateOptions, change = {}): string | null {
  const ca = root.intermediate({ name: 'Constrained', ...constraints });
  return codeFor([ca.issue(leaf), ca], [root], { usage: null, ...change });
}

const permits = (constraint: string, name: string) => codeOf({ permitted: [constraint] }, { san: [name] }) === null;
const excludes = (constraint: string, name: string) =>
  codeOf({ excluded: [constraint] }, { san: [name] }) === VIOLATION;

describe('permitted names', () => {
  it.each([
    ['dns:example.com', 'dns:example.com'],
    ['dns:example.com', 'dns:a.b.EXAMPLE.com'],
    ['dns:EXAMPLE.com', 'dns:*.example.com'],
    ['dns:com', 'dns:example.com'],
    ['dns:', 'dns:example.com'],
    ['dns:example.com', 'ip:10.0.0.1'],
    ['ip:10.0.0.0/8', 'ip:10.255.0.1'],
    ['ip:10.0.0.0/9', 'ip:10.127.0.1'],
    ['ip:0.0.0.0/0', 'ip:1.2.3.4'],
    ['ip:10.0.0.1/32', 'ip:10.0.0.1'],
    ['ip:2001:db8::/32', 'ip:2001:db8:1::1'],
    ['email:example.com', 'email:anyone@example.com'],
    ['email:.example.com', 'email:anyone@a.example.com'],
    ['email:a@example.com', 'email:a@EXAMPLE.com'],
    ['email:**@example.com', 'email:**@example.com'],
    ['uri:example.com', 'uri:https://u:p@example.com:8443/path?x@y'],
    ['uri:.example.com', 'uri:https://a.example.com/'],
  ])('%s permits %s', (constraint, name) => {
    expect(permits(constraint, name)).toBe(true);
  });

  it.each([
    ['dns:example.com', 'dns:example.org'],
    ['dns:example.com', 'dns:notexample.com'],
    ['dns:a.example.com', 'dns:*.example.com'],
    ['dns:a.example.com', 'dns:example.com'],
    ['ip:10.0.0.0/8', 'ip:11.0.0.1'],
    ['ip:10.0.0.0/9', 'ip:10.128.0.1'],
    ['ip:0.0.0.0/0', 'ip:::1'],
    ['ip:::/0', 'ip:10.0.0.1'],
    ['email:example.com', 'email:anyone@a.example.com'],
    ['email:.example.com', 'email:anyone@example.com'],
    ['email:a@example.com', 'email:A@example.com'],
    ['email:*@example.com', 'email:b@example.com'],
    ['email:**@example.com', 'email:*@example.com'],
    ['uri:example.com', 'uri:https://a.example.com/'],
    ['uri:.example.com', 'uri:https://example.com/'],
    ['uri:example.com', 'uri:https://example.com.evil.org/'],
    ['uri:example.com', 'uri:https://evil.org/@example.com'],
    ['uri:example.com', 'uri:https://evil.org?@example.com'],
    ['uri:example.com', 'uri:urn:example'],
    ['uri:example.com', 'uri:https://10.0.0.1/'],
  ])('%s does not permit %s', (constraint, name) => {
    expect(permits(constraint, name)).toBe(false);
  });
});

describe('excluded names', () => {
  it.each([
    ['dns:example.com', 'dns:a.example.com'],
    ['dns:a.example.com', 'dns:*.example.com'],
    ['dns:com', 'dns:*.example.com'],
    ['dns:', 'dns:example.com'],
    ['ip:10.0.0.0/8', 'ip:10.1.2.3'],
    ['email:a@example.com', 'email:a@example.com'],
    ['uri:.example.com', 'uri:https://a.example.com/'],
  ])('%s excludes %s', (constraint, name) => {
    expect(excludes(constraint, name)).toBe(true);
  });

  it.each([
    ['dns:a.b.example.com', 'dns:*.example.com'],
    ['dns:a.example.com', 'dns:b.example.com'],
    ['dns:a.example.com', 'dns:example.com'],
    ['ip:10.0.0.0/8', 'ip:11.1.2.3'],
    ['ip:10.0.0.0/8', 'dns:example.com'],
    ['email:a@example.com', 'email:b@example.com'],
  ])('%s does not exclude %s', (constraint, name) => {
    expect(excludes(constraint, name)).toBe(false);
  });

  it('win over permitted ones', () => {
    const both = { permitted: ['dns:example.com'], excluded: ['dns:a.example.com'] };
    expect(codeOf(both, { san: ['dns:b.example.com'] })).toBeNull();
    expect(codeOf(both, { san: ['dns:b.example.com', 'dns:a.example.com'] })).toBe(VIOLATION);
  });
});

describe('directory names', () => {
  const dn = (...values: string[]) =>
    distinguishedName(...values.map((value) => [OID.organizationalUnitName, value] as const));
  const constraint = (...values: string[]) => ({
    extensions: [
      extension(OID.nameConstraints, der.sequence(der.explicit(0, der.sequence(der.explicit(4, dn(...values))))), true),
    ],
  });

  it('are compared RDN by RDN, subject and alternative names alike', () => {
    const san = ['dns:example.com'];
    expect(codeOf(constraint('a'), { subject: dn('a', 'b'), san })).toBeNull();
    expect(codeOf(constraint('A '), { subject: dn(' a'), san })).toBeNull();
    expect(codeOf(constraint(), { subject: dn('x'), san })).toBeNull();
    expect(codeOf(constraint('a'), { subject: dn('ab'), san })).toBe(VIOLATION);
    expect(codeOf(constraint('a', 'b'), { subject: dn('a'), san })).toBe(VIOLATION);
    expect(codeOf(constraint('a'), { subject: dn('b', 'a'), san })).toBe(VIOLATION);
    expect(codeOf(constraint('a'), { name: null, san })).toBeNull();
    const other = {
      subject: dn('a'),
      san: null,
      extensions: [extension(OID.subjectAltName, der.sequence(der.explicit(4, dn('b'))))],
    };
    expect(codeOf(constraint('a'), other)).toBe(VIOLATION);
  });
});

describe('constraints', () => {
  it('bind intermediates below, and every authority narrows', () => {
    const outer = root.intermediate({ name: 'Outer', permitted: ['dns:example.com', 'dns:example.org'] });
    const inner = outer.intermediate({ name: 'Inner', permitted: ['dns:a.example.com', 'dns:example.net'] });
    const at = (name: string) => codeFor([inner.issue({ san: [name] }), inner, outer], [root]);
    expect(at('dns:a.example.com')).toBeNull();
    for (const name of ['dns:b.example.com', 'dns:example.org', 'dns:example.net']) expect(at(name)).toBe(VIOLATION);
    const named = outer.intermediate({ name: 'Named', san: ['dns:evil.example'] });
    expect(codeFor([named.issue({ san: ['dns:example.com'] }), named, outer], [root])).toBe(VIOLATION);
  });

  it('pass over self-issued intermediates, but not over a self-issued leaf', () => {
    const ca = makeCa({ name: 'Self', permitted: ['dns:example.com'] });
    const rolled = ca.intermediate({ name: 'Self', san: ['dns:evil.example'] });
    expect(codeFor([rolled.issue({ san: ['dns:example.com'] }), rolled], [ca])).toBeNull();
    expect(codeFor([ca.issue({ name: 'Self', san: ['dns:evil.example'] })], [ca])).toBe(VIOLATION);
  });

  it('of the root bind too', () => {
    const ca = makeCa({ permitted: ['dns:example.com'] });
    expect(codeFor([ca.issue({ san: ['dns:example.org'] })], [ca])).toBe(VIOLATION);
  });

  it('bind what stands in for alternative names where there are none', () => {
    const options = { profile: privateProfile };
    const permitted = ['dns:example.com', 'email:example.com', 'ip:10.0.0.0/8'];
    expect(codeOf({ permitted }, { name: 'a.example.com', san: null }, options)).toBeNull();
    expect(codeOf({ permitted }, { name: 'evil.example', san: null }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted }, { name: '11.0.0.1', san: null }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted }, { name: 'evil', san: null }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted }, { name: 'Evil Example', san: null }, options)).toBeNull();
    const client = { ...options, usage: 'clientAuth' as const };
    expect(codeOf({ permitted }, { name: 'device-1', san: null, eku: null }, client)).toBeNull();
    expect(codeOf({ permitted }, { name: 'evil.example', san: ['ip:10.0.0.1'] }, options)).toBeNull();
    const mail = distinguishedName([OID.emailAddress, 'a@evil.example']);
    expect(codeOf({ permitted }, { subject: mail, san: ['ip:10.0.0.1'] }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted }, { subject: mail, san: ['email:a@example.com'] }, options)).toBeNull();
  });

  it('with malformed names of their kind fail', () => {
    const options = { profile: privateProfile };
    const raw = (name: Uint8Array) => ({ san: null, extensions: [extension(OID.subjectAltName, der.sequence(name))] });
    expect(codeOf({ permitted: ['dns:example.com'] }, { san: ['dns:.example.com'] }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted: ['dns:example.com'] }, { san: ['dns:a*.example.com'] }, options)).toBe(VIOLATION);
    expect(
      codeOf(
        { permitted: ['ip:10.0.0.0/8'] },
        raw(der.implicit(7, new Uint8Array([10, 0, 0, 0, 255, 0, 0, 0]))),
        options,
      ),
    ).toBe(VIOLATION);
    expect(codeOf({ excluded: ['email:example.com'] }, { san: ['email:nobody'] }, options)).toBe(VIOLATION);
    expect(codeOf({ permitted: ['dns:example.com'] }, raw(der.implicit(7, new Uint8Array(5))), options)).toBeNull();
  });

  it('of kinds that are not supported fail once such a name occurs', () => {
    const other = der.explicit(0, der.oid('1.2.3'), der.explicit(0, der.utf8String('x')));
    const constraint = {
      extensions: [extension(OID.nameConstraints, der.sequence(der.explicit(1, der.sequence(other))), true)],
    };
    const raw = (name: Uint8Array) => ({
      san: null,
      extensions: [extension(OID.subjectAltName, der.sequence(generalName('dns:example.com'), name))],
    });
    expect(codeOf(constraint, { san: ['dns:example.com'] })).toBeNull();
    expect(codeOf(constraint, raw(other))).toBe(VIOLATION);
    const smtp = der.explicit(
      0,
      der.oid(OID['id-on-SmtpUTF8Mailbox']),
      der.explicit(0, der.utf8String('ä@evil.example')),
    );
    expect(codeOf({ permitted: ['email:example.com'] }, raw(smtp))).toBe(VIOLATION);
    expect(codeOf({ permitted: ['dns:example.com'] }, raw(smtp))).toBeNull();
  });

  it.each([
    'dns:*.example.com',
    'dns:example.com.',
    'dns:exa mple',
    'email:a@b@example.com',
    'email:@example.com',
    'uri:https://example.com/',
    'uri:10.0.0.1',
  ])('that are malformed break the authority: %s', (constraint) => {
    expect(codeOf({ excluded: [constraint] }, { san: ['dns:other.example'] })).toBe('ERR_TLS_CERT_PROFILE');
    expect(codeOf({ excluded: [constraint] }, {}, { profile: privateProfile })).toBe('ERR_TLS_CERT_PROFILE');
  });

  it('with a leading period are for what is below, in a private PKI alone', () => {
    const permitted = ['dns:.example.com'];
    const options = { profile: privateProfile };
    expect(codeOf({ permitted }, { san: ['dns:a.example.com'] })).toBe('ERR_TLS_CERT_PROFILE');
    expect(codeOf({ permitted }, { san: ['dns:a.example.com'] }, options)).toBeNull();
    expect(codeOf({ permitted }, { san: ['dns:*.example.com'] }, options)).toBeNull();
    expect(codeOf({ permitted }, { san: ['dns:example.com'] }, options)).toBe(VIOLATION);
    expect(codeOf({ excluded: permitted }, { san: ['dns:a.example.com'] }, options)).toBe(VIOLATION);
  });

  it('are told with the name and the authority', () => {
    const ca = root.intermediate({ name: 'Narrow', permitted: ['dns:example.com'] });
    const error = errorOf([ca.issue({ san: ['dns:evil.example'] }), ca], [root]);
    expect(error?.detail).toBe('evil.example is not permitted (by CN=Narrow)');
  });

  it('by the thousand are given up on, quickly', () => {
    const names = (kind: string, n: number) => Array.from({ length: n }, (_, i) => `dns:${kind}${i}.example`);
    const ca = root.intermediate({ permitted: names('a', 2048) });
    const began = performance.now();
    expect(codeFor([ca.issue({ san: names('a', 2048) }), ca], [root])).toBe('ERR_TLS_CERT_BUDGET');
    expect(performance.now() - began).toBeLessThan(1000);
    expect(codeFor([ca.issue({ san: names('a', 100) }), ca], [root])).toBeNull();
    const limits = { nameComparisons: 10_000_000 };
    expect(codeFor([ca.issue({ san: names('a', 2048) }), ca], [root], { limits })).toBeNull();
  });
});
