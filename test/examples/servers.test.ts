import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';
import { run } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  ensureDist();
  const ca = makeCa({ name: 'Example CA' });
  const leaf = ca.issue({ name: 'localhost', san: ['dns:localhost'] });
  const files = { 'ca.pem': ca.cert, 'cert.pem': leaf.chain, 'key.pem': leaf.key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}, 120_000);

describe('examples over a server of ours', () => {
  it.each([
    ['https.mjs', ['GET /second over TLSv1.3', 'resumed the session of the first: true']],
    ['http2.mjs', ['hello over HTTP/2', 'hello over HTTP/1.1']],
    ['ws.mjs', ['you said hello']],
    ['undici.mjs', ['/hello over TLSv1.3']],
  ])('%s', async (name, lines) => {
    const { code, output } = await run(process.execPath, [`examples/${name}`, folder]);
    for (const line of lines) expect(output).toContain(line);
    expect(code).toBe(0);
  });
});
