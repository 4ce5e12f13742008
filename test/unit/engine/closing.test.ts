import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import { countedClient, Session, sessionWith } from '../../support/client.ts';
import { codeOf } from '../../support/errors.ts';
import type { Peer } from '../../support/peer.ts';
import { Peer12, steps12 } from '../../support/peer12.ts';
import { Peer13, politeScript } from '../../support/peer13.ts';

const text = fromLatin1('0123456789');
const CLOSE = { level: 1, name: 'close_notify' };

function ends(session: Session<Peer>): unknown[] {
  session.output();
  return session.events.filter((event) => event.type === 'end');
}

const KINDS: readonly [string, () => Session<Peer13> | Session<Peer12>][] = [
  ['TLS 1.3', () => sessionWith(new Peer13())],
  ['TLS 1.2', () => sessionWith(new Peer12(), { versions: ['TLSv1.2'] })],
];

describe.each(KINDS)('closing in %s', (_name, open) => {
  test('we close first: data still comes, and then the other end', () => {
    const session = open();
    session.client.close();
    session.run();
    expect(session.client).toMatchObject({ state: 'closing', writable: false, wantsInput: true, error: null });
    expect(session.peer.alerts).toEqual([CLOSE]);
    session.peer.sendData(text);
    session.run();
    expect(session.data).toEqual(text);
    session.peer.alert('warning', 'close_notify');
    session.run();
    expect(session.client).toMatchObject({ state: 'closed', wantsInput: false, error: null });
    expect(ends(session)).toEqual([{ type: 'end', truncated: false }]);
  });

  test('the peer closes first: we may still send', () => {
    const session = open();
    session.peer.alert('warning', 'close_notify');
    session.run();
    expect(session.client).toMatchObject({ state: 'closing', writable: true, wantsInput: false });
    expect(ends(session)).toEqual([{ type: 'end', truncated: false }]);
    session.client.send(text);
    session.client.close();
    session.run();
    expect(session.peer.data).toEqual(text);
    expect(session.peer.alerts).toEqual([CLOSE]);
    expect(session.client.state).toBe('closed');
  });

  test('what follows close_notify is not looked at', () => {
    const session = open();
    session.peer.sendData(text);
    session.peer.alert('warning', 'close_notify');
    session.peer.sendData(text);
    session.peer.raw(new Uint8Array([1, 2, 3]));
    session.run();
    session.client.receiveEnd();
    expect(session.data).toEqual(text);
    expect(session.client.error).toBeNull();
    expect(ends(session)).toEqual([{ type: 'end', truncated: false }]);
  });

  test('an end without close_notify is told as one', () => {
    const session = open();
    session.peer.sendData(text);
    session.run();
    session.client.receiveEnd();
    session.client.receiveEnd();
    expect(session.data).toEqual(text);
    expect(ends(session)).toEqual([{ type: 'end', truncated: true }]);
    expect(session.client).toMatchObject({ state: 'closing', writable: true, wantsInput: false, error: null });
    session.client.close();
    expect(session.client.state).toBe('closed');
  });

  test('an end within a record is truncation too', () => {
    const session = open();
    session.peer.sendData(text);
    session.client.receive(session.peer.take().slice(0, -1));
    session.client.receiveEnd();
    expect(session.data).toHaveLength(0);
    expect(ends(session)).toEqual([{ type: 'end', truncated: true }]);
  });

  test('nothing follows our close_notify, whatever is asked of us', () => {
    const session = open();
    session.client.close();
    session.client.close();
    session.run();
    const { length } = session.sent;
    expect(codeOf(() => session.client.send(text))).toBe('ERR_TLS_STATE');
    expect(codeOf(() => session.client.updateKeys())).toBe('ERR_TLS_STATE');
    expect(codeOf(() => session.client.renegotiate())).toBe('ERR_TLS_STATE');
    if (session.peer instanceof Peer13) session.peer.updateKeys(1);
    else steps12.helloRequest(session.peer);
    session.peer.sendData(text);
    session.run();
    expect(session.data).toEqual(text);
    session.peer.raw(new Uint8Array([23, 3, 3, 0, 20, ...Array(20).fill(0)]));
    session.run();
    expect(session.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    expect(session.sent).toHaveLength(length);
    expect(session.peer.alerts).toEqual([CLOSE]);
  });

  test('destroy ends an open connection without a word', () => {
    const session = open();
    session.client.destroy(new Error('enough'));
    expect(session.client).toMatchObject({ state: 'closed', error: null, writable: false, wantsInput: false });
    expect(session.output()).toHaveLength(0);
    session.peer.sendData(text);
    session.run();
    expect(session.data).toHaveLength(0);
  });

  test('keys are exported as long as there are any', () => {
    const session = open();
    const keys = session.client.exportKeys('EXPORTER-test', null, 20);
    expect(keys).toHaveLength(20);
    session.client.close();
    expect(session.client.exportKeys('EXPORTER-test', null, 20)).toEqual(keys);
    session.peer.alert('warning', 'close_notify');
    session.run();
    expect(session.client.state).toBe('closed');
    expect(codeOf(() => session.client.exportKeys('EXPORTER-test', null, 20))).toBe('ERR_TLS_STATE');
    const failed = open();
    failed.peer.alert('fatal', 'internal_error');
    failed.run();
    expect(codeOf(() => failed.client.exportKeys('EXPORTER-test', null, 20))).toBe('ERR_TLS_STATE');
  });
});

describe.each(['close', 'destroy'] as const)('%s in the handshake', (how) => {
  test('tells the peer and the application', () => {
    for (const count of [0, 1, 2, 3, 4]) {
      const session = new Session(countedClient(), new Peer13({ script: politeScript({}).slice(0, count) }));
      session.run();
      session.client[how]();
      session.run();
      expect(session.code).toBe('ERR_TLS_DESTROYED');
      expect(session.client.state).toBe('failed');
      expect(session.peer.alerts).toEqual([{ level: 2, name: 'user_canceled' }]);
      expect(codeOf(() => session.client.send(text))).toBe('ERR_TLS_STATE');
      expect(codeOf(() => session.client.exportKeys('x', null, 1))).toBe('ERR_TLS_STATE');
    }
  });
});

test('destroy may say why', () => {
  const session = new Session(countedClient(), new Peer13({ script: [] })).run();
  const reason = new Error('the user went away');
  session.client.destroy(reason);
  expect(session.client.error).toMatchObject({ code: 'ERR_TLS_DESTROYED', cause: reason });
});

describe('the end of the transport while a task is under way', () => {
  const verifier = { verify: () => new Promise<never>(() => {}) };
  const verdict = { error: null, path: null, notAfter: null, unchecked: [] };

  test('waits for what came before it: an alert tells more than the end', () => {
    const script = [...politeScript({}).slice(0, 3), (peer: Peer13) => peer.alert('fatal', 'access_denied')];
    const session = sessionWith(new Peer13({ script }), { verifier });
    session.client.receiveEnd();
    expect(session.client).toMatchObject({ state: 'handshaking', wantsInput: false });
    session.client.resume(session.client.task!, verdict);
    expect(session.client.error).toMatchObject({ code: 'ERR_TLS_ALERT_RECEIVED', received: 'access_denied' });
  });

  test('counts at once where nothing came before it', () => {
    const session = sessionWith(new Peer13({ script: politeScript({}).slice(0, 3) }), { verifier });
    const task = session.client.task!;
    expect(task.kind).toBe('verify-peer');
    session.client.receiveEnd();
    expect(session.code).toBe('ERR_TLS_TRUNCATED');
    expect(task.aborted).toBe(true);
  });

  test('does not keep a handshake from ending well', () => {
    const session = sessionWith(new Peer13(), { verifier });
    const task = session.client.task!;
    session.peer.sendData(text);
    session.run();
    session.client.receiveEnd();
    expect(session.client.state).toBe('handshaking');
    session.client.resume(task, verdict);
    session.run();
    expect(session.peer.done).toBe(true);
    expect(session.data).toEqual(text);
    expect(session.client.state).toBe('closing');
    expect(session.events.map((event) => event.type)).toEqual(['secure', 'data', 'end']);
  });
});
