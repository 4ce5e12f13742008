import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which tests count, by area, and which groups of tests are left out. */
export function loadScope(folder) {
  const json = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { groups, runner } = json('scope.json');
  const { areas, tests } = json('tests.json');
  return { groups, runner, tests: tests.map(([name, area]) => ({ name, area: areas[area] })) };
}

const OUTCOMES = { PASS: 'passed', FAIL: 'failed', SKIP: 'unimplemented' };

/** Counts by area what the runner wrote. A test that did not run counts as disabled, so that no exclusion looks like a pass. */
export function judge(results, scope) {
  const verdict = { total: blank(), areas: new Map(), failures: [], outcomes: new Map() };
  for (const { name, area } of scope.tests) {
    const result = results.tests[name];
    const outcome = result === undefined ? 'disabled' : (OUTCOMES[result.actual] ?? 'failed');
    verdict.outcomes.set(name, outcome);
    if (!verdict.areas.has(area)) verdict.areas.set(area, blank());
    for (const counts of [verdict.total, verdict.areas.get(area)]) {
      counts.tests += 1;
      counts[outcome] += 1;
    }
    if (outcome === 'failed') verdict.failures.push({ name, area, error: result.error ?? '' });
  }
  return verdict;
}

/** The counts as a table in Markdown. */
export function table({ areas, total }) {
  const row = (name, { tests, passed, failed, unimplemented, disabled }) =>
    [name, tests, passed, failed, unimplemented, disabled].map(String);
  const head = ['area', 'tests', 'passed', 'failed', 'unimplemented', 'not run'];
  const rows = [head, ...[...areas].map(([name, counts]) => row(name, counts)), row('**all**', total)];
  const widths = head.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  const lines = rows.map((cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

export function summary({ total: { tests, passed, failed, unimplemented, disabled } }) {
  return `in scope ${tests}: passed ${passed}, failed ${failed}, unimplemented ${unimplemented}, not run ${disabled}`;
}

function blank() {
  return { tests: 0, passed: 0, failed: 0, unimplemented: 0, disabled: 0 };
}
