import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needAwsIot } from '../support/aws-iot.ts';
import { ensureDist } from '../support/dist.ts';
import { needSoftHsm, PIN, SoftHsm } from '../support/softhsm.ts';
import { type Running, run, start } from '../support/tools.ts';

const ready = needAwsIot();
const folder = mkdtempSync(path.join(tmpdir(), 'signet-example-aws-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(ensureDist, 60_000);

interface Started {
  readonly running: Running;
  /** What the command says to try, without the program. */
  readonly args: readonly string[];
  readonly port: (what: string) => string;
}

/** test/peers/aws-iot/run.mjs, as a user starts it. */
async function endpoint(...more: string[]): Promise<Started> {
  const running = start(process.execPath, ['test/peers/aws-iot/run.mjs', folder, ...more]);
  const [, command] = await running.says(/Try it:\n\n {2}node (examples\/aws-iot\.mjs [\s\S]+?)\n\n/, 20_000);
  const args = command!.replaceAll("'", '').split(/[\s\\]+/);
  return { running, args, port: (what) => new RegExp(`(\\d+) +${what}`).exec(running.output())![1]! };
}

async function stopped({ running }: Started): Promise<void> {
  running.child.kill('SIGINT');
  expect(await running.exited).toBe(0);
}

describe.skipIf(!ready)('examples/aws-iot.mjs', () => {
  it('says hello to the local endpoint as the command tells, on 8883 and on 443', async () => {
    const local = await endpoint();
    const first = await run(process.execPath, local.args);
    expect(first.output).toMatch(/^TLSv1\.3, TLS_AES_128_GCM_SHA256, signed by .*\ndevice\/hello \{"at":".*"\}\n$/);
    expect(first.code).toBe(0);
    const on443 = local.args.map((arg, index) => (local.args[index - 1] === '--port' ? local.port('as 443') : arg));
    const second = await run(process.execPath, [...on443, '--alpn', '--client-id', 'other']);
    expect(second.output).toContain('other/hello {"at"');
    expect(second.code).toBe(0);
    await stopped(local);
  });

  it('tells what is wrong, and what to do', async () => {
    const local = await endpoint();
    const elsewhere = local.args.map((arg) => arg.replace('a1example2b3c4-ats', 'other.domain'));
    const { output, code } = await run(process.execPath, elsewhere);
    expect(output).toMatch(/^ERR_TLS_ALERT_RECEIVED: .*unrecognized_name.*\.\n$/m);
    expect(code).toBe(1);
    await stopped(local);
  });

  it.skipIf(!needSoftHsm())('uses a key in a token, for which the endpoint issues a certificate', async () => {
    const hsm = new SoftHsm();
    Object.assign(process.env, hsm.env);
    hsm.addToken();
    hsm.addKey('EC:prime256v1', 'device', '01');
    const local = await endpoint('--key', hsm.uri('object=device'));
    expect(local.running.output()).not.toContain(`pin-value=${PIN}`);
    const args = local.args.map((arg) => arg.replace('pin-value=...', `pin-value=${PIN}`));
    const { output, code } = await run(process.execPath, args);
    expect(output).toContain('signed by private key "device" id=%01 in token "iot token"');
    expect(output).toContain('device/hello {"at"');
    expect(code).toBe(0);
    await stopped(local);
  });
});
