import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';

const root = path.join(import.meta.dirname, '../..');
const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { exports: object };
const subpaths = Object.keys(exports).filter((name) => name !== './package.json');

beforeAll(ensureDist, 60_000);

it('every subpath can be imported, all in one process', () => {
  const program = `
    const names = ${JSON.stringify(subpaths)};
    const sizes = await Promise.all(names.map(async (name) => Object.keys(await import('signet-tls' + name.slice(1))).length));
    console.log(JSON.stringify(sizes));
  `;
  const options = ['--input-type=module', '-e', program];
  const sizes = JSON.parse(execFileSync(process.execPath, options, { cwd: root, encoding: 'utf8' })) as number[];
  expect(sizes).toHaveLength(subpaths.length);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});

it('subpaths name files one by one, so that nothing internal can be reached', () => {
  expect(subpaths.filter((name) => name.includes('*'))).toEqual([]);
});
