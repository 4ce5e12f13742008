/**
 * Says whether a test can run that leans on something outside the repository: a tool, a folder of data.
 * Missing things are told loudly, and under CI, where everything must run, they are an error.
 *
 *     describe.skipIf(!need(existsSync(folder), 'x509-limbo lies in ../shared/limbo'))('limbo', ...)
 *
 * @param condition whether it is there
 * @param sentence what has to be there, as a plain sentence: 'openssl is installed'
 */
export function need(condition: unknown, sentence: string): boolean {
  if (condition) return true;
  const missing = `Needed for this test, and not so here: ${sentence}.`;
  if (isCi()) throw new Error(missing);
  console.warn(`${missing} The test is skipped.`);
  return false;
}

function isCi(): boolean {
  const { CI } = process.env;
  return CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
}
