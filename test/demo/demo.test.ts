import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';
import { findTool, needTool } from '../support/tools.ts';
import { startBroker } from './broker.ts';
import { runDemo, type Shown } from './run-demo.ts';

beforeAll(ensureDist, 60_000);

function expectNothingLeft(shown: Shown): void {
  expect(shown.files).toEqual([]);
  expect(shown.processes).toEqual([]);
}

function expectSuccess(shown: Shown): void {
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toMatch(/readings +3 published, acknowledged and received back/);
  expect(shown.stdout).toMatch(/private key +never left process \d+, which signed once/);
  expect(shown.code).toBe(0);
  expectNothingLeft(shown);
}

describe('npm run demo', () => {
  it('is this program', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { demo: string } };
    expect(scripts.demo).toBe('node demo/run.mjs');
  });

  it('publishes with a key that it never sees, and tells each step', async () => {
    const shown = await runDemo([]);
    expectSuccess(shown);
    expect(shown.stdout).toMatch(/version +TLSv1\.3/);
    const steps = [
      'device -> broker  client_hello',
      'device <- broker  server_hello',
      'device <- broker  certificate_request',
      'device <- broker  certificate_verify',
      'device -> chip    sign ',
      'device <- chip    signature',
      'device -> broker  certificate ',
      'device -> broker  certificate_verify',
      'device -> broker  finished',
      'device -> broker  CONNECT',
      'device <- broker  CONNACK',
      'device <- broker  SUBACK',
      'device -> broker  PUBLISH',
      'device <- broker  PUBACK',
      'device -> broker  DISCONNECT',
    ];
    expect(inOrder(shown.stdout, steps)).toEqual(steps);
    expect(shown.stdout).toMatch(/device +the broker knows it as device-[0-9a-f]{6}/);
    expect(shown.stdout, 'plain text where nobody looks at a terminal').toMatch(/^[\n -~]*$/);
  });

  it('speaks TLS 1.2', async () => {
    const shown = await runDemo(['--tls', '1.2', '--latency', '20']);
    expectSuccess(shown);
    expect(shown.stdout).toMatch(/version +TLSv1\.2/);
    expect(shown.stdout).toContain('device <- broker  server_hello_done');
  });

  it('shows every record and message with --verbose', async () => {
    const shown = await runDemo(['--verbose', '--latency', '0']);
    expectSuccess(shown);
    for (const field of [
      'legacy_version',
      'KeyShareEntry',
      'verify_data',
      'ciphertext',
      'ticket_nonce',
      'application_data',
    ]) {
      expect(shown.stdout).toContain(field);
    }
    expect(shown.stdout).not.toContain('undecoded');
  });

  it('lists its options', async () => {
    const shown = await runDemo(['--help']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('--fail chip-silent');
  });
});

describe.skipIf(!needTool('mosquitto'))('npm run demo -- --broker mosquitto', () => {
  it.each(['1.3', '1.2'])('speaks TLS %s with it', async (version) => {
    const shown = await runDemo(['--broker', 'mosquitto', '--tls', version, '--latency', '20']);
    expectSuccess(shown);
    expect(shown.stdout).toMatch(/broker +mosquitto \d\S+, with its own TLS, on 127\.0\.0\.1:\d+/);
    expect(shown.stdout).toMatch(/device +the broker knows it as device-[0-9a-f]{6}/);
  });

  it('tells that it refused the certificate', async () => {
    const shown = await runDemo(['--broker', 'mosquitto', '--fail', 'refused', '--latency', '0']);
    expect(shown.stderr).toMatch(
      /^The broker refused the device's certificate \(alert unknown_ca\): have it issued .*\.\n$/,
    );
    expect(shown.code).toBe(1);
    expectNothingLeft(shown);
  });
});

const REFUSED = /^The broker (refused|hung up before) .*certificate.*: have it issued by an authority .*\.\n$/;

describe('what goes wrong', () => {
  it.each([
    [
      'wrong-ca',
      /^The device does not trust the issuer of the broker's certificate .*: trust its issuer with --ca .*\.\n$/,
    ],
    ['expired', /^The broker's certificate has expired .*: renew it, or set the clock .*\.\n$/],
    ['refused', REFUSED],
    ['refused --tls 1.2', REFUSED],
    ['no-broker', /^Nobody listens at the broker's address .*127\.0\.0\.1:\d+\): start the broker, or .*\.\n$/],
    ['chip-fails', /^The secure element did not sign \(status 0x0f, execution error\): see .*\.\n$/],
    ['chip-silent', /^The secure element never answered .*: check that it is connected and has power\.\n$/],
  ])('--fail %s ends with one sentence', async (fault, sentence) => {
    const shown = await runDemo(['--fail', ...fault.split(' '), '--latency', '0']);
    expect(shown.stderr).toMatch(sentence);
    expect(shown.code).toBe(1);
    expect(shown.stdout).not.toContain('Outcome');
    expectNothingLeft(shown);
  });

  it.each([
    [['--tls', '1.1'], '--tls takes 1.2 or 1.3, not "1.1".'],
    [['--tls'], '--tls needs a value: 1.2 or 1.3.'],
    [['--latency', '-5'], '--latency takes a number of milliseconds from 0 to 60000, not "-5".'],
    [['--broker', 'emqx'], '--broker takes aedes or mosquitto, not "emqx".'],
    [['--quick'], 'There is no option --quick; --help lists them.'],
    [['quick'], '"quick" is no option; --help lists them.'],
    [['--verbose=yes'], '--verbose takes no value.'],
    [['--port', '8883'], '--port is for a broker of your own: name it with --host.'],
    [['--host', 'localhost', '--fail', 'expired'], "--fail is for the demo's own broker: leave it or --host out."],
    [['--host', 'localhost', '--ca', 'no/such/file'], '--ca takes a file that can be read, not "no/such/file".'],
    [
      ['--host', 'localhost', '--cert', 'package.json'],
      '--cert and --key belong together: give both, or none for a broker that asks for no certificate.',
    ],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const shown = await runDemo(args);
    expect(shown).toMatchObject({ code: 2, stdout: '', stderr: `${sentence}\n` });
  });

  it.skipIf(process.platform === 'win32').each(findTool('mosquitto') === null ? ['aedes'] : ['aedes', 'mosquitto'])(
    'leaves nothing behind when it is interrupted, with %s',
    async (broker) => {
      const args = ['--latency', '10000', '--broker', broker];
      const shown = await runDemo(args, { interruptAt: /chip {4}sign/ });
      expect(shown).toMatchObject({ code: 130, stderr: '' });
      expectNothingLeft(shown);
    },
  );
});

describe('with a broker of your own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-own-'));
  const file = (name: string): string => path.join(folder, name);
  const ca = makeCa();
  const device = ca.issue({ name: 'thermometer', eku: ['1.3.6.1.5.5.7.3.2'] });
  const rsa = ca.issue({ name: 'old thermometer', key: 'rsa', eku: ['1.3.6.1.5.5.7.3.2'] });

  beforeAll(() => {
    const files = { 'ca.pem': ca.cert, 'device.pem': device.chain, 'device.key': device.key, 'rsa.key': rsa.key };
    for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('presents the certificate, whose key the secure element alone reads', async () => {
    const broker = await startBroker(ca.issue(), ca.cert);
    const files = ['--ca', file('ca.pem'), '--cert', file('device.pem'), '--key', file('device.key')];
    const shown = await runDemo(['--host', 'localhost', '--port', `${broker.port}`, ...files, '--latency', '0']);
    await broker.close();
    expectSuccess(shown);
    expect(broker.devices).toEqual(['thermometer']);
    for (const line of device.key.split('\n').filter((text) => /^[\w+/=]{16,}$/.test(text))) {
      expect(shown.stdout).not.toContain(line);
    }
  });

  it('tells that MQTT is refused', async () => {
    const broker = await startBroker(ca.issue(), null, { admit: false });
    const shown = await runDemo(['--host', 'localhost', '--port', `${broker.port}`, '--ca', file('ca.pem')]);
    await broker.close();
    expect(shown.stderr).toMatch(/^The broker refuses MQTT to the device \(.*Not authorized\): see its rules\.\n$/);
    expect(shown.code).toBe(1);
  });

  it('presents none where none is given', async () => {
    const broker = await startBroker(ca.issue(), null);
    const shown = await runDemo(['--host', 'localhost', '--port', `${broker.port}`, '--ca', file('ca.pem')]);
    await broker.close();
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(broker.devices).toEqual([null]);
  });

  it('says which keys the secure element takes', async () => {
    const shown = await runDemo(['--host', 'localhost', '--cert', file('device.pem'), '--key', file('rsa.key')]);
    expect(shown.code).toBe(1);
    expect(shown.stderr).toMatch(/^The secure element cannot use .*rsa\.key \(it is not a P-256 key\): give .*\.\n$/);
    expectNothingLeft(shown);
  });
});

describe('the private key', () => {
  /** Makes the one source of randomness of the secure element known to the test. */
  const seed = new Uint8Array(48).fill(0x5e);
  const program = encodeURIComponent(`globalThis.crypto.getRandomValues = (array) => array.fill(${seed[0]})`);
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import data:text/javascript,${program}`;
  const secret = Buffer.from(p256.utils.randomSecretKey(seed));

  it('appears nowhere in what the demo tells', async () => {
    const { stdout, stderr, code } = await runDemo(['--verbose'], { env: { NODE_OPTIONS } });
    expect(code).toBe(0);
    const told = stdout + stderr;
    const publicKey = Buffer.from(p256.getPublicKey(secret, false)).toString('hex');
    expect(told).toContain(publicKey.slice(0, 32));
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(told).not.toContain(secret.toString(encoding).slice(0, 16));
    }
    expect(told).not.toContain('PRIVATE KEY');
  });
});

/** Those of the texts that are found, each after the one before. */
function inOrder(text: string, parts: readonly string[]): string[] {
  let at = 0;
  return parts.filter((part) => {
    const found = text.indexOf(part, at);
    if (found >= 0) at = found + part.length;
    return found >= 0;
  });
}
