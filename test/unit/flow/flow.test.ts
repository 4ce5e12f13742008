import { describe, expect, test } from 'vitest';
import { type Flow, isThenable, perform, runFlow, type Signal, Task } from '../../../src/flow/index.ts';
import { codeOf } from '../../support/errors.ts';

describe('a task', () => {
  test('tells every listener once that nobody waits any more', () => {
    const task = new Task('sign', () => 1);
    const heard: string[] = [];
    const removed = (): unknown => heard.push('removed');
    task.addEventListener('abort', () => heard.push('first'));
    task.addEventListener('abort', removed);
    task.addEventListener('abort', () => {
      throw new Error('a listener of somebody else');
    });
    task.addEventListener('abort', () => heard.push('last'));
    task.removeEventListener('abort', removed);
    expect(task.aborted).toBe(false);
    task.abort('gone');
    task.abort('again');
    expect(heard).toEqual(['first', 'last']);
    expect(task).toMatchObject({ aborted: true, reason: 'gone' });
  });

  test('takes listeners away that were never there', () => {
    const task = new Task('sign', () => 1);
    task.removeEventListener('abort', () => {});
    task.abort(null);
    expect(task.aborted).toBe(true);
  });
});

describe('runFlow', () => {
  function* add(a: () => number | Promise<number>, b: () => number | Promise<number>): Flow<number> {
    const first = yield* perform('key-agree', a);
    return first + (yield* perform('key-agree', b));
  }

  test('answers at once where every task does', () => {
    expect(
      runFlow(
        add(
          () => 1,
          () => 2,
        ),
      ),
    ).toBe(3);
  });

  test('answers by a promise where one task does', async () => {
    const answer = runFlow(
      add(
        () => 1,
        async () => 2,
      ),
    );
    expect(isThenable(answer)).toBe(true);
    expect(await answer).toBe(3);
  });

  test('hands failures into the flow, which may go on', async () => {
    function* tolerant(run: () => number | Promise<number>): Flow<string> {
      try {
        yield* perform('sign', run);
        return 'fine';
      } catch (reason) {
        return `caught ${(reason as Error).message}`;
      }
    }
    const failing = (): never => {
      throw new Error('at once');
    };
    expect(runFlow(tolerant(failing))).toBe('caught at once');
    expect(await runFlow(tolerant(() => Promise.reject(new Error('later'))))).toBe('caught later');
  });

  test('throws, or rejects, with what the flow throws', async () => {
    expect(() =>
      runFlow(
        add(
          () => {
            throw new Error('no');
          },
          () => 1,
        ),
      ),
    ).toThrow('no');
    await expect(
      runFlow(
        add(
          async () => 1,
          () => {
            throw new Error('late no');
          },
        ),
      ),
    ).rejects.toThrow('late no');
  });

  test('passes its signal on', () => {
    const signal: Signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
    const seen: Signal[] = [];
    function* look(): Flow<void> {
      yield* perform('verify-peer', (given) => {
        seen.push(given);
      });
    }
    runFlow(look(), signal);
    expect(seen).toEqual([signal]);
  });

  test('refuses a flow that waits for a message', () => {
    function* waits(): Flow<unknown> {
      return yield { need: 'message', allow: [1] };
    }
    expect(codeOf(() => runFlow(waits()))).toBe('ERR_TLS_INTERNAL');
  });
});
