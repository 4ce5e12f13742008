// Runs the tests on other versions of Node, taken from npm's "node" packages into a temporary folder.
// Usage: npm run test:nodes -- [--node 22,24,25] [--report FILE] [arguments for vitest run]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCounts, say, sum, withExitCode } from './lib/counts.mjs';

const DEFAULT_VERSIONS = '22,24,25';

const root = path.join(import.meta.dirname, '..');
const { versions, report, rest } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(path.join(tmpdir(), 'signet-nodes-'));
const all = [];
try {
  for (const version of versions) all.push(await testOn(version));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const total = sum(all);
if (report !== undefined) writeFileSync(report, JSON.stringify(total));
console.log(`test-nodes: ${say(total)} on ${versions.length} versions of Node`);
process.exitCode = total.failed > 0 || all.some((counts) => counts.passed === 0) ? 1 : 0;

/** Takes out what is meant for this script and leaves the rest to Vitest, in its order. */
function readArguments(args) {
  const rest = [...args];
  const take = (name) => {
    const at = rest.indexOf(name);
    return at === -1 ? undefined : rest.splice(at, 2)[1];
  };
  return { versions: (take('--node') ?? DEFAULT_VERSIONS).split(','), report: take('--report'), rest };
}

async function testOn(version) {
  const home = path.join(folder, version);
  const node = path.join(home, 'node_modules', 'node', 'bin', 'node');
  const result = path.join(folder, `${version}.json`);
  const install = ['install', '--prefix', home, '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  if ((await run('npm', install, folder)) !== 0 || (await run(node, ['--version'], folder)) !== 0) {
    console.log(`test-nodes: Node ${version} could not be installed`);
    return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  }
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${result}`];
  // What the tests start as "node" is to be this version too.
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  const code = await run(node, [vitest, 'run', ...reporters, ...rest], root, env);
  const counts = withExitCode(readCounts(result), code);
  console.log(`test-nodes: Node ${version}: ${say(counts)}`);
  return counts;
}

function run(command, args, cwd, env = process.env) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
