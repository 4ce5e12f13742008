// Judges x509-limbo test cases with the validator that connect and createServer use, in its strict profile.
// Usage: npm run --silent limbo -- FILE [--out OUT] [--profile strict|private]; FILE is limbo's JSON, gzipped or not.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { counts, createJudge } from './lib/limbo.mjs';

const USAGE = 'Usage: npm run --silent limbo -- FILE [--out OUT] [--profile strict|private]';

if (!existsSync(new URL('../dist/x509/index.js', import.meta.url)))
  stop('dist/ is missing: run "npm run build" first.');
const x509 = await import('../dist/x509/index.js');
const { parsePem } = await import('../dist/asn1/index.js');
const { runFlow } = await import('../dist/flow/index.js');
const { nodeProvider } = await import('../dist/providers/node.js');

const { file, out, profile } = readArguments(process.argv.slice(2));
const { testcases } = readCases(file);
const judge = createJudge({ x509, parsePem, runFlow, verifiers: nodeProvider.verifiers }, profile);
const began = performance.now();
const results = testcases.map((test) => ({ id: test.id, ...judge(test) }));
const seconds = ((performance.now() - began) / 1000).toFixed(1);
write();
summarize();

function readArguments(args) {
  const options = { file: null, out: null, profile: x509.strictProfile };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') options.out = args[++i] ?? stop(USAGE);
    else if (args[i] === '--profile') options.profile = profileNamed(args[++i]);
    else if (options.file === null) options.file = args[i];
    else stop(USAGE);
  }
  return options.file === null ? stop(USAGE) : options;
}

function profileNamed(name) {
  const found = [x509.strictProfile, x509.privateProfile].find((each) => each.name === name);
  return found ?? stop(`There is no profile "${name}": it is strict or private.`);
}

function readCases(name) {
  if (!existsSync(name)) stop(`There is no file ${name}.`);
  const bytes = readFileSync(name);
  return JSON.parse((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8'));
}

function write() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const text = `${JSON.stringify({ version: 1, harness: `signet-tls ${version}`, results })}\n`;
  if (out === null) process.stdout.write(text);
  else writeFileSync(out, text);
}

/** Here, with all verdicts in, the expected ones are looked at for the first time. */
function summarize() {
  const groups = { limbo: [], BetterTLS: [] };
  testcases.forEach((test, i) => {
    if (counts(test)) groups[test.id.startsWith('bettertls::') ? 'BetterTLS' : 'limbo'].push([test, results[i]]);
  });
  const parts = Object.entries(groups).map(([name, pairs]) => `${name}: ${score(pairs)}`);
  const line = `${score(testcases.map((test, i) => [test, results[i]]))} (counted ones, ${parts.join('; ')}); profile ${profile.name}; ${seconds} s\n`;
  (out === null ? process.stderr : process.stdout).write(line);
}

function score(pairs) {
  const count = (expected, actual) =>
    pairs.filter(([test, result]) => test.expected_result === expected && result.actual_result === actual).length;
  const accepts = count('FAILURE', 'SUCCESS');
  const rejects = count('SUCCESS', 'FAILURE');
  const passed = pairs.length - accepts - rejects;
  return `${passed} of ${pairs.length} passed, ${accepts} false accepts, ${rejects} false rejects, 0 skipped`;
}

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
