// Adds up what .ci/run did: for every NAME.exit in the folder (an exit code) the report NAME.json, or one test where
// the step writes none (NAME.step). Prints `N passed, N failed, N skipped` last; fails unless all ran and all passed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readCounts, say, sum, withExitCode } from '../scripts/lib/counts.mjs';

/** Full names of tests that may be skipped here, each with its reason in a comment. There are none. */
const MAY_SKIP = new Set([]);

const folder = process.argv[2];
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.exit'))
  .map((file) => path.join(folder, file.slice(0, -'.exit'.length)));
const all = names.map(countOne);
const total = sum(all);
const ranNothing = all.some((counts) => counts.passed + counts.failed === 0) || total.passed === 0;
const unexcused = total.skippedNames.filter((name) => !MAY_SKIP.has(name));
const tooMany = total.skipped > total.skippedNames.length - unexcused.length;

for (const name of unexcused) console.log(`skipped, which is a failure here: ${name}`);
if (ranNothing) console.log('something ran no test at all, which is a failure here');
console.log(say(total));
process.exitCode = total.failed > 0 || ranNothing || tooMany ? 1 : 0;

function countOne(name) {
  const code = Number(readFileSync(`${name}.exit`, 'utf8'));
  if (!existsSync(`${name}.step`)) return withExitCode(readCounts(`${name}.json`), code);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, skippedNames: [] };
}
