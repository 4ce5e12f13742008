import { describe, expect, test } from 'vitest';
import { type Engine, type Patience, settle } from '../../../src/engine/index.ts';
import { countedClient, Session, sessionWith } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { Peer13 } from '../../support/peer13.ts';

const mine = credentialOf('ed25519', 'client');

/** A clock that stands still until a test turns it. */
class Clock implements Patience {
  readonly signTimeout: number = 100;
  readonly timers: { readonly ms: number; readonly then: () => void; off: boolean }[] = [];

  after(ms: number, then: () => void): () => void {
    const timer = { ms, then, off: false };
    this.timers.push(timer);
    return () => {
      timer.off = true;
    };
  }

  ring(): void {
    for (const timer of this.timers) if (!timer.off) timer.then();
  }
}

/** A session in front of the client's signature, whose key does this. */
function beforeSigning(
  sign: () => PromiseLike<Uint8Array>,
  patience: Patience | null,
): { engine: Engine; woken: number[] } {
  const credentials = { select: () => ({ ...mine, key: { ...mine.key, sign } }) };
  const session = new Session(countedClient({ credentials }), new Peer13({ requestCertificate: true }));
  const woken: number[] = [];
  const wake = (): void => {
    woken.push(woken.length);
    session.run();
  };
  // The first settle that meets the signature is this one, so that it has our clock.
  const { client } = session;
  while (client.task?.kind !== 'sign') {
    const { task } = client;
    if (task === null) session.peer.receive(session.output());
    else client.resume(task, task.run(task));
    if (task === null) client.receive(session.peer.take());
  }
  settle(client, wake, patience);
  return { engine: client, woken };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('settle', () => {
  test('runs all that answers at once, without waking anybody', () => {
    const client = countedClient();
    let woken = 0;
    settle(client, () => {
      woken += 1;
    });
    expect(client.task).toBeNull();
    expect(client.takeOutput()).not.toBeNull();
    expect(woken).toBe(0);
  });

  test('rejects what throws at once', () => {
    const session = sessionWith(new Peer13(), {
      verifier: {
        verify: () => {
          throw new Error('thrown');
        },
      },
    });
    expect(session.client.error).toMatchObject({ code: 'ERR_TLS_INTERNAL', detail: 'thrown' });
  });

  test('wakes its host when an answer came later', async () => {
    let answer: (signature: Uint8Array) => void = () => {};
    const { engine, woken } = beforeSigning(() => new Promise((resolve) => (answer = resolve)), null);
    expect(engine.task?.kind).toBe('sign');
    answer(new Uint8Array(64));
    await turns();
    expect(engine.error?.code).toBe('ERR_TLS_SIGN_INVALID');
    expect(woken).toHaveLength(1);
  });

  test('begins no task twice', async () => {
    let calls = 0;
    const { engine } = beforeSigning(() => {
      calls += 1;
      return new Promise(() => {});
    }, null);
    settle(engine, () => {});
    settle(engine, () => {});
    await turns();
    expect(calls).toBe(1);
  });

  test('passes a rejection on', async () => {
    const { engine, woken } = beforeSigning(() => Promise.reject(new Error('removed')), null);
    await turns();
    expect(engine.error).toMatchObject({ code: 'ERR_TLS_SIGN_FAILED', detail: 'removed' });
    expect(woken).toHaveLength(1);
  });

  test('gives up on a silent signer, and aborts it', async () => {
    const clock = new Clock();
    const { engine, woken } = beforeSigning(() => new Promise(() => {}), clock);
    const task = engine.task!;
    expect(clock.timers.map(({ ms }) => ms)).toEqual([100]);
    clock.ring();
    expect(engine.error?.code).toBe('ERR_TLS_SIGN_TIMEOUT');
    expect(task.aborted).toBe(true);
    expect(woken).toHaveLength(1);
    await turns();
  });

  test('ignores an answer after it gave up, and the clock after an answer', async () => {
    const clock = new Clock();
    let answer: (signature: Uint8Array) => void = () => {};
    const late = beforeSigning(() => new Promise((resolve) => (answer = resolve)), clock);
    clock.ring();
    answer(new Uint8Array(64));
    await turns();
    expect(late.engine.error?.code).toBe('ERR_TLS_SIGN_TIMEOUT');
    expect(late.woken).toHaveLength(1);

    const prompt = new Clock();
    const early = beforeSigning(() => Promise.reject(new Error('removed')), prompt);
    await turns();
    expect(prompt.timers.map(({ off }) => off)).toEqual([true]);
    prompt.ring();
    expect(early.engine.error?.code).toBe('ERR_TLS_SIGN_FAILED');
  });

  test('keeps its patience for signers: nothing else has a clock', async () => {
    const clock = new Clock();
    const verifier = { verify: () => new Promise<never>(() => {}) };
    const session = new Session(countedClient({ verifier }), new Peer13());
    session.run();
    const engine = session.client;
    expect(engine.task?.kind).toBe('verify-peer');
    settle(engine, () => {}, clock);
    await turns();
    expect(clock.timers).toEqual([]);
  });

  test('says nothing to a connection that is gone', async () => {
    let answer: (signature: Uint8Array) => void = () => {};
    const { engine, woken } = beforeSigning(() => new Promise((resolve) => (answer = resolve)), null);
    engine.destroy();
    answer(new Uint8Array(64));
    await turns();
    expect(engine.error?.code).toBe('ERR_TLS_DESTROYED');
    expect(woken).toEqual([]);
  });
});

/** Work that waits until it is a connection's turn. */
class Crowd extends Clock {
  readonly waiting: (() => void)[] = [];

  inTurn(work: () => void): void {
    this.waiting.push(work);
  }
}

describe('where answers have to wait for their turn', () => {
  test('nothing goes on before, and the time for a signature is over with the answer', async () => {
    const crowd = new Crowd();
    const { engine, woken } = beforeSigning(() => Promise.reject(new Error('removed')), crowd);
    await turns();
    expect([engine.task?.kind, engine.error, woken.length, crowd.waiting.length]).toEqual(['sign', null, 0, 1]);
    expect(crowd.timers.map(({ off }) => off)).toEqual([true]);
    crowd.waiting[0]!();
    expect([engine.error?.code, woken.length]).toEqual(['ERR_TLS_SIGN_FAILED', 1]);
  });

  test('an answer whose connection is gone meanwhile does nothing', async () => {
    const crowd = new Crowd();
    const { engine, woken } = beforeSigning(async () => new Uint8Array(64), crowd);
    await turns();
    engine.destroy();
    crowd.waiting[0]!();
    expect([engine.error?.code, woken]).toEqual(['ERR_TLS_DESTROYED', []]);
  });
});
