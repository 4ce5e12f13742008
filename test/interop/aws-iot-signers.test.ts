import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKey } from '../../src/signers/open.ts';
import { openPkcs11 } from '../../src/signers/pkcs11.ts';
import { openSshAgent } from '../../src/signers/ssh-agent.ts';
import { openTpm2 } from '../../src/signers/tpm2.ts';
import { openWebCrypto } from '../../src/signers/webcrypto.ts';
import { ALPN, type Endpoint } from '../peers/aws-iot/endpoint.mjs';
import { type DeviceOptions, needAwsIot, startAwsIot, visit } from '../support/aws-iot.ts';
import { needPkcs11Js, needSoftHsm, SoftHsm } from '../support/softhsm.ts';
import { needSwtpm, needTpmProvider, SoftTpm } from '../support/swtpm.ts';
import { findTool, needTool, start } from '../support/tools.ts';

type Key = NonNullable<DeviceOptions['key']>;

/** A key, and its public half as SubjectPublicKeyInfo. */
interface Held {
  readonly key: Key;
  readonly publicKey: Uint8Array;
  /** TLS 1.3 needs PSS of RSA keys. */
  readonly versions?: readonly ('TLSv1.2' | 'TLSv1.3')[];
  readonly close?: () => Promise<void>;
}

const ready = needAwsIot();
const folder = mkdtempSync(path.join(tmpdir(), 'signet-aws-signers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let endpoint: Endpoint;
beforeAll(async () => {
  if (ready) endpoint = await startAwsIot();
}, 120_000);

/** A device with this key publishes and receives in each version that the key serves, on 8883 and on 443. */
async function expectServed(held: Held, name: string): Promise<void> {
  const cert = endpoint.issueDevice(name, held.publicKey);
  for (const version of held.versions ?? (['TLSv1.2', 'TLSv1.3'] as const)) {
    const one = { cert, key: held.key, minVersion: version, maxVersion: version };
    const [rsa, ecdsa, on443] = [
      await visit(endpoint, version === 'TLSv1.2' ? 'tls12' : 'tls13', one),
      await visit(endpoint, 'ecdsa', one),
      await visit(endpoint, 'alpn', { ...one, ALPNProtocols: [ALPN] }),
    ];
    for (const seen of [rsa, ecdsa, on443]) expect(seen.admitted).toMatchObject({ version, device: name });
    expect([rsa.serverKey, ecdsa.serverKey, on443.alpn]).toEqual(['RSA', 'prime256v1', ALPN]);
  }
  // What it settles by itself, where the endpoint has both versions.
  const best = await visit(endpoint, 'mqtt', { cert, key: held.key });
  expect(best.version).toBe(held.versions?.[0] ?? 'TLSv1.3');
  await held.close?.();
}

/** What a signer has opened, as `key` of a connection. */
async function held(opening: ReturnType<typeof openKey>, versions?: Held['versions']): Promise<Held> {
  const { key, close } = await opening;
  return { key, publicKey: key.publicKey!, close, ...(versions === undefined ? {} : { versions }) };
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' });
const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }) as string;

describe.skipIf(!ready)('MQTT to an endpoint like that of AWS IoT, with a key in memory', () => {
  it.each([
    ['EC', ec],
    ['RSA', rsa],
  ] as const)('as PEM, %s', async (_, { privateKey, publicKey }) => {
    await expectServed({ key: pem(privateKey), publicKey: spki(publicKey) }, 'pem');
  });

  it.each([
    ['EC', ec, undefined],
    ['RSA, which a plain function serves with PKCS#1', rsa, ['TLSv1.2']],
  ] as const)('behind a function, %s', async (_, { privateKey, publicKey }, versions) => {
    const key: Key = (data, callback) => void setTimeout(() => callback(null, sign('sha256', data, privateKey)), 20);
    await expectServed({ key, publicKey: spki(publicKey), ...(versions && { versions }) }, 'function');
  });

  it('as a CryptoKey that is not extractable', async () => {
    const { subtle } = webcrypto;
    const ecdsa = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    await expectServed(await held(openWebCrypto(ecdsa.privateKey, { publicKey: ecdsa.publicKey })), 'webcrypto');
  });
});

const withToken = ready && needSoftHsm();
describe.skipIf(!withToken)('with a key in a PKCS#11 token', () => {
  let hsm: SoftHsm;
  beforeAll(() => {
    hsm = new SoftHsm();
    Object.assign(process.env, hsm.env);
    hsm.addToken();
    hsm.addKey('EC:prime256v1', 'ec', '01');
    hsm.addKey('EC:secp384r1', 'ec 384', '02');
    hsm.addKey('rsa:2048', 'rsa', '03');
  });

  const routes = ['p11-kit', ...(withToken && needPkcs11Js() ? (['pkcs11js'] as const) : [])] as const;
  it.each(routes.flatMap((route) => ['ec', 'ec%20384', 'rsa'].map((object) => [route, object] as const)))(
    'by way of %s: %s',
    async (route, object) => {
      await expectServed(await held(openPkcs11(hsm.uri(`object=${object}`), { route })), `${route} ${object}`);
    },
  );
});

describe.skipIf(!ready || !needSwtpm())('with a key in a TPM', () => {
  let tpm: SoftTpm;
  beforeAll(async () => {
    tpm = await SoftTpm.start();
    await tpm.addParent();
    await tpm.addKey(0x81010001, 'ecc256', 'userwithauth|noda|sign');
    await tpm.addKey(0x81010002, 'rsa2048', 'userwithauth|noda|sign|decrypt');
    await tpm.addKey(0x81010003, 'ecc256:ecdsa-sha256:null', 'userwithauth|noda|sign|restricted');
  }, 60_000);

  it.each([
    ['EC', 0x81010001],
    ['RSA', 0x81010002],
    ['restricted EC', 0x81010003],
  ])('that is persistent: %s', async (name, handle) => {
    await expectServed(await held(openTpm2(handle, { tpm: tpm.address })), name);
  });

  it.skipIf(!ready || !needTpmProvider())('that is wrapped in a file', async () => {
    const file = path.join(folder, 'tss2.pem');
    writeFileSync(file, await tpm.wrappedKey('EC'));
    await expectServed(await held(openKey(`tpm2:${file}?tpm=${tpm.address}`)), 'wrapped');
  });
});

const agentTools = [needTool('ssh-agent'), needTool('ssh-add'), needTool('ssh-keygen')];
describe.skipIf(!ready || agentTools.includes(null))('with a key in ssh-agent', () => {
  const socket = path.join(folder, 'agent');
  const run = (tool: 'ssh-add' | 'ssh-keygen', ...args: string[]): string => {
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    return execFileSync(findTool(tool)!.path, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
  };
  beforeAll(async () => {
    const agent = start(findTool('ssh-agent')!.path, ['-D', '-a', socket]);
    await agent.says(/SSH_AUTH_SOCK/);
    for (const type of ['ecdsa', 'rsa']) {
      run('ssh-keygen', '-q', '-t', type, '-N', '', '-C', type, '-f', type);
      run('ssh-add', '-q', type);
    }
  });

  it('EC', async () => {
    await expectServed(await held(openSshAgent({ socket, key: 'ecdsa' })), 'agent ecdsa');
  });

  it('RSA, in TLS 1.2 alone, since agents know no PSS', async () => {
    await expectServed(await held(openSshAgent({ socket, key: 'rsa' }), ['TLSv1.2']), 'agent rsa');
  });
});

describe.skipIf(!ready)('with a key of another process', () => {
  it.each([
    ['EC', ec],
    ['RSA', rsa],
  ] as const)('that signs over a UNIX socket: %s', async (name, { privateKey }) => {
    const file = path.join(folder, `${name}.pem`);
    const socket = path.join(folder, `${name}.sock`);
    writeFileSync(file, pem(privateKey));
    const signer = start(process.execPath, ['examples/remote-signer.mjs', `file:${file}`, `unix:${socket}`]);
    await signer.says(/signs at/);
    const remote = await held(openKey(`unix:${socket}`));
    expect(remote.publicKey).toEqual(new Uint8Array(spki(createPublicKey(createPrivateKey(pem(privateKey))))));
    await expectServed(remote, `remote ${name}`);
    await signer.stop();
  });
});
