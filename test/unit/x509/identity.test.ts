import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import {
  ipAddressText,
  parseCertificate,
  parseIpAddress,
  parseReference,
  verifyEmails,
  verifyServerName,
} from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { type CertificateOptions, extension, generalName, makeCa } from '../../support/pki.ts';

const root = makeCa();
const certificate = (options: CertificateOptions) => parseCertificate(root.issue(options).der);
const named = (...san: string[]) => certificate({ san });
const covers = (presented: string, host: string) =>
  codeOf(() => verifyServerName(named(`dns:${presented}`), host)) === null;

describe('references', () => {
  it('are names or addresses', () => {
    expect(parseReference('Example.COM.')).toEqual({ kind: 'dns', name: 'example.com' });
    expect(parseReference('my_host')).toEqual({ kind: 'dns', name: 'my_host' });
    expect(parseReference('10.0.0.1')).toEqual({ kind: 'ip', octets: new Uint8Array([10, 0, 0, 1]) });
    expect(parseReference('[::1]')).toEqual(parseReference('::1'));
  });

  it.each([
    '',
    '.',
    'a..b',
    '-a.com',
    'exa mple.com',
    'bücher.example',
    '[example.com]',
    '1.2.3',
    '*.example.com',
    '1.2.3.4.5',
  ])('cannot be "%s"', (host) => {
    expect(codeOf(() => parseReference(host))).toBe('ERR_TLS_CONFIG');
  });
});

describe('addresses', () => {
  it.each([
    ['::', '::'],
    ['1::', '1::'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['255.0.255.1', '255.0.255.1'],
  ])('%s is %s', (text, canonical) => {
    expect(ipAddressText(parseIpAddress(text)!)).toBe(canonical);
  });

  it.each([
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '1.2.3.4::',
    '::1.2.3',
    'g::',
    '1:2:3:4:5:6:7:8::',
  ])('%s is none', (text) => {
    expect(parseIpAddress(text)).toBeNull();
  });
});

describe('server names', () => {
  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com', 'example.COM'],
    ['*.example.com', 'a.example.com'],
    ['*.example.com', 'xn--bcher-kva.example.com'],
    ['my_host.lan', 'my_host.lan'],
    ['localhost', 'localhost'],
  ])('%s covers %s', (presented, host) => {
    expect(covers(presented, host)).toBe(true);
  });

  it.each([
    ['example.com', 'a.example.com'],
    ['a.example.com', 'example.com'],
    ['*.example.com', 'example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.com', 'example.com'],
    ['*', 'localhost'],
    ['a*.example.com', 'ab.example.com'],
    ['*a.example.com', 'ba.example.com'],
    ['a.*.example.com', 'a.b.example.com'],
    ['xn--*-1b3c148a.example.com', 'xn--bliss-1b3c148a.example.com'],
    ['.example.com', 'a.example.com'],
    ['example.com.', 'example.com'],
    ['10.0.0.1', '10.0.0.1'],
    ['example.com\u0000.evil.org', 'example.com'],
    ['', 'example.com'],
  ])('"%s" does not cover %s', (presented, host) => {
    expect(covers(presented, host)).toBe(false);
  });

  it('are addresses by their octets', () => {
    const both = named('ip:10.0.0.1', 'ip:2001:db8::1', 'dns:example.com');
    expect(verifyServerName(both, '10.0.0.1')).toBe('10.0.0.1');
    expect(verifyServerName(both, '[2001:DB8:0::1]')).toBe('2001:db8::1');
    expect(codeOf(() => verifyServerName(both, '10.0.0.2'))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(codeOf(() => verifyServerName(named('dns:10.0.0.1', 'uri:https://10.0.0.1/'), '10.0.0.1'))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    const mapped = certificate({
      san: null,
      extensions: [extension(OID.subjectAltName, der.sequence(generalName('ip:::ffff:a00:1')))],
    });
    expect(codeOf(() => verifyServerName(mapped, '10.0.0.1'))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('are common names by request alone, and only where there is no subjectAltName', () => {
    const old = certificate({ name: 'old.example.com', san: null });
    expect(codeOf(() => verifyServerName(old, 'old.example.com'))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(verifyServerName(old, 'old.example.com', { legacyCommonName: true })).toBe('old.example.com');
    expect(codeOf(() => verifyServerName(old, 'example.com', { legacyCommonName: true }))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    const address = certificate({ name: '10.0.0.1', san: null });
    expect(verifyServerName(address, '10.0.0.1', { legacyCommonName: true })).toBe('10.0.0.1');
    const both = certificate({ name: 'old.example.com', san: ['email:a@example.com'] });
    expect(codeOf(() => verifyServerName(both, 'old.example.com', { legacyCommonName: true }))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it('that do not match are told with those that are there, few and clean', () => {
    expect(() => verifyServerName(named('dns:a.example', 'ip:10.0.0.1'), 'b.example')).toThrow(
      'b.example is not among its names (a.example, 10.0.0.1)',
    );
    expect(() => verifyServerName(named('email:a@b.example'), 'b.example')).toThrow('it has none for servers');
    expect(() => verifyServerName(certificate({ san: null }), '::1')).toThrow(
      '::1 is not among its names (it has no subjectAltName)',
    );
    const many = named(...Array.from({ length: 20 }, (_, i) => `dns:h${i}.example`), 'dns:\u001b[31m');
    expect(() => verifyServerName(many, 'b.example')).toThrow('h7.example and 13 more)');
  });
});

describe('mailboxes', () => {
  const person = named('email:Alice@Example.com', 'email:"a b"@example.com', 'dns:example.com');

  it('are all in the certificate, hosts in any case', () => {
    verifyEmails(person, ['Alice@example.COM', '"a b"@example.com']);
    verifyEmails(person, []);
  });

  it.each(['alice@example.com', 'Alice@sub.example.com', 'bob@example.com'])('%s is another one', (mailbox) => {
    expect(codeOf(() => verifyEmails(person, ['Alice@example.com', mailbox]))).toBe('ERR_TLS_CERT_EMAIL_MISMATCH');
    expect(codeOf(() => verifyEmails(certificate({ san: null }), [mailbox]))).toBe('ERR_TLS_CERT_EMAIL_MISMATCH');
  });

  it.each(['alice', '@example.com', 'a b@example.com', 'a@b@example.com', 'alice@-x'])('"%s" is none', (mailbox) => {
    expect(codeOf(() => verifyEmails(person, [mailbox]))).toBe('ERR_TLS_CONFIG');
  });
});
