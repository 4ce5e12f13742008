import { type Bench, faultOf, reasonOf, requestFor, signInTime } from './bench.ts';
import type { Finding } from './finding.ts';
import { sample } from './signing.ts';

/** Asks for many signatures at once, as a server's clients do; each must be that of its own message. */
export async function checkConcurrency(bench: Bench, count: number): Promise<Finding> {
  const subject = 'concurrency';
  const started = performance.now();
  const faults = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const scheme = bench.key.schemes[i % bench.key.schemes.length]!;
      const message = sample(130 + i, i);
      try {
        return await faultOf(bench, scheme, message, await signInTime(bench, requestFor(bench, scheme, message)));
      } catch (error) {
        return reasonOf(error);
      }
    }),
  );
  const wrong = faults.filter((fault) => fault !== null);
  if (wrong.length > 0) {
    return { subject, ok: false, says: `Of ${count} signatures at once ${wrong.length} are bad: ${wrong[0]}` };
  }
  const each = (performance.now() - started) / count;
  return { subject, ok: true, says: `${count} signatures at once all verify, ${each.toFixed(1)} ms each.`, ms: each };
}
