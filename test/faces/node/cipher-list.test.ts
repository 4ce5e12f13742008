import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Suite } from '../../../src/crypto/index.ts';
import { cipherSelection } from '../../../src/faces/node/cipher-list.ts';
import { cipherTraits, openSslCipherName } from '../../../src/faces/node/cipher-name.ts';
import { needTool } from '../../support/tools.ts';

const openssl = needTool('openssl', '3.0');

interface Row {
  readonly iana: string;
  readonly name: string;
  readonly id: number;
  readonly tls13: boolean;
}

/** What the openssl command selects, restricted to families that exist here. */
function opensslCiphers(list: string): Row[] {
  let output: string;
  try {
    output = execFileSync(openssl!.path, ['ciphers', '-V', '-stdname', list], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return [];
  }
  return output
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, , iana, , name, version]) => ({
      iana: iana!,
      name: name!,
      id: Number.parseInt(id!.replace(',0x', ''), 16),
      tls13: version === 'TLSv1.3',
    }))
    .filter(({ iana }) => !/ARIA|SRP|NULL|DSS|anon|SEED|IDEA|RC4|MD5|3DES/.test(iana));
}

const suite = (row: Row): Suite =>
  ({ version: row.tls13 ? 'TLSv1.3' : 'TLSv1.2', name: row.iana, id: row.id }) as unknown as Suite;

describe.skipIf(openssl === null)('beside the openssl command', () => {
  const rows = openssl === null ? [] : opensslCiphers('ALL:COMPLEMENTOFALL:@SECLEVEL=0');
  const known = rows.map(suite);
  const defaults = known.filter((one) => one.version === 'TLSv1.3').slice(0, 3);
  const ours = (list: string): string[] => {
    try {
      const { suites } = cipherSelection(list, known, defaults, ['TLSv1.3', 'TLSv1.2']);
      return suites.filter((one) => one.version === 'TLSv1.2').map((one) => openSslCipherName(one.name));
    } catch {
      return [];
    }
  };

  it('every name is the same', () => {
    expect(rows.length).toBeGreaterThan(60);
    for (const row of rows) expect(openSslCipherName(row.iana)).toBe(row.name);
    for (const row of rows) if (!row.tls13) expect(cipherTraits(row.iana)).not.toBe(null);
  });

  it.each([
    'ALL',
    'HIGH',
    'HIGH:!aNULL:!kRSA',
    'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM',
    'ECDHE:!SHA1',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384,ECDHE-RSA-AES128-GCM-SHA256 AES128-SHA',
    'AES128-SHA:FOO:AES256-SHA',
    'FOO',
    'FOO+AES',
    'aRSA+CHACHA20',
    'kRSA+AES128',
    'RSA',
    'AES128:AES256:+AES128',
    'ALL:+kRSA:+SHA1',
    'ALL:-AESGCM:AESGCM',
    'ALL:-CHACHA20:ALL',
    'ALL:!CHACHA20:CHACHA20',
    'AES128-SHA:ECDHE-RSA-AES256-SHA:@STRENGTH',
    'ALL:@STRENGTH',
    'AES128:@SECLEVEL=0',
    'AES128@STRENGTH:AES256@STRENGTH',
    'PSK:!DHE',
    'kECDHEPSK:kPSK:kDHEPSK:kRSAPSK',
    'PSK+CHACHA20',
    'AESCCM:AESCCM8',
    'CAMELLIA',
    'CAMELLIA128+DHE',
    'SHA256:SHA384',
    'ECDSA+SHA1',
    'EECDH+AES256:EDH+AES256',
    'AESGCM:!PSK:!aECDSA',
    '!ECDHE',
    'HIGH:!HIGH',
    'TLSv1.2',
    'TLSv1.0',
    'SSLv3',
    'MEDIUM',
    'ecdhe-rsa-aes128-gcm-sha256',
  ])('%s selects the same, in the same order', (list) => {
    const theirs = opensslCiphers(`${list}:@SECLEVEL=0`).filter((row) => !row.tls13);
    expect(ours(list)).toEqual(theirs.map((row) => row.name));
  });
});

describe('beside Node', () => {
  const names = {
    13: ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
    12: [
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLS_RSA_WITH_AES_128_CBC_SHA',
    ],
  };
  const suites13 = names[13].map((iana, i) => suite({ iana, name: iana, id: i, tls13: true }));
  const suites12 = names[12].map((iana, i) => suite({ iana, name: iana, id: 16 + i, tls13: false }));
  const select = (list: string, versions: ('TLSv1.2' | 'TLSv1.3')[] = ['TLSv1.3', 'TLSv1.2']) => {
    const { suites, versions: spoken } = cipherSelection(list, [...suites13, ...suites12], suites13, versions);
    return [suites.map((one) => one.name), spoken];
  };

  it('a list without TLS 1.3 suites leaves those as they are', () => {
    expect(select('AES128-SHA')).toEqual([
      [...names[13], names[12][2]],
      ['TLSv1.3', 'TLSv1.2'],
    ]);
    expect(select('AES128-SHA', ['TLSv1.2'])).toEqual([[names[12][2]], ['TLSv1.2']]);
  });

  it('a list with nothing else means TLS 1.3 alone', () => {
    expect(select(names[13][2]!)).toEqual([[names[13][2]], ['TLSv1.3']]);
    expect(select(`${names[13][2]}:${names[13][0]}:TLS_FOO`)).toEqual([[names[13][2], names[13][0]], ['TLSv1.3']]);
    expect(() => select(names[13][2]!, ['TLSv1.2'])).toThrow(noMatch);
  });

  it('suites of TLS 1.2 go by either name, those of TLS 1.3 may be taken out', () => {
    expect(select(`${names[12][0]}:AES128-SHA`, ['TLSv1.2'])[0]).toEqual([names[12][0], names[12][2]]);
    expect(select(`!${names[13][0]}:HIGH:!${names[12][2]}`)[0]).toEqual([
      names[13][1],
      names[13][2],
      names[12][1],
      names[12][0],
    ]);
  });

  const noMatch = expect.objectContaining({
    code: 'ERR_SSL_NO_CIPHER_MATCH',
    message: 'error:0A0000B9:SSL routines::no cipher match',
    library: 'SSL routines',
    reason: 'no cipher match',
  });

  it.each(['FOO', 'TLS_FOO', '!AES128-SHA', 'aes128-sha', `${names[13][0]}:FOO`])('%s matches nothing', (list) => {
    expect(() => select(list)).toThrow(noMatch);
  });

  it.each(['HIGH:@FOO', '@SECLEVEL=9:HIGH', 'HIGH@SECLEVEL=9'])('%s is no command', (list) => {
    const invalid = expect.objectContaining({ code: 'ERR_SSL_INVALID_COMMAND' });
    expect(() => select(list)).toThrow(invalid);
  });

  it('an empty list is refused', () => {
    expect(() => select(':')).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_VALUE',
        message: "The property 'options.ciphers' is invalid. Received [ '', '' ]",
      }),
    );
  });
});
