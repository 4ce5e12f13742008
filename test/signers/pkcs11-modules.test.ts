import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pkcs11JsPackage } from '../../src/signers/pkcs11/native/pkcs11js.ts';
import { openPkcs11 } from '../../src/signers/pkcs11.ts';
import { ensureDist } from '../support/dist.ts';
import { expectHandshakes, failure, signRequest } from '../support/signers.ts';
import { needPkcs11Js, needSoftHsm, PIN, SOFTHSM_MODULE, SoftHsm } from '../support/softhsm.ts';
import { needTool } from '../support/tools.ts';

const gcc = needTool('gcc');
const ready = needSoftHsm() && gcc !== null;
const hsm = new SoftHsm();
const slowModule = path.join(hsm.folder, 'slow.so');
const crash = path.join(hsm.folder, 'crash');
const slow = { SLOW_MODULE: SOFTHSM_MODULE, SLOW_SIGN_MS: '500', SLOW_CRASH: crash };
const SCHEME = 'ecdsa_secp256r1_sha256';

beforeAll(() => {
  if (!ready) return;
  hsm.addToken();
  hsm.addKey('EC:prime256v1', 'ec', '01');
  execFileSync(gcc!.path, ['-shared', '-fPIC', '-o', slowModule, 'test/support/slow-module.c', '-ldl']);
  Object.assign(process.env, hsm.env);
});

const native = ready && needPkcs11Js();

/** Milliseconds that the event loop stood still at most, while `work` went on. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 5);
    last = now;
  }, 5);
  await work();
  clearInterval(timer);
  return worst;
}

const uri = `pkcs11:token=iot%20token;object=ec?pin-value=${PIN}`;

/** Signs twice at once. The limit is far from what a signature takes, and from what a busy machine does to a timer. */
async function expectFreeLoop(route: 'p11-kit' | 'pkcs11js', more: NodeJS.ProcessEnv = {}): Promise<void> {
  Object.assign(process.env, slow, more);
  const { key, close } = await openPkcs11(uri, { module: slowModule, env: hsm.env, route, sessions: 2 });
  const twice = () => Promise.all([key.sign(signRequest(SCHEME)), key.sign(signRequest(SCHEME))]);
  expect(await longestStall(twice)).toBeLessThan(350);
  await close();
  for (const name of Object.keys({ ...slow, ...more })) delete process.env[name];
}

describe('a module that takes half a second to sign does not hold up the event loop', () => {
  it.skipIf(!ready)('by p11-kit', () => expectFreeLoop('p11-kit'));
  it.skipIf(!native)('by pkcs11js', () => expectFreeLoop('pkcs11js'));
  it.skipIf(!ready)('by p11-kit, before it signs', () => expectFreeLoop('p11-kit', { SLOW_INIT_MS: '500' }));
});

describe.skipIf(!ready)('a module that crashes', () => {
  it('takes nobody with it, and is started again', async () => {
    const env = { ...hsm.env, ...slow, SLOW_SIGN_MS: '0' };
    const { key, close } = await openPkcs11(uri, { module: slowModule, env });
    writeFileSync(crash, '');
    const error = await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(key.sign(signRequest(SCHEME))));
    expect(error.message).toContain('has ended');
    rmSync(crash);
    await expectHandshakes(key);
    await close();
  });
});

describe.skipIf(!native)('pkcs11js', () => {
  it('signs what it was given, however hard memory is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { key, close } = await openPkcs11(uri, { module: SOFTHSM_MODULE, route: 'pkcs11js', sessions: 4 });
    const spki = createPublicKey({ key: Buffer.from(key.publicKey!), format: 'der', type: 'spki' });
    for (let round = 0; round < 20; round++) {
      const messages = Array.from({ length: 100 }, (_, i) => new Uint8Array(200).fill(i + round));
      const signatures = messages.map((message) => key.sign(signRequest(SCHEME, message)));
      gc();
      for (const [i, signature] of (await Promise.all(signatures)).entries()) {
        expect(verify('sha256', messages[i]!, spki, signature)).toBe(true);
      }
    }
    await close();
  });

  it('shares its module with other threads, whichever of them closes it first', async () => {
    ensureDist();
    const worker = new Worker(WORKER, { eval: true, workerData: { uri, module: SOFTHSM_MODULE } });
    const ask = async (what: 'open' | 'sign'): Promise<unknown> => {
      worker.postMessage(what);
      return (await once(worker, 'message'))[0];
    };
    const options = { module: SOFTHSM_MODULE, route: 'pkcs11js' } as const;
    for (let round = 0; round < 2; round++) {
      const mine = await openPkcs11(uri, options);
      expect(await ask('open')).toBe('ok');
      const theirs = ask('sign');
      await mine.close();
      expect(await theirs).toBe('ok');
      expect(await ask('sign')).toBe('ok');
    }
    const mine = await openPkcs11(uri, options);
    const exited = once(worker, 'exit');
    worker.postMessage('close');
    await exited;
    await expectHandshakes(mine.key);
    await mine.close();
  });

  it('opens its module again when somebody else has closed it', async () => {
    const { key, close } = await openPkcs11(uri, { module: SOFTHSM_MODULE, route: 'pkcs11js' });
    const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as Pkcs11JsPackage;
    const other = new PKCS11();
    other.load(SOFTHSM_MODULE);
    other.C_Finalize();
    await expectHandshakes(key);
    await close();
  });
});

/** Another thread with a key of its own in the same token. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const message = new Uint8Array(130).fill(32);
const request = {
  scheme: 'ecdsa_secp256r1_sha256', message,
  digest: () => createHash('sha256').update(message).digest(),
  signal: new AbortController().signal, context: { role: 'client', version: 'TLSv1.3' },
};
const keys = [];
parentPort.on('message', async (what) => {
  try {
    if (what === 'close') {
      for (const one of keys) await one.close();
      return parentPort.close();
    }
    if (what === 'open') {
      const { openPkcs11 } = await import(${JSON.stringify(pathToFileURL(path.resolve('dist/node/signers/pkcs11.js')).href)});
      keys.push(await openPkcs11(workerData.uri, { module: workerData.module, route: 'pkcs11js' }));
    } else for (const one of keys) await one.key.sign(request);
    parentPort.postMessage('ok');
  } catch (error) {
    parentPort.postMessage(error.message);
  }
});`;
