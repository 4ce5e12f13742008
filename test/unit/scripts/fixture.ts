import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPTS = path.resolve(import.meta.dirname, '../../../scripts');

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    types: [],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  },
  include: ['src'],
};

/** Writes a small project, runs one of our checks over it and removes it again. */
export function runCheck(
  script: 'check-imports.mjs' | 'check-flows.mjs',
  files: Readonly<Record<string, string>>,
): { readonly code: number | null; readonly lines: readonly string[]; readonly summary: string } {
  const root = mkdtempSync(path.join(tmpdir(), 'signet-check-'));
  try {
    write(
      root,
      'package.json',
      JSON.stringify({ type: 'module', dependencies: { '@noble/hashes': '*', pkcs11js: '*' } }),
    );
    write(root, 'tsconfig.json', JSON.stringify(TSCONFIG));
    for (const [name, text] of Object.entries(files)) write(root, `src/${name}`, text);
    const run = spawnSync(process.execPath, [path.join(SCRIPTS, script), root], { encoding: 'utf8', timeout: 20_000 });
    const lines = run.stdout.trimEnd().split('\n');
    // Where all is well, the compiler may still print "context canceled" as it is told to stop.
    const complaints = run.status === 0 ? '' : run.stderr;
    return { code: run.status, lines: lines.slice(0, -1), summary: `${lines.at(-1)}${complaints}` };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function write(root: string, name: string, text: string): void {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
