import { SCHEMES, type SignatureScheme } from '../../crypto/index.ts';
import { type Bench, faultOf, misfitOf, NoAnswer, reasonOf, requestFor, signInTime } from './bench.ts';
import type { Finding } from './finding.ts';

/** What TLS 1.3 signs is this short; a client of TLS 1.2 signs everything that was said, certificates included. */
const SIZES: readonly number[] = [130, 5000];

/** Signs a short and a long message. */
export async function checkScheme(bench: Bench, scheme: SignatureScheme): Promise<Finding> {
  const misfit = misfitOf(bench, scheme);
  if (misfit !== null) return bad(scheme, `${scheme} is listed, but ${misfit}.`);
  let best = Number.POSITIVE_INFINITY;
  for (const size of SIZES) {
    const message = sample(size, size);
    const before = message.slice();
    const started = performance.now();
    try {
      const signature = await signInTime(bench, requestFor(bench, scheme, message));
      best = Math.min(best, performance.now() - started);
      const fault = await faultOf(bench, scheme, before, signature);
      if (fault !== null) return bad(scheme, `${scheme} fails with a message of ${size} bytes: ${fault}.`);
    } catch (error) {
      return bad(scheme, `${scheme} fails with a message of ${size} bytes: ${reasonOf(error)}`);
    }
    if (message.some((byte, i) => byte !== before[i])) return bad(scheme, `${scheme} changes the message it signs.`);
  }
  return { subject: scheme, ok: true, says: `${scheme} works, in ${best.toFixed(best < 10 ? 1 : 0)} ms.`, ms: best };
}

/** A scheme that the key does not list must be refused: a signature that nobody expects is worse than none. */
export async function checkRefusal(bench: Bench): Promise<Finding> {
  const subject = 'refusal';
  const other = SCHEMES.find(({ name }) => !bench.key.schemes.includes(name))!.name;
  try {
    await signInTime(bench, requestFor(bench, other, sample(130, 1)));
  } catch (error) {
    if (error instanceof NoAnswer)
      return bad(subject, `Asked for ${other}, which it does not list, the key never answers.`);
    return { subject, ok: true, says: 'It refuses schemes that it does not list.' };
  }
  return bad(subject, `It signs with ${other}, which it does not list.`);
}

/** Bytes that differ with `seed`. */
export function sample(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + seed * 31 + (i >> 8)) & 255);
}

function bad(subject: string, says: string): Finding {
  return { subject, ok: false, says };
}
