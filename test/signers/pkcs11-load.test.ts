import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OpenedKey, openPkcs11 } from '../../src/signers/pkcs11.ts';
import { clientPair, expectOpen, serverPair, signRequest, VERSIONS } from '../support/signers.ts';
import { needSoftHsm, SoftHsm } from '../support/softhsm.ts';

const ready = needSoftHsm();
const hsm = new SoftHsm();

beforeAll(() => {
  if (!ready) return;
  hsm.addToken();
  hsm.addKey('EC:prime256v1', 'ec', '01');
  hsm.addKey('rsa:2048', 'rsa', '02');
});

/** p11-kit as the signer starts it, under a name by which the test can find the process. */
function traceableProgram(): { program: string; pid: () => number } {
  const program = path.join(hsm.folder, 'p11-kit');
  const file = path.join(hsm.folder, 'pid');
  writeFileSync(program, `#!/bin/sh\necho $$ > ${file}\nexec p11-kit "$@"\n`);
  chmodSync(program, 0o755);
  return { program, pid: () => Number(readFileSync(file, 'utf8')) };
}

describe.skipIf(!ready)('a server with its key in SoftHSM2', () => {
  it.each(VERSIONS)('serves 200 clients at once, %s', async (version) => {
    const { key, close } = await openPkcs11(hsm.uri('object=rsa'), { env: hsm.env, sessions: 2 });
    const pairs = Array.from({ length: 200 }, () => serverPair(key, version));
    await Promise.all(pairs.map((pair) => pair.runLater()));
    for (const pair of pairs) expectOpen(pair);
    await close();
  });

  it.each(VERSIONS)('goes on when its module dies in the middle of a handshake, %s', async (version) => {
    const { program, pid } = traceableProgram();
    const { key, close } = await openPkcs11(hsm.uri('object=ec'), { env: hsm.env, program });
    for (const pairOf of [serverPair, clientPair]) {
      const first = pid();
      // Stopped, it takes the request and gives no answer.
      process.kill(first, 'SIGSTOP');
      const pair = pairOf(key, version);
      const over = pair.runLater();
      await expect.poll(() => [pair.client.task?.kind, pair.server.task?.kind]).toContain('sign');
      process.kill(first, 'SIGKILL');
      await over;
      expectOpen(pair);
      expect(pid()).not.toBe(first);
    }
    await close();
    await expect.poll(() => existsSync(`/proc/${pid()}`)).toBe(false);
  });
});

describe.skipIf(!ready)('an open key', () => {
  it('lets go of its process when it is closed, and waits for what is under way', async () => {
    const { program, pid } = traceableProgram();
    const opened: OpenedKey = await openPkcs11(hsm.uri('object=ec'), { env: hsm.env, program });
    const under = Promise.resolve(opened.key.sign(signRequest('ecdsa_secp256r1_sha256')));
    await opened.close();
    expect((await under).length).toBeGreaterThan(60);
    if (existsSync('/proc')) await expect.poll(() => existsSync(`/proc/${pid()}/exe`)).toBe(false);
  });
});
