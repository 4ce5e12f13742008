import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const COUNT = path.resolve(import.meta.dirname, '../../../.ci/count.mjs');

/** Runs the count over a folder with these files; objects are written as JSON. */
function count(files: Readonly<Record<string, unknown>>): { readonly code: number | null; readonly last: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-count-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    const { status, stdout } = spawnSync(process.execPath, [COUNT, folder], { encoding: 'utf8' });
    return { code: status, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(...statuses: readonly string[]): unknown {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index}` }));
  return { testResults: [{ status: statuses.includes('failed') ? 'failed' : 'passed', assertionResults }] };
}

it('adds up reports and steps', () => {
  const files = { 'a.exit': '0\n', 'a.json': vitest('passed', 'passed'), 'b.exit': '0', 'b.step': '' };
  expect(count(files)).toEqual({ code: 0, last: '3 passed, 0 failed, 0 skipped' });
});

it('takes summaries too', () => {
  const files = { 'a.exit': '0', 'a.json': { passed: 7, failed: 0, skipped: 0 } };
  expect(count(files)).toEqual({ code: 0, last: '7 passed, 0 failed, 0 skipped' });
});

it.each([
  ['a failed test', { 'a.exit': '1', 'a.json': vitest('passed', 'failed') }, '1 passed, 1 failed, 0 skipped'],
  ['a skipped test', { 'a.exit': '0', 'a.json': vitest('passed', 'skipped') }, '1 passed, 0 failed, 1 skipped'],
  ['a test still to do', { 'a.exit': '0', 'a.json': vitest('passed', 'todo') }, '1 passed, 0 failed, 1 skipped'],
  [
    'skips in a summary',
    { 'a.exit': '0', 'a.json': { passed: 1, failed: 0, skipped: 2 } },
    '1 passed, 0 failed, 2 skipped',
  ],
  ['a bad exit code alone', { 'a.exit': '1', 'a.json': vitest('passed') }, '1 passed, 1 failed, 0 skipped'],
  ['a missing report', { 'a.exit': '0', 'b.exit': '0', 'b.step': '' }, '1 passed, 1 failed, 0 skipped'],
  ['a broken report', { 'a.exit': '0', 'a.json': '{', 'b.exit': '0', 'b.step': '' }, '1 passed, 1 failed, 0 skipped'],
  [
    'a failed step',
    { 'b.exit': '124', 'b.step': '', 'a.exit': '0', 'a.json': vitest('passed') },
    '1 passed, 1 failed, 0 skipped',
  ],
  [
    'a report without tests',
    { 'a.exit': '0', 'a.json': vitest(), 'b.exit': '0', 'b.step': '' },
    '1 passed, 0 failed, 0 skipped',
  ],
  ['nothing at all', {}, '0 passed, 0 failed, 0 skipped'],
])('fails on %s', (_name, files, last) => {
  expect(count(files)).toEqual({ code: 1, last });
});

it('counts a file that could not be loaded as a failure', () => {
  const report = { testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(count({ 'a.exit': '1', 'a.json': report }).last).toBe('0 passed, 1 failed, 0 skipped');
});
