// Counts tests from the JSON report of Vitest, or from a summary of ours: { passed, failed, skipped, skippedNames? }.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} skippedNames full names, as far as the report has them
 */

/** @returns {Counts} what a report says; one failure where it is missing or broken */
export function readCounts(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return 'testResults' in report ? countVitest(report) : countSummary(report);
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  }
}

/** A run that ends badly although no test failed (an unhandled error, say) is one failure more. */
export function withExitCode(counts, code) {
  const hidden = code !== 0 && counts.failed === 0 ? 1 : 0;
  return { ...counts, failed: counts.failed + hidden };
}

/** @param {Counts[]} list */
export function sum(list) {
  const total = { passed: 0, failed: 0, skipped: 0, skippedNames: [] };
  for (const counts of list) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    total.skippedNames.push(...counts.skippedNames);
  }
  return total;
}

export function say({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function countVitest({ testResults }) {
  const total = { passed: 0, failed: 0, skipped: 0, skippedNames: [] };
  for (const { status, assertionResults } of testResults) {
    let failures = 0;
    for (const test of assertionResults) {
      if (test.status === 'passed') total.passed += 1;
      else if (test.status === 'failed') failures += 1;
      else {
        total.skipped += 1;
        total.skippedNames.push(test.fullName);
      }
    }
    // A file that cannot even be loaded fails without a test of its own.
    total.failed += failures === 0 && status === 'failed' ? 1 : failures;
  }
  return total;
}

function countSummary({ passed, failed, skipped, skippedNames = [] }) {
  if (![passed, failed, skipped].every(Number.isInteger)) throw new Error('no summary');
  return { passed, failed, skipped, skippedNames };
}
