import { toHex } from '../../../src/bytes/index.ts';
import { isTlsError } from '../../../src/errors/index.ts';
import type { Vector } from './vectors.ts';

/** What an operation made of a vector: bytes, a verdict, a refusal (null or false), or the reason why it was not done. */
export type Outcome = Uint8Array | boolean | null | Skipped;

/** Told by name, never in silence. */
export interface Skipped {
  readonly skipped: string;
}

export function skip(reason: string): Skipped {
  return { skipped: reason };
}

export interface Tally {
  passed: number;
  readonly failed: string[];
  /** How many, by reason. */
  readonly skipped: Map<string, number>;
}

export function newTally(): Tally {
  return { passed: 0, failed: [], skipped: new Map() };
}

/**
 * Runs `act` and holds its outcome against the vector: `valid` must give `expected` (or true), `invalid` a refusal or a
 * TlsError, `acceptable` either of them. Any other exception is a failure.
 */
export async function judge(
  tally: Tally,
  vector: Vector,
  expected: Uint8Array | null,
  act: () => Outcome | PromiseLike<Outcome>,
): Promise<void> {
  const outcome = await caught(act);
  if (outcome instanceof Error) return fail(tally, vector, `threw ${outcome.stack}`);
  if (typeof outcome === 'object' && outcome !== null && 'skipped' in outcome) {
    tally.skipped.set(outcome.skipped, (tally.skipped.get(outcome.skipped) ?? 0) + 1);
    return;
  }
  const refused = outcome === null || outcome === false;
  if (refused) {
    if (vector.result === 'valid') return fail(tally, vector, 'was refused');
  } else {
    if (vector.result === 'invalid') return fail(tally, vector, 'was accepted');
    if (expected !== null && toHex(outcome as Uint8Array) !== toHex(expected)) {
      return fail(tally, vector, `gave ${toHex(outcome as Uint8Array)}`);
    }
  }
  tally.passed += 1;
}

async function caught(act: () => Outcome | PromiseLike<Outcome>): Promise<Outcome | Error> {
  try {
    return await act();
  } catch (error) {
    if (isTlsError(error) && error.code !== 'ERR_TLS_INTERNAL') return null;
    return error instanceof Error ? error : new Error(String(error));
  }
}

function fail(tally: Tally, { tcId, result, comment }: Vector, what: string): void {
  tally.failed.push(`test ${tcId} (${result}${comment ? `, ${comment}` : ''}) ${what}`);
}
