// Lets BoringSSL's runner judge the engine. The runner stands outside of this project; its path is an argument.
// Usage: npm run bogo -- --runner PATH [--test GLOB] [--workers N] [--worker | --both] [--async] [--provider noble] [--docs]
//   --worker    one process for all tests instead of one for each: faster, with the same result
//   --both      run in both forms and compare
//   --async     every test with bytes one at a time and each task settled late, not only those that ask for it
//   --provider  node (default) or noble
//   --docs      write the result into docs/conformance.md
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { errorMap } from './error-map.mjs';
import { judge, loadScope, summary, table } from './score.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values: options } = parseArgs({
  options: {
    runner: { type: 'string', default: process.env.BOGO_RUNNER ?? '' },
    scope: { type: 'string', default: join(here, '../../../../shared/bogo') },
    test: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
    worker: { type: 'boolean', default: false },
    both: { type: 'boolean', default: false },
    async: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    provider: { type: 'string', default: 'node' },
    results: { type: 'string', default: '' },
    debug: { type: 'boolean', default: false },
    'idle-timeout': { type: 'string', default: '15s' },
  },
});

if (!existsSync(options.runner))
  stop("Give the path of BoringSSL's test runner with --runner or BOGO_RUNNER: it is not part of this project.");
if (!existsSync(join(options.scope, 'scope.json')))
  stop(`Which tests count stands in ${options.scope}, which is missing: give its folder with --scope.`);

const scope = loadScope(options.scope);
const folder = mkdtempSync(join(tmpdir(), 'signet-bogo-'));
try {
  await bundle(folder);
  const verdicts = [];
  for (const form of options.both ? ['process', 'worker'] : [options.worker ? 'worker' : 'process']) {
    verdicts.push(await judgeForm(form));
  }
  report(verdicts);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function judgeForm(form) {
  const results = options.results === '' ? join(folder, `${form}.json`) : options.results;
  const shim = form === 'worker' ? await startWorker(folder) : { path: processShim(folder), stop() {} };
  await run(shim.path, configFile(folder), results);
  shim.stop();
  return judge(JSON.parse(readFileSync(results, 'utf8')), scope);
}

/** One small file that reads the command line, and the library in others that are loaded when needed. */
async function bundle(outdir) {
  await build({
    entryPoints: [join(here, 'shim/main.ts'), join(here, 'shim/worker.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

function processShim(into) {
  const path = join(into, 'shim');
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${join(into, 'main.mjs')}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function startWorker(from) {
  const worker = spawn(process.execPath, [join(from, 'worker.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment(),
  });
  return new Promise((resolve) => {
    worker.stdout.once('data', (port) => {
      process.env.SIGNET_BOGO_WORKER = String(port).trim();
      resolve({ path: join(here, 'launcher.sh'), stop: () => worker.kill() });
    });
  });
}

function environment() {
  return { ...process.env, NODE_NO_WARNINGS: '1', SIGNET_BOGO_PROVIDER: options.provider };
}

/** Leaves out what is not in scope, and nothing else. */
function configFile(into) {
  const path = join(into, 'config.json');
  const DisabledTests = Object.fromEntries(
    scope.groups.flatMap(({ id, patterns }) => patterns.map((glob) => [glob, id])),
  );
  writeFileSync(path, JSON.stringify({ DisabledTests, ErrorMap: errorMap(), HalfRTTTickets: 0 }));
  return path;
}

function run(shim, config, results) {
  const args = ['-shim-path', shim, '-shim-config', config, '-allow-unimplemented', '-num-workers', options.workers];
  args.push('-json-output', results, '-idle-timeout', options['idle-timeout'], '-pipe');
  if (options.test !== '') args.push('-test', options.test);
  if (options.async) args.push('-shim-extra-flags', '-async');
  if (options.debug) args.push('-debug');
  mkdirSync(join(folder, 'work'), { recursive: true });
  const runner = spawn(options.runner, args, {
    cwd: join(folder, 'work'),
    env: environment(),
    stdio: ['ignore', options.debug ? 'inherit' : 'ignore', 'inherit'],
  });
  return new Promise((resolve) => runner.on('close', resolve));
}

function report(verdicts) {
  const [verdict, other] = verdicts;
  for (const { name, error } of verdict.failures)
    console.log(`${name}\n    ${error.trim().split('\n').join('\n    ')}`);
  console.log(table(verdict));
  console.log(summary(verdict));
  const differing =
    other === undefined ? [] : [...verdict.outcomes].filter(([name, one]) => other.outcomes.get(name) !== one);
  for (const [name, one] of differing)
    console.log(`${name}: ${one} as a process, ${other.outcomes.get(name)} as a worker`);
  if (other !== undefined) console.log(`both forms of the shim ${differing.length === 0 ? 'agree' : 'differ'}`);
  if (options.docs) writeDocs(verdict);
  process.exitCode = verdict.total.failed > 0 || differing.length > 0 ? 1 : 0;
}

/** Replaces what stands between the two marks in docs/conformance.md. */
function writeDocs(verdict) {
  const path = join(here, '../../../docs/conformance.md');
  const [begin, end] = ['<!-- bogo: begin -->', '<!-- bogo: end -->'];
  const text = readFileSync(path, 'utf8');
  const { date, revision } = scope.runner;
  const measured = `Measured ${new Date().toISOString().slice(0, 10)} with the runner of ${date} (${revision.slice(0, 12)}), Node ${process.version.slice(1)}, provider ${options.provider}: ${summary(verdict)}.`;
  const from = text.indexOf(begin) + begin.length;
  writeFileSync(path, `${text.slice(0, from)}\n${measured}\n\n${table(verdict)}\n${text.slice(text.indexOf(end))}`);
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
