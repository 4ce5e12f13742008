import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePem } from '../../../src/asn1/index.ts';
import { CERTIFICATE_ERRORS } from '../../../src/errors/codes/certificate.ts';
import { anchorsFrom, certificatesFrom, OPENSSL_CODES, opensslCode } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { makeCa } from '../../support/pki.ts';

const DOCS = path.join(import.meta.dirname, '../../../docs/certificates.md');
const root = makeCa();

describe('errors about certificates', () => {
  it('are documented with the names that OpenSSL has for them', () => {
    const text = readFileSync(DOCS, 'utf8').replace(/ {2,}/g, ' ');
    for (const [code, row] of Object.entries(CERTIFICATE_ERRORS)) {
      const openssl = opensslCode(code);
      expect(text).toContain(`| \`${code}\` | ${openssl === null ? '-' : `\`${openssl}\``} | ${row.alert ?? '-'} |`);
    }
    expect(Object.keys(OPENSSL_CODES).sort()).toEqual(Object.keys(CERTIFICATE_ERRORS).sort());
    expect(opensslCode('ERR_TLS_DECODE')).toBeNull();
    expect(opensslCode('toString')).toBeNull();
  });
});

describe('certificates from files', () => {
  it('come as PEM with anything around, or as DER', () => {
    const two = `# my authorities\n${root.cert}\n${root.key}\n${root.cert.replace(/ CERT/g, ' X509 CERT')}`;
    expect(certificatesFrom(two)).toHaveLength(2);
    expect(certificatesFrom(new TextEncoder().encode(two))).toHaveLength(2);
    expect(certificatesFrom(root.der)[0]!.der).toBe(root.der);
    expect(anchorsFrom(two, root.der).all).toHaveLength(3);
  });

  it('may have OpenSSL settings behind them', () => {
    const { der } = parsePem(root.cert)[0]!;
    const trusted = Buffer.concat([der, Buffer.from('300a300806062b0601050507', 'hex')]).toString('base64');
    const pem = `-----BEGIN TRUSTED CERTIFICATE-----\n${trusted}\n-----END TRUSTED CERTIFICATE-----\n`;
    expect(certificatesFrom(pem)[0]!.der).toEqual(root.der);
  });

  it('are missed in a sentence', () => {
    expect(codeOf(() => certificatesFrom(root.key))).toBe('ERR_TLS_CERT_PARSE');
    expect(() => certificatesFrom('')).toThrow('there is neither PEM with the label CERTIFICATE nor DER');
    expect(codeOf(() => certificatesFrom(root.cert.slice(0, 100)))).toBe('ERR_TLS_PEM');
  });
});
