import { type Bench, faultOf, inTime, reasonOf, requestFor, signInTime } from './bench.ts';
import type { Finding } from './finding.ts';
import { sample } from './signing.ts';

const subject = 'cancellation';

/** Calls requests off before and after they were begun; each must come to an end, and the key must still sign. */
export async function checkCancellation(bench: Bench): Promise<Finding[]> {
  const scheme = bench.key.schemes[0]!;
  const early = new AbortController();
  early.abort(new Error('called off'));
  const late = new AbortController();
  const running = settled(bench, late.signal, 2);
  late.abort(new Error('called off'));
  const findings: Finding[] = [];
  if (!(await settled(bench, early.signal, 1)))
    findings.push(bad('A request that was called off before is never answered.'));
  if (!(await running)) findings.push(bad('A request that is called off while it runs is never answered.'));
  const message = sample(130, 3);
  try {
    const signature = await signInTime(bench, requestFor(bench, scheme, message));
    const fault = await faultOf(bench, scheme, message, signature);
    if (fault !== null) findings.push(bad(`After requests were called off, ${fault}.`));
  } catch (error) {
    findings.push(bad(`After requests were called off, the key fails: ${reasonOf(error)}`));
  }
  if (findings.length > 0) return findings;
  return [{ subject, ok: true, says: 'Requests can be called off, and the key goes on signing.' }];
}

/** Whether the request comes to an end at all; it may still be answered. */
async function settled(bench: Bench, signal: AbortSignal, seed: number): Promise<boolean> {
  const request = requestFor(bench, bench.key.schemes[0]!, sample(130, seed), signal);
  const work = async (): Promise<boolean> => {
    try {
      await bench.key.sign(request);
    } catch {
      // Refusing is as good as answering.
    }
    return true;
  };
  return inTime(bench, work).catch(() => false);
}

function bad(says: string): Finding {
  return { subject, ok: false, says };
}
