import { runFile } from './run.ts';
import { SUBJECTS } from './subjects.ts';
import { FOLDER, vectorFiles } from './vectors.ts';

/** Every vector through every provider. Prints a line a file and returns whether nothing failed. */
export async function main(only: readonly string[]): Promise<boolean> {
  const files = vectorFiles().filter((name) => only.length === 0 || only.some((part) => name.includes(part)));
  if (files.length === 0) {
    console.error(`No vectors: they are looked for in ${FOLDER}`);
    return false;
  }
  let failures = 0;
  for (const subject of SUBJECTS) {
    const total = { passed: 0, failed: 0, skipped: 0 };
    for (const name of files) {
      const started = Date.now();
      const { passed, failed, skipped } = await runFile(subject, name);
      const skips = [...skipped.values()].reduce((sum, count) => sum + count, 0);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(
        `${subject.name} ${name}: ${passed} passed, ${failed.length} failed, ${skips} skipped (${seconds} s)`,
      );
      for (const [reason, count] of skipped) console.log(`    skipped ${count}: ${reason}`);
      for (const failure of failed) console.log(`    FAILED ${failure}`);
      total.passed += passed;
      total.failed += failed.length;
      total.skipped += skips;
    }
    console.log(`${subject.name}: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
    failures += total.failed;
  }
  return failures === 0;
}
