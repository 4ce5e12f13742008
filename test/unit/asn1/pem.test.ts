import { describe, expect, it } from 'vitest';
import { parsePem, toPem } from '../../../src/asn1/index.ts';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import { codeOf } from '../../support/errors.ts';

const DER = new Uint8Array(Array.from({ length: 100 }, (_, i) => i));
const PEM = toPem('CERTIFICATE', DER);

describe('PEM', () => {
  it('comes back as it went', () => {
    expect(PEM.split('\n')[1]).toHaveLength(64);
    expect(parsePem(PEM)).toEqual([{ label: 'CERTIFICATE', headers: {}, der: DER, line: 1 }]);
    expect(parsePem(fromLatin1(PEM))).toEqual(parsePem(PEM));
  });

  it('is found in what surrounds it', () => {
    const text = `subject: CN=x\n\n${PEM}between ----- the two\n${PEM.replace(/CERTIFICATE/g, 'X509 CRL')}after`;
    expect(parsePem(text).map(({ label, line }) => [label, line])).toEqual([
      ['CERTIFICATE', 3],
      ['X509 CRL', 9],
    ]);
    expect(parsePem('nothing here')).toEqual([]);
    expect(parsePem('')).toEqual([]);
  });

  it('may have CRLF, trailing blanks, blank lines, a byte order mark and one long line', () => {
    const [{ der } = { der: null }] = parsePem(`\ufeff${PEM.replace(/\n/g, ' \t\r\n')}`);
    expect(der).toEqual(DER);
    expect(parsePem(fromLatin1(`\u00ef\u00bb\u00bf${PEM}`))).toHaveLength(1);
    const lines = PEM.split('\n');
    expect(parsePem([lines[0], '', lines[1] + lines.slice(2, -2).join(''), '', lines.at(-2)].join('\n'))).toHaveLength(
      1,
    );
  });

  it('may have headers', () => {
    const encrypted = PEM.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,\n  00112233\n\n');
    expect(parsePem(encrypted)[0]).toMatchObject({
      headers: { 'Proc-Type': '4,ENCRYPTED', 'DEK-Info': 'AES-128-CBC,00112233' },
      der: DER,
    });
  });

  it.each([
    ['has no end', PEM.replace(/-----END.*/, ''), 'the CERTIFICATE that begins at line 2 has no END line'],
    [
      'ends as something else',
      PEM.replace('END CERTIFICATE', 'END KEY'),
      'line 6 is not the END line of the CERTIFICATE',
    ],
    ['begins twice', PEM.replace(/-----END/, '-----BEGIN'), 'line 6 is not the END line of the CERTIFICATE'],
    [
      'is not base64',
      PEM.replace('AAEC', 'AA.C'),
      'the contents of the CERTIFICATE that begins at line 2 are not base64',
    ],
    ['is cut', PEM.replace('AAEC', 'AAE'), 'are not base64'],
    ['is empty', '-----BEGIN X-----\n-----END X-----\n', 'the contents of the X that begins at line 2 are not base64'],
  ])('names line and label where a block %s', (_what, text, message) => {
    expect(codeOf(() => parsePem(`first\n${text}`))).toBe('ERR_TLS_PEM');
    expect(() => parsePem(`first\n${text}`)).toThrow(message);
  });
});
