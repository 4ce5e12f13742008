import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ClientOptions } from '../../../src/config/client.ts';
import { TlsError } from '../../../src/errors/index.ts';
import type { TaskKind } from '../../../src/flow/index.ts';
import { countedClient } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { type Pace, PacedSession } from '../../support/paced.ts';
import { bySize } from '../../support/peer.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';

type Paced = PacedSession<Peer13> | PacedSession<Peer12>;

const mine: Partial<ClientOptions> = { credentials: { select: () => credentialOf('ed25519', 'client') } };
const text = fromLatin1('data');

interface Kind {
  readonly name: string;
  readonly make: () => Paced;
  readonly tasks: readonly TaskKind[];
}

const authentication: readonly TaskKind[] = ['select-credential', 'sign', 'verify-signature'];

const KINDS: readonly Kind[] = [
  {
    name: 'TLS 1.3 with client authentication',
    make: () => new PacedSession(countedClient(mine), new Peer13({ requestCertificate: true })),
    tasks: ['key-share', 'key-agree', 'verify-peer', 'verify-signature', ...authentication],
  },
  {
    name: 'TLS 1.3 with a HelloRetryRequest',
    make: () => new PacedSession(countedClient(), new Peer13({ retry: { group: 23, cookie: new Uint8Array(9) } })),
    tasks: ['key-share', 'key-share', 'key-agree', 'verify-peer', 'verify-signature'],
  },
  {
    name: 'TLS 1.2 with client authentication',
    make: () =>
      new PacedSession(countedClient({ ...mine, versions: ['TLSv1.2'] }), new Peer12({ requestCertificate: true })),
    tasks: ['verify-peer', 'verify-signature', 'key-agree', ...authentication],
  },
];

/** Runs to the end, with data both ways; everything that an observer sees. */
function outcome(session: Paced): unknown {
  session.run();
  expect(session.client.error).toBeNull();
  session.client.send(text);
  session.peer.sendData(text);
  session.run();
  return { sent: toHex(session.sent), received: toHex(session.received), events: session.events, data: session.data };
}

function paced(kind: Kind, pace: (index: number) => Pace): Paced {
  const session = kind.make();
  session.pace = (_task, index) => pace(index);
  return session;
}

describe.each(KINDS)('$name', (kind) => {
  const usual = outcome(kind.make());

  test('suspends on these tasks and no others', () => {
    const session = kind.make();
    session.run();
    expect(session.tasks.map((task) => task.kind)).toEqual(kind.tasks);
    expect(session.tasks.every((task) => !task.aborted)).toBe(true);
  });

  test('comes to the same whichever tasks are answered later', () => {
    for (let late = 0; late < 1 << kind.tasks.length; late++) {
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
      expect(outcome(paced(kind, (i) => (i === index ? 'often' : 'now')))).toEqual(usual);
    }
  });

  test('a task that is rejected ends the handshake, with the reason', () => {
    for (const [index, name] of kind.tasks.entries()) {
      const reason = new Error('no');
      const session = paced(kind, (i) => (i === index ? { reject: reason } : 'now'));
      session.run();
      expect(session.client.state).toBe('failed');
      const code = name === 'sign' ? 'ERR_TLS_SIGN_FAILED' : 'ERR_TLS_INTERNAL';
      expect(session.client.error).toMatchObject({ code, cause: reason });
      expect(session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'internal_error' });
    }
  });

  test('an error of ours is passed on as it is', () => {
    for (const index of kind.tasks.keys()) {
      const reason = new TlsError('ERR_TLS_CERT_EXPIRED');
      const session = paced(kind, (i) => (i === index ? { reject: reason } : 'now'));
      session.run();
      expect(session.client.error).toBe(reason);
      expect(session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'certificate_expired' });
    }
  });

  test('destroyed while a task is under way: it is aborted, and what it answers is nobody’s', () => {
    for (const index of kind.tasks.keys()) {
      const session = paced(kind, (i) => (i === index ? 'never' : 'now'));
      session.run();
      const task = session.client.task!;
      expect(task).toBe(session.tasks[index]);
      let heard = 0;
      task.addEventListener('abort', () => {
        heard += 1;
      });
      const reason = new Error('gone');
      session.client.destroy(reason);
      expect(task).toMatchObject({ aborted: true });
      expect(heard).toBe(1);
      expect(session.client).toMatchObject({ state: 'failed', task: null });
      session.run();
      const { length } = session.sent;
      session.client.resume(task, task.run(task));
      session.client.reject(task, new Error('late'));
      session.run();
      expect(session.sent).toHaveLength(length);
      expect(session.client.error).toMatchObject({ code: 'ERR_TLS_DESTROYED', cause: reason });
      expect(session.client.takeEvent()).toBeNull();
    }
  });

  test('never answered: bytes are kept up to a bound, and then the host is asked to stop', () => {
    for (const index of kind.tasks.keys()) {
      const session = paced(kind, (i) => (i === index ? 'never' : 'now'));
      session.run();
      expect(session.client.state).toBe('handshaking');
      const wanted = [];
      for (let i = 0; i < 10; i++) {
        wanted.push(session.client.wantsInput);
        session.client.receive(new Uint8Array(16_384));
      }
      expect(wanted).toContain(true);
      expect(wanted.at(-1)).toBe(false);
      expect(session.client.error).toBeNull();
      session.client.destroy();
    }
  });
});

test('an answer for a task of another connection is not for this one', () => {
  const [one, two] = [KINDS[0]!.make(), KINDS[0]!.make()];
  one.pace = () => 'never';
  two.pace = () => 'never';
  one.run();
  two.run();
  const { task } = one.client;
  one.client.resume(two.client.task!, null);
  one.client.reject(two.client.task!, new Error('no'));
  expect(one.client).toMatchObject({ task, error: null, state: 'handshaking' });
});

test('what a wrong answer of a host leads to is an error, not an exception', () => {
  for (const kind of KINDS) {
    for (const index of kind.tasks.keys()) {
      for (const answer of [null, undefined, 7, 'text', {}]) {
        const session = paced(kind, (i) => (i === index ? 'never' : 'now'));
        session.run();
        session.client.resume(session.client.task!, answer);
        const allowed = kind.tasks[index] === 'select-credential' && (answer === null || answer === undefined);
        const believed = kind.tasks[index] === 'verify-peer';
        if (!allowed && !believed) expect(session.client.state, `${kind.tasks[index]} ${answer}`).toBe('failed');
      }
    }
  }
});
