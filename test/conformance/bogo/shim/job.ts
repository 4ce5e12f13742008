import { isTlsError } from '../../../../src/errors/index.ts';
import { describe } from './errors.ts';
import { type Configs, Unimplemented } from './flags.ts';
import { Memory } from './memory.ts';
import { connect } from './session.ts';
import { Unexpected } from './unexpected.ts';

export interface Result {
  /** What the process leaves with: 0, 1, 89 for what is not implemented, 90 for a broken shim. */
  readonly code: number;
  /** What it says on stderr. */
  readonly text: string;
}

/** Carries out what one command line asks for: the first connection, and those that are to resume it. */
export async function runJob(configs: Configs): Promise<Result> {
  const memory = await Memory.create();
  const { initial, resume, retry } = configs;
  try {
    await connect(initial, initial, memory, false);
    for (let i = 0; i < initial['resume-count']; i++) {
      memory.now += resume['resumption-delay'] * 1000;
      await connect(resume, retry, memory, true);
    }
    return { code: 0, text: '' };
  } catch (error) {
    if (error instanceof Unimplemented) return { code: 89, text: `${error.message}\n` };
    if (isTlsError(error)) return { code: 1, text: `${describe(error)}\n` };
    if (error instanceof Unexpected) return { code: 1, text: `${error.message}\n` };
    return { code: 90, text: `${(error as Error).stack}\n` };
  }
}
