import { TlsError } from '../errors/index.ts';
import { type Awaitable, isThenable, type Task } from '../flow/index.ts';
import type { Engine } from './engine.ts';

/** What the host lends for waiting: a timer, since the engine owns none, and its order of things. */
export interface Patience {
  /** Milliseconds that a signature may take. */
  readonly signTimeout: number;
  /** Calls `then` after `ms` milliseconds; returns how to call that off. */
  after(ms: number, then: () => void): () => void;
  /** Runs what an answer leads to, now or in a moment, where many answers may come at once. Now where absent. */
  inTurn?(work: () => void): void;
}

/**
 * Runs the engine's tasks until it needs its peer. Answers that come later resume the engine by themselves, and
 * `wake` is called after each so that the host can take output and events.
 */
export function settle(engine: Engine, wake: () => void, patience: Patience | null = null): void {
  for (let task = engine.task; task !== null; task = engine.task) {
    if (task.started) return;
    task.started = true;
    let answer: Awaitable<unknown>;
    try {
      answer = task.run(task);
    } catch (reason) {
      engine.reject(task, reason);
      continue;
    }
    if (isThenable(answer)) {
      follow(engine, task, answer, wake, patience);
      return;
    }
    engine.resume(task, answer);
  }
}

function follow(
  engine: Engine,
  task: Task,
  answer: PromiseLike<unknown>,
  wake: () => void,
  patience: Patience | null,
): void {
  const giveUp = (): void => {
    const error = new TlsError('ERR_TLS_SIGN_TIMEOUT', { detail: `no answer within ${patience!.signTimeout} ms` });
    task.abort(error);
    engine.reject(task, error);
    settle(engine, wake, patience);
    wake();
  };
  const outside = task.kind === 'sign' || task.kind === 'rsa-decrypt';
  const callOff = patience !== null && outside ? patience.after(patience.signTimeout, giveUp) : null;
  const goOn = (answered: () => void): void => {
    if (engine.task !== task) return;
    answered();
    settle(engine, wake, patience);
    wake();
  };
  const done = (answered: () => void): void => {
    if (callOff !== null) callOff();
    if (patience?.inTurn === undefined) goOn(answered);
    else patience.inTurn(() => goOn(answered));
  };
  answer.then(
    (value) => done(() => engine.resume(task, value)),
    (reason) => done(() => engine.reject(task, reason)),
  );
}
