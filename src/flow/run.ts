import { TlsError } from '../errors/index.ts';
import { type Awaitable, type Flow, isThenable, type Signal, type Task } from './flow.ts';

const NEVER: Signal = { aborted: false, addEventListener() {}, removeEventListener() {} };

/**
 * Runs a flow that needs no peer, such as the search for a certificate path. The result comes at once where
 * every task answers at once, else as a promise.
 */
export function runFlow<T>(flow: Flow<T>, signal: Signal = NEVER): Awaitable<T> {
  return step(flow, () => flow.next(), signal);
}

function step<T>(flow: Flow<T>, go: () => IteratorResult<unknown, T>, signal: Signal): Awaitable<T> {
  let next = go();
  while (next.done !== true) {
    const wait = next.value;
    if (!(wait as { need?: unknown }) || (wait as { need?: unknown }).need !== 'task') {
      throw new TlsError('ERR_TLS_INTERNAL', { detail: 'a flow without a peer waits for a message' });
    }
    let answer: Awaitable<unknown>;
    try {
      answer = (wait as Task).run(signal);
    } catch (reason) {
      next = flow.throw(reason);
      continue;
    }
    if (isThenable(answer)) {
      return answer.then(
        (value) => step(flow, () => flow.next(value), signal),
        (reason) => step(flow, () => flow.throw(reason), signal),
      );
    }
    next = flow.next(answer);
  }
  return next.value;
}
