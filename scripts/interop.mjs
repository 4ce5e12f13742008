// Puts both roles to other implementations, every combination they have, and prints the matrix as a table.
// Usage: npm run interop -- [--node 24 | --node none] [--report FILE] [names of test files, such as openssl]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCounts, say, withExitCode } from './lib/counts.mjs';

const COLUMNS = [
  'ours',
  'peer',
  'version',
  'suite',
  'group',
  'signature',
  'key',
  'client auth',
  'resumption',
  'HRR',
  'topic',
  'result',
];

const root = path.join(import.meta.dirname, '..');
const { node, report, files } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(path.join(tmpdir(), 'signet-interop-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const newer = node === 'none' ? null : await installNode(node);
  const result = path.join(folder, 'result.json');
  const code = await runTests(newer, result);
  const rows = readRows(result);
  printTable(rows);
  printFailures(rows);
  printSummary(rows);
  const counts = withExitCode(readCounts(result), code);
  if (node !== 'none' && newer === null) counts.failed += 1;
  if (report !== undefined) writeFileSync(report, JSON.stringify(counts));
  console.log(`interop: ${say(counts)}`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

function readArguments(args) {
  const files = [...args];
  const take = (name) => {
    const at = files.indexOf(name);
    return at === -1 ? undefined : files.splice(at, 2)[1];
  };
  return { node: take('--node') ?? '24', report: take('--report'), files };
}

/** From npm's "node" packages; it is a peer that has X25519MLKEM768. */
async function installNode(version) {
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  const file = path.join(folder, 'node_modules', 'node', 'bin', 'node');
  if ((await run('npm', args, folder)) === 0 && (await run(file, ['--version'], folder)) === 0) return file;
  console.log(`interop: Node ${version} could not be installed; --node none leaves it out`);
  return null;
}

function runTests(newer, result) {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const filters = files.length === 0 ? matrixFiles() : files.map((file) => `test/interop/${file}`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${result}`];
  const env = { ...process.env, SIGNET_INTEROP: 'full', SIGNET_INTEROP_NODES: newer ?? '' };
  return run(process.execPath, [vitest, 'run', ...reporters, ...filters], root, env);
}

/** Those of the matrix; whatever else stands there is part of `npm test` alone. */
function matrixFiles() {
  const names = readdirSync(path.join(root, 'test', 'interop'));
  return names.filter((name) => /-(?:client|server)\.test\.ts$/.test(name)).map((name) => `test/interop/${name}`);
}

/** One for each test that says in its meta data what it is about. */
function readRows(result) {
  const rows = [];
  for (const { assertionResults } of JSON.parse(readFileSync(result, 'utf8')).testResults) {
    for (const { meta, status, title, failureMessages } of assertionResults) {
      if (meta?.interop === undefined) continue;
      const { cells, peer } = meta.interop;
      rows.push({ cells: [...cells, status], peer, status, title, reason: failureMessages.join('\n') });
    }
  }
  return rows;
}

function printTable(rows) {
  for (const cells of aligned([COLUMNS, ...rows.map(({ cells }) => cells)])) console.log(cells.join('  ').trimEnd());
}

function aligned(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  return lines.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i])));
}

function printFailures(rows) {
  for (const { cells, title, status, reason } of rows) {
    if (status !== 'passed') console.log(`\n${status}: our ${cells[0]} with ${cells[1]}: ${title}\n${reason}`);
  }
}

/** As docs/conformance.md has it. */
function printSummary(rows) {
  const groups = new Map();
  for (const { cells, peer, status } of rows) {
    const head = [cells[0], cells[1], peer];
    const counts = groups.get(head.join()) ?? { head, passed: 0, failed: 0 };
    counts[status === 'passed' ? 'passed' : 'failed'] += 1;
    groups.set(head.join(), counts);
  }
  const lines = [...groups.values()].map(({ head, passed, failed }) => [...head, `${passed}`, `${failed}`]);
  const [titles, ...rest] = aligned([['ours', 'peer', 'version', 'passed', 'failed'], ...lines]);
  console.log('');
  for (const cells of [titles, titles.map((cell) => '-'.repeat(cell.length)), ...rest]) {
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function run(command, args, cwd, env = process.env) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
