import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/bytes/index.ts';
import { type ErrorCode, TlsError } from '../../../src/errors/index.ts';
import type { TaskKind } from '../../../src/flow/index.ts';
import type { Pace, PacedSession } from '../../support/paced.ts';
import { bySize, type Peer } from '../../support/peer.ts';

/** A handshake, and the tasks that it suspends on, in order. */
export interface Suspended {
  readonly name: string;
  readonly make: () => PacedSession<Peer>;
  readonly tasks: readonly TaskKind[];
}

const text = fromLatin1('data');

/** What becomes of a handshake whose task is rejected for a reason that is no error of ours; null: it goes on. */
const REJECTED: { readonly [K in TaskKind]?: ErrorCode | null } = {
  sign: 'ERR_TLS_SIGN_FAILED',
  staple: 'ERR_TLS_STAPLE_FAILED',
  'select-psk': 'ERR_TLS_PSK_FAILED',
  'open-ticket': null,
  'load-session': null,
  'store-session': null,
};

/** Tasks of which no failure is told apart from a wrong key (RFC 5246, section 7.4.7.1). */
const isSecret = (kind: TaskKind | undefined): boolean => kind === 'rsa-decrypt';

/** Runs to the end, with data both ways; everything that an observer sees. */
function outcome(session: PacedSession<Peer>): unknown {
  session.run();
  expect(session.engine.error).toBeNull();
  session.engine.send(text);
  session.peer.sendData(text);
  session.run();
  return { sent: toHex(session.sent), received: toHex(session.received), events: session.events, data: session.data };
}

function paced(kind: Suspended, pace: (index: number) => Pace): PacedSession<Peer> {
  const session = kind.make();
  session.pace = (_task, index) => pace(index);
  return session;
}

const only =
  (index: number, pace: Pace): ((i: number) => Pace) =>
  (i) =>
    i === index ? pace : 'now';

/** Every schedule of answers: at once, later, twice, wrong, never, or too late. */
export function testSuspension(kinds: readonly Suspended[]): void {
  describe.each(kinds)('$name', (kind) => {
    testAnswers(kind);
    testRejections(kind);
    testSilence(kind);
  });
}

function testAnswers(kind: Suspended): void {
  const usual = outcome(kind.make());

  test('suspends on these tasks and no others', () => {
    const session = kind.make();
    session.run();
    expect(session.tasks.map((task) => task.kind)).toEqual(kind.tasks);
    expect(session.tasks.every((task) => !task.aborted)).toBe(true);
  });

  test('comes to the same whichever tasks are answered later', () => {
    for (const late of schedules(kind.tasks.length)) {
      const session = paced(kind, (index) => ((late >> index) & 1 ? 'later' : 'now'));
      expect(outcome(session)).toEqual(usual);
    }
  });

  test.each([1, 7, 100])('also with chunks of %i bytes', (size) => {
    const session = paced(kind, () => 'later');
    session.chunks = bySize(size);
    expect(outcome(session)).toEqual(usual);
  });

  test('comes to the same where answers come twice', () => {
    for (let index = 0; index < kind.tasks.length; index++) {
      expect(outcome(paced(kind, only(index, 'often')))).toEqual(usual);
    }
  });
}

/** Which tasks are late, as bits: every choice of few tasks; of many, at most two late ones, or two prompt ones. */
function schedules(count: number): number[] {
  const all = Array.from({ length: 1 << count }, (_, late) => late);
  if (count <= 7) return all;
  const ones = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + ones(bits >> 1));
  return all.filter((late) => ones(late) <= 2 || ones(late) >= count - 2);
}

function testRejections(kind: Suspended): void {
  test('a task that is rejected ends the handshake, with the reason, unless it can do without', () => {
    for (const [index, name] of kind.tasks.entries()) {
      const reason = new Error('no');
      const session = paced(kind, only(index, { reject: reason }));
      session.run();
      const code = name in REJECTED ? REJECTED[name] : 'ERR_TLS_INTERNAL';
      if (code === null) {
        expect(session.engine, `${index}: ${name}`).toMatchObject({ state: 'open', error: null });
        continue;
      }
      expect(session.engine.state, `${index}: ${name}`).toBe('failed');
      if (isSecret(name)) continue;
      expect(session.engine.error).toMatchObject({ code, cause: reason });
      expect(session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'internal_error' });
    }
  });

  test('an error of ours is passed on as it is', () => {
    for (const [index, name] of kind.tasks.entries()) {
      const reason = new TlsError('ERR_TLS_CERT_EXPIRED');
      const session = paced(kind, only(index, { reject: reason }));
      session.run();
      if (REJECTED[name] === null || isSecret(name)) continue;
      if (session.engine.state === 'open') {
        // A server that does not believe a resumed client any more goes through the whole handshake with it.
        expect([name, session.engine.facts.resumed]).toEqual(['verify-peer', false]);
        continue;
      }
      expect(session.engine.error).toBe(reason);
      expect(session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'certificate_expired' });
    }
  });

  test('what a wrong answer of a host leads to is an error, not an exception', () => {
    for (const [index, name] of kind.tasks.entries()) {
      for (const answer of [null, undefined, 7, 'text', {}]) {
        const session = paced(kind, only(index, 'never'));
        session.run();
        session.engine.resume(session.engine.task!, answer);
        session.run();
        if (REJECTED[name] === null || isLegal(name, answer)) continue;
        expect(session.engine.state, `${name} ${answer}`).toBe('failed');
      }
    }
  });
}

/** Answers that mean something, or that are the host's own business. */
function isLegal(name: TaskKind, answer: unknown): boolean {
  if (name === 'select-credential') return answer === null || answer === undefined;
  if (name === 'staple' || name === 'choose-config') return answer === null;
  return name === 'verify-peer';
}

function testSilence(kind: Suspended): void {
  test('destroyed while a task is under way: it is aborted, and what it answers is nobody’s', () => {
    for (const index of kind.tasks.keys()) {
      const session = paced(kind, only(index, 'never'));
      session.run();
      const task = session.engine.task!;
      expect(task).toBe(session.tasks[index]);
      let heard = 0;
      task.addEventListener('abort', () => {
        heard += 1;
      });
      const reason = new Error('gone');
      session.engine.destroy(reason);
      expect(task).toMatchObject({ aborted: true });
      expect(heard).toBe(1);
      expect(session.engine).toMatchObject({ state: 'failed', task: null });
      session.run();
      const { length } = session.sent;
      session.engine.resume(task, task.run(task));
      session.engine.reject(task, new Error('late'));
      session.run();
      expect(session.sent).toHaveLength(length);
      expect(session.engine.error).toMatchObject({ code: 'ERR_TLS_DESTROYED', cause: reason });
      expect(session.engine.takeEvent()).toBeNull();
    }
  });

  test('never answered: bytes are kept up to a bound, and then the host is asked to stop', () => {
    for (const index of kind.tasks.keys()) {
      const session = paced(kind, only(index, 'never'));
      session.run();
      expect(session.engine.state).toBe('handshaking');
      const wanted = [];
      for (let i = 0; i < 10; i++) {
        wanted.push(session.engine.wantsInput);
        session.engine.receive(new Uint8Array(16_384));
      }
      expect(wanted).toContain(true);
      expect(wanted.at(-1)).toBe(false);
      expect(session.engine.error).toBeNull();
      session.engine.destroy();
    }
  });
}
