import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import tls from '../../../src/index.ts';
import { need } from '../../support/need.ts';
import { EKU, type KeyType } from '../../support/pki.ts';
import { nodeClient, ourServer } from './support/ours.ts';
import { ca, secured } from './support/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-pfx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An archive as the openssl command makes it. */
function archive(key: KeyType, ...options: string[]): Buffer {
  const leaf = ca.issue({ key, eku: [EKU.server, EKU.client] });
  const [keyFile, certFile, file] = ['key.pem', 'cert.pem', 'a.pfx'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(keyFile, leaf.key);
  writeFileSync(certFile, leaf.chain + ca.cert);
  const args = ['pkcs12', '-export', '-inkey', keyFile, '-in', certFile, '-out', file, '-passout', 'pass:secret'];
  execFileSync('openssl', [...args, ...options], { stdio: 'pipe' });
  return readFileSync(file);
}

function hasOpenSsl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

describe.runIf(need(hasOpenSsl(), 'PKCS #12 archives are made by the openssl command'))('pfx', () => {
  const aes = ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'];
  const old = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];

  it.each([
    ['rsa', 'AES', aes],
    ['P-256', 'AES', aes],
    ['ed25519', 'AES', aes],
    ['rsa', '3DES', old],
  ] as const)('of a key of kind %s, under %s, serves both ends', async (key, _cipher, options) => {
    const pfx = archive(key, ...options);
    const own = { cert: undefined, key: undefined, pfx, passphrase: 'secret' };
    const { port, sockets } = await ourServer({ ...own, ca: ca.cert, requestCert: true });
    const socket = await secured(port, { pfx: [{ buf: pfx, passphrase: 'secret' }] });
    await expect.poll(() => sockets.length).toBe(1);
    expect([socket.authorized, sockets[0]!.authorized]).toEqual([true, true]);
    nodeClient(port).destroy();
  });

  it('with a wrong passphrase, or that is none, throws', () => {
    const pfx = archive('rsa', ...aes);
    expect(() => tls.createSecureContext({ pfx, passphrase: 'wrong' })).toThrow('mac verify failure');
    expect(() => tls.createSecureContext({ pfx: Buffer.from('nonsense') })).toThrow('not enough data');
    expect(() => tls.createSecureContext({ pfx: 1 as never })).toThrow('options.pfx');
  });
});
