// Runs every static check, two at a time, and tells all that they found. `npm run check`
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** The longest first. */
const CHECKS = [
  ['types of tests', 'tsc -p tsconfig.test.json --noEmit'],
  ['types', 'tsc -p tsconfig.json --noEmit'],
  ['types of the core, without any host', 'tsc -p tsconfig.core.json --noEmit'],
  ['imports and language', 'node scripts/check-imports.mjs'],
  ['floating flows', 'node scripts/check-flows.mjs'],
  ['lint and format', 'biome check --error-on-warnings .'],
];
const AT_ONCE = 2;

const waiting = CHECKS.values();
const failed = [];
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(failed.length === 0 ? `check: all ${CHECKS.length} passed` : `check: failed: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (const [name, command] of waiting) {
    const started = performance.now();
    const { code, output } = await run(command);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    if (output.trim() !== '') console.log(output.trimEnd());
    if (code !== 0) failed.push(name);
  }
}

/** Resolves with the exit code and everything that was printed, so that two checks never mix their lines. */
function run(command) {
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const child = spawn(command, { cwd: root, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `${error}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
