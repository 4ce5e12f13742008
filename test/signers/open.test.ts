import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openKey } from '../../src/signers/open.ts';
import { ensureDist } from '../support/dist.ts';
import { expectGoodKey, failure } from '../support/signers.ts';
import { needSoftHsm, SoftHsm } from '../support/softhsm.ts';
import { run } from '../support/tools.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'signet-open-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'key.pem');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'secret' }));

describe('openKey', () => {
  it('opens a file, with its passphrase', async () => {
    for (const uri of [`file:${file}`, pathToFileURL(file).href]) {
      const { key, name } = await openKey(uri, { pin: async () => 'secret' });
      expect(name).toContain('in memory');
      await expectGoodKey(key);
    }
    await failure('ERR_TLS_KEY_PARSE', openKey(`file:${file}`, { pin: 'wrong-one' }), ['wrong-one']);
    await failure('ERR_TLS_KEY_ADDRESS', openKey('file:/nonexistent/key.pem'));
    await failure('ERR_TLS_KEY_ADDRESS', openKey('file://elsewhere/key.pem'));
  });

  it('hands each kind of URI to its signer, and refuses others', async () => {
    await failure('ERR_TLS_KEY_MODULE', openKey('pkcs11:?module-path=/nonexistent', { pin: '1', timeout: 1000 }));
    await failure('ERR_TLS_KEY_MODULE', openKey('tpm2:0x81010001?tpm=/nonexistent', { pin: '1' }));
    await failure('ERR_TLS_KEY_MODULE', openKey('unix:/nonexistent'));
    await failure('ERR_TLS_KEY_MODULE', openKey('http://127.0.0.1:1/'));
    delete process.env.SSH_AUTH_SOCK;
    await failure('ERR_TLS_KEY_MODULE', openKey('ssh-agent:my%20key'));
    for (const uri of ['', 'key.pem', 'yubikey:1', 'ssh-agent:%']) await failure('ERR_TLS_KEY_ADDRESS', openKey(uri));
  });
});

const ready = needSoftHsm();
describe.skipIf(!ready)('npm run keys', () => {
  it('tells what a key can do, or what is wrong, by its exit code too', async () => {
    ensureDist();
    const hsm = new SoftHsm();
    hsm.addToken();
    hsm.addKey('EC:prime256v1', 'device', '01');
    const env = { ...process.env, ...hsm.env };
    const keys = (...args: string[]) => run(process.execPath, ['scripts/keys.mjs', ...args], { env });
    const good = await keys(hsm.uri('object=device'));
    expect(good.output).toContain('private key "device" id=%01 in token "iot token", opened in');
    expect(good.output).toContain('ok   ecdsa_secp256r1_sha256 works');
    expect(good.code).toBe(0);
    const bad = await keys(hsm.uri('object=other', 'pin-value=9999'));
    expect(bad.output).toContain('ERR_TLS_KEY_PIN_WRONG');
    expect(bad.output).not.toContain('9999');
    expect(bad.code).toBe(1);
  });
});
