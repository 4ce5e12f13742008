import { describe, expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { runFile } from './wycheproof/run.ts';
import { SUBJECTS } from './wycheproof/subjects.ts';
import { FOLDER, readVectors, vectorFiles } from './wycheproof/vectors.ts';

const FILES = vectorFiles();

/** These take the most of the minute that all vectors take; `npm run wycheproof` leaves none of them out. */
const SLOW = /^ecdh_(secp384r1|secp521r1|brainpool)|^ecdsa_(secp384r1|secp521r1|brainpool)|^mldsa|^x448/;

describe.skipIf(!need(FILES.length > 0, `the vectors of Wycheproof lie in ${FOLDER}`))('Wycheproof', () => {
  describe.each(SUBJECTS)('through the $name provider', (subject) => {
    test.each(FILES)('%s', async (name) => {
      const tally = await runFile(subject, name, SLOW.test(name) ? 9 : 1);
      expect(tally.failed).toEqual([]);
      const skipped = [...tally.skipped.values()].reduce((sum, count) => sum + count, 0);
      expect(tally.passed + skipped).toBeGreaterThan(0);
    });
  });

  test('no vector is left out in silence', async () => {
    let total = 0;
    for (const name of FILES) total += readVectors(name).numberOfTests;
    const seen = await runFile(SUBJECTS[0]!, 'ecdsa_secp256r1_sha256');
    expect(seen.passed).toBe(readVectors('ecdsa_secp256r1_sha256').numberOfTests);
    expect(total).toBe(23_205);
  });
});
