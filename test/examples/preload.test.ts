import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as module from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { run } from '../support/tools.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'signet-preload-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the hook in docs/node.md gives a library our tls where Node has such hooks, and others theirs', async () => {
  ensureDist();
  const block = /^```js\n(import \{ registerHooks \}[\s\S]*?)^```$/m.exec(readFileSync('docs/node.md', 'utf8'))![1]!;
  for (const name of ['nodemailer', 'other']) {
    mkdirSync(path.join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(path.join(folder, 'node_modules', name, 'index.js'), "module.exports = require('tls');");
  }
  symlinkSync(root, path.join(folder, 'node_modules/signet-tls'));
  writeFileSync(path.join(folder, 'preload.mjs'), block);
  const program =
    "console.log('ours', require('nodemailer').SecurePair !== undefined, require('other') === require('tls'))";
  writeFileSync(path.join(folder, 'program.cjs'), program);
  const args = ['--no-warnings', '--import', './preload.mjs', 'program.cjs'];
  const { output } = await run(process.execPath, args, { cwd: folder });
  expect(output).toContain('registerHooks' in module ? 'ours true true' : 'registerHooks');
});
