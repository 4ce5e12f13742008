import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { needSoftHsm } from '../support/softhsm.ts';
import { freePair, needSwtpm } from '../support/swtpm.ts';
import { needTool, run } from '../support/tools.ts';

const home = mkdtempSync(path.join(tmpdir(), 'signet-readme-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(ensureDist, 60_000);

const ready = [needTool('mosquitto') !== null, needSoftHsm(), needSwtpm()].every(Boolean);
describe.skipIf(!ready)('the hardware section of README.md', () => {
  const [, ...blocks] = commands('Keys in hardware'); // The first one installs.

  it.each([
    ['a PKCS#11 token', 0, /signed once, where it is: private key "device" id=%01 in token "device"/],
    ['a TPM', 1, /signed once, where it is: TPM key 0x81010001/],
  ])('works as it is written: %s', async (_, index, outcome) => {
    const port = await freePair();
    const script = blocks[index]!.replaceAll('2321', `${port}`).replaceAll('2322', `${port + 1}`);
    const env = { ...process.env, HOME: home };
    const { output, code } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], { env });
    expect(output).toContain('ok   ecdsa_secp256r1_sha256 works');
    expect(output).toContain('3 published, acknowledged and received back');
    expect(output).toMatch(outcome);
    expect(code).toBe(0);
  });
});

/** What is to be pasted into a shell, block by block. */
function commands(heading: string): string[] {
  const text = readFileSync('README.md', 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  return Array.from(section!.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block]) => block!);
}
