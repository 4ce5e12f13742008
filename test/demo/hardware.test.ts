import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKey } from '../../src/signers/open.ts';
import { needAwsIot } from '../support/aws-iot.ts';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';
import { publicKeyOf } from '../support/signers.ts';
import { needSoftHsm, SoftHsm } from '../support/softhsm.ts';
import { needSwtpm, SoftTpm } from '../support/swtpm.ts';
import { needTool } from '../support/tools.ts';
import { startBroker } from './broker.ts';
import { runDemo, type Shown } from './run-demo.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'demo-hardware-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(ensureDist, 60_000);

function expectSuccess(shown: Shown, keyOutcome: RegExp): void {
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toMatch(/readings +3 published, acknowledged and received back/);
  expect(shown.stdout).toMatch(keyOutcome);
  expect(shown.code).toBe(0);
  expectNothingLeft(shown);
}

function expectNothingLeft(shown: Shown): void {
  expect(shown.files).toEqual([]);
  expect(shown.processes).toEqual([]);
}

const withMosquitto = needTool('mosquitto') !== null;
const withToken = needSoftHsm() && withMosquitto;
describe.skipIf(!withToken)('npm run demo -- --key pkcs11:...', () => {
  let hsm: SoftHsm;
  beforeAll(() => {
    hsm = new SoftHsm();
    Object.assign(process.env, hsm.env);
    hsm.addToken();
    hsm.addKey('EC:prime256v1', 'device', '01');
    hsm.addKey('rsa:2048', 'old device', '02');
  });

  it.each([
    ['device', '1.3'],
    ['device', '1.2'],
    ['old%20device', '1.3'],
    ['old%20device', '1.2'],
  ])('publishes to mosquitto over mutual TLS with the key %s, in TLS %s', async (object, version) => {
    const shown = await runDemo(['--key', hsm.uri(`object=${object}`), '--broker', 'mosquitto', '--tls', version]);
    expectSuccess(shown, /private key +signed once, where it is: private key ".*" id=%0[12] in token "iot token"\n/);
    expect(shown.stdout).toMatch(/device -> chip +sign +(32|48|64) B {2}digest [0-9a-f]{16}\.\.\., (ecdsa|rsa_pss)_/);
    expect(shown.stdout).toMatch(/device +the broker knows it as device-[0-9a-f]{6}\n/);
    expect(shown.stdout).not.toContain('pin-value');
  });

  it('presents the certificate in the token to a broker of your own, or the one that is given', async () => {
    const ca = makeCa();
    const { key, close } = await openKey(hsm.uri('object=device'));
    await close();
    const publicKey = publicKeyOf(key.publicKey!);
    const issue = (name: string) => ca.issue({ name, key: publicKey, eku: ['1.3.6.1.5.5.7.3.2'] });
    const file = path.join(folder, 'ca.pem');
    writeFileSync(file, ca.cert);
    const broker = await startBroker(ca.issue(), ca.cert);
    const args = ['--host', 'localhost', '--port', `${broker.port}`, '--ca', file, '--key', hsm.uri('object=device')];
    const without = await runDemo(args);
    expect(without.stderr).toMatch(/^No certificate is stored with the key: give .* with --cert\.\n$/);
    expectNothingLeft(without);
    hsm.addCertificate(issue('in the token').der, 'device', '01');
    expectSuccess(await runDemo(args), /signed once, where it is/);
    const other = path.join(folder, 'device.pem');
    writeFileSync(other, issue('in a file').cert);
    expectSuccess(await runDemo([...args, '--cert', other]), /signed once, where it is/);
    await broker.close();
    expect(broker.devices).toEqual(['in the token', 'in a file']);
  });

  it.each([
    [
      'object=device',
      'pin-value=sesame',
      /^The PIN or password is wrong: token "iot token" says .*: Correct it .*\.\n$/,
    ],
    ['object=device', '', /^The key needs a PIN or password and none was given: .*pin-source in the URI.*\.\n$/],
    ['object=nobody', undefined, /^There is no such key: .*"device" id=%01.*: Name one .*\.\n$/],
  ])('tells in one sentence what is wrong with %s?%s', async (key, query, sentence) => {
    const shown = await runDemo(['--key', hsm.uri(key, query)]);
    expect(shown.stderr).toMatch(sentence);
    expect(shown.stderr).not.toContain('sesame');
    expect(shown.code).toBe(1);
    expectNothingLeft(shown);
  });
});

describe.skipIf(!withMosquitto || !needSwtpm())('npm run demo -- --key tpm2:...', () => {
  let tpm: SoftTpm;
  beforeAll(async () => {
    tpm = await SoftTpm.start();
    await tpm.addParent();
    await tpm.addKey(0x81010001, 'ecc256', 'userwithauth|noda|sign');
    await tpm.addKey(0x81010002, 'rsa2048', 'userwithauth|noda|sign|decrypt', ['-p', 'open sesame']);
  }, 60_000);

  it.each(['1.3', '1.2'])('publishes to mosquitto over mutual TLS, in TLS %s', async (version) => {
    const uri = `tpm2:0x81010001?tpm=${tpm.address}`;
    const shown = await runDemo(['--key', uri, '--broker', 'mosquitto', '--tls', version]);
    expectSuccess(shown, /private key +signed once, where it is: .*0x81010001.*\n/);
  });

  it('does so with an RSA key that has a password', async () => {
    const password = path.join(folder, 'password');
    writeFileSync(password, 'open sesame\n');
    const uri = `tpm2:0x81010002?tpm=${tpm.address}&password-source=${password}`;
    const shown = await runDemo(['--key', uri, '--broker', 'mosquitto']);
    expectSuccess(shown, /private key +signed once, where it is: .*0x81010002.*\n/);
    expect(shown.stdout).not.toContain('open sesame');
  });
});

describe.skipIf(!needAwsIot())('npm run demo -- --aws-like', () => {
  it.each([
    [[], 'TLSv1.3'],
    [['--alpn', 'x-amzn-mqtt-ca', '--tls', '1.2'], 'TLSv1.2'],
  ])('publishes with %j', async (more, version) => {
    const shown = await runDemo(['--aws-like', '--latency', '0', ...more]);
    expectSuccess(shown, /private key +never left process \d+, which signed once/);
    expect(shown.stdout).toMatch(new RegExp(`version +${version}`.replace('.', '\\.')));
    expect(shown.stdout).toMatch(
      /broker +like AWS IoT on port (8883|443): haproxy before mosquitto, on 127\.0\.0\.1:\d+/,
    );
    expect(shown.stdout).toContain('CN=*.iot.us-east-1.amazonaws.test, CN=Example P-256 M01, CN=Example Root CA 3');
    expect(shown.stdout).toMatch(/device +the broker knows it as device-[0-9a-f]{6}\n/);
  });

  it.each([
    ['--fail wrong-ca', /^The device does not trust .*: trust its issuer with --ca .*\.\n$/],
    ['--fail expired', /^The broker's certificate has expired .*: renew it, or set the clock .*\.\n$/],
    ['--fail refused', /^The broker refused the device's certificate \(alert unknown_ca\): have it issued .*\.\n$/],
    ['--alpn http/1.1', /^The broker hung up; it knows no protocol http\/1\.1: correct --alpn, or the port\.\n$/],
  ])('%s ends with one sentence', async (args, sentence) => {
    const shown = await runDemo(['--aws-like', '--latency', '0', ...args.split(' ')]);
    expect(shown.stderr).toMatch(sentence);
    expect(shown.code).toBe(1);
    expectNothingLeft(shown);
  });

  it.skipIf(process.platform === 'win32')('leaves nothing behind when it is interrupted', async () => {
    const shown = await runDemo(['--aws-like', '--latency', '10000'], { interruptAt: /chip {4}sign/ });
    expect(shown).toMatchObject({ code: 130, stderr: '' });
    expectNothingLeft(shown);
  });
});

describe('options that do not go together', () => {
  it.each([
    [['--aws-like', '--broker', 'mosquitto'], '--aws-like is a broker: leave --broker out.'],
    [['--aws-like', '--host', 'localhost'], "--aws-like is for the demo's own broker: leave it or --host out."],
    [['--alpn', 'mqtt'], '--alpn is for --aws-like, or for a broker of your own: name it with --host.'],
    [
      ['--key', 'tpm2:0x81010001', '--fail', 'chip-silent'],
      "--fail chip-silent is for the demo's own secure element: leave it or --key out.",
    ],
    [
      ['--key', 'pkcs:token=x?pin-value=1234'],
      '--key takes a URI (pkcs11:, tpm2:, ssh-agent:) or a file that can be read.',
    ],
  ])('%j is refused in one sentence', async (args, sentence) => {
    expect(await runDemo(args)).toMatchObject({ code: 2, stdout: '', stderr: `${sentence}\n` });
  });
});
