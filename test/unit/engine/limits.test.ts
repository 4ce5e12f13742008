import { describe, expect, test } from 'vitest';
import { concat, EMPTY } from '../../../src/bytes/index.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/handshake/limits.ts';
import { frame } from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { bySize, type Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { type ClientStep13, clientSteps13, PeerClient13 } from '../../support/peer-client13.ts';
import { Peer12, steps12 } from '../../support/peer12.ts';
import { Peer13, steps13 } from '../../support/peer13.ts';
import { serverSession } from '../../support/server.ts';

const data = new Uint8Array(1);

function times(count: number, step: () => void): void {
  for (let i = 0; i < count; i++) step();
}

/** How far a limit goes: `limit` times is fine, once more is not, and again after what ends the row. */
interface Row {
  readonly limit: keyof Limits;
  readonly code: string;
  readonly open: (limits: Partial<Limits>) => Session<Peer>;
  readonly once: (peer: Peer) => void;
  /** Ends the row, where something does. */
  readonly end?: (peer: Peer) => void;
}

const open13 = (limits: Partial<Limits>): Session<Peer13> => sessionWith(new Peer13(), { limits });
const open12 = (limits: Partial<Limits>): Session<Peer12> =>
  sessionWith(new Peer12(), { limits, versions: ['TLSv1.2'], renegotiation: 'ignore' });
const serve13 = (limits: Partial<Limits>): Session<PeerClient13> =>
  serverSession(new PeerClient13({ script: [clientSteps13.finished] }), { limits });
const serve12 = (limits: Partial<Limits>): Session<PeerClient12> =>
  serverSession(new PeerClient12(), { limits, versions: ['TLSv1.2'] });
const sendData = (peer: Peer): void => peer.sendData(data);
const empty = (peer: Peer): void => peer.record(23, EMPTY);

const ROWS: readonly Row[] = [
  { limit: 'emptyRecords', code: 'ERR_TLS_TOO_MANY_EMPTY_RECORDS', open: open13, once: empty, end: sendData },
  { limit: 'emptyRecords', code: 'ERR_TLS_TOO_MANY_EMPTY_RECORDS', open: open12, once: empty, end: sendData },
  {
    limit: 'warningAlerts',
    code: 'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    open: open13,
    once: (peer) => peer.alert('warning', 'user_canceled'),
    end: sendData,
  },
  {
    limit: 'warningAlerts',
    code: 'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    open: open12,
    once: (peer) => peer.alert('warning', 'no_renegotiation'),
    end: sendData,
  },
  {
    limit: 'keyUpdates',
    code: 'ERR_TLS_TOO_MANY_KEY_UPDATES',
    open: open13,
    once: (peer) => (peer as Peer13).updateKeys(),
    end: sendData,
  },
  {
    limit: 'afterHandshake',
    code: 'ERR_TLS_TOO_MANY_MESSAGES',
    open: open13,
    once: (peer) => (peer as Peer13).ticket(),
    end: sendData,
  },
  {
    limit: 'afterHandshake',
    code: 'ERR_TLS_TOO_MANY_MESSAGES',
    open: open12,
    once: (peer) => steps12.helloRequest(peer as Peer12),
    end: sendData,
  },
  { limit: 'emptyRecords', code: 'ERR_TLS_TOO_MANY_EMPTY_RECORDS', open: serve13, once: empty, end: sendData },
  { limit: 'emptyRecords', code: 'ERR_TLS_TOO_MANY_EMPTY_RECORDS', open: serve12, once: empty, end: sendData },
  {
    limit: 'warningAlerts',
    code: 'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    open: serve13,
    once: (peer) => peer.alert('warning', 'user_canceled'),
    end: sendData,
  },
  {
    limit: 'warningAlerts',
    code: 'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    open: serve12,
    once: (peer) => peer.alert('warning', 'no_renegotiation'),
    end: sendData,
  },
  {
    limit: 'keyUpdates',
    code: 'ERR_TLS_TOO_MANY_KEY_UPDATES',
    open: serve13,
    once: (peer) => (peer as PeerClient13).updateKeys(),
    end: sendData,
  },
];

describe.each(ROWS)('limits.$limit ($code)', ({ limit, code, open, once, end }) => {
  test.each([0, 1, DEFAULT_LIMITS[limit], 100])('%i in a row, and not one more', (bound) => {
    const session = open({ [limit]: bound });
    times(bound, () => once(session.peer));
    session.run();
    expect(session.client.error).toBeNull();
    end?.(session.peer);
    times(bound, () => once(session.peer));
    session.run();
    expect(session.client.error).toBeNull();
    once(session.peer);
    session.run();
    expect(session.code).toBe(code);
  });
});

describe('limits.handshakeMessage', () => {
  const sizes: number[] = [];
  const noting = (_type: number, message: Uint8Array): Uint8Array => {
    sizes.push(message.length - 4);
    return message;
  };

  test('the longest message is taken, and one byte less is too little', () => {
    expect(sessionWith(new Peer13({ change: { message: noting } })).client.state).toBe('open');
    const longest = Math.max(...sizes);
    expect(sessionWith(new Peer13(), { limits: { handshakeMessage: longest } }).client.state).toBe('open');
    expect(sessionWith(new Peer13(), { limits: { handshakeMessage: longest - 1 } }).code).toBe(
      'ERR_TLS_MESSAGE_TOO_LONG',
    );
  });

  test('the same on servers', () => {
    const with12 = { versions: ['TLSv1.2'], clientAuth: 'require' } as const;
    for (const [peer, server] of [
      [(change = {}) => new PeerClient13({ credential, change }), { clientAuth: 'require' }],
      [(change = {}) => new PeerClient12({ credential, change }), with12],
    ] as const) {
      sizes.length = 0;
      expect(serverSession<Peer>(peer({ message: noting }), server).engine.state).toBe('open');
      const longest = Math.max(...sizes);
      const limited = (handshakeMessage: number) =>
        serverSession<Peer>(peer(), { ...server, limits: { handshakeMessage } });
      expect(limited(longest).engine.state).toBe('open');
      expect(limited(longest - 1).code).toBe('ERR_TLS_MESSAGE_TOO_LONG');
    }
  });

  test('is judged by the header, before anything is kept for the body', () => {
    for (const cut of [1, 2, 3, 4]) {
      const peer = new Peer13({ script: [steps13.hello, (p) => p.message(new Uint8Array([11, 0xff, 0xff, 0xff]))] });
      peer.cut = bySize(cut);
      expect(sessionWith(peer).code).toBe('ERR_TLS_MESSAGE_TOO_LONG');
    }
  });

  test('a message as long as the default allows comes through in many records', () => {
    const body = new Uint8Array(DEFAULT_LIMITS.handshakeMessage);
    const session = sessionWith(new Peer13({ script: [steps13.hello, (peer) => peer.message(frame(8, body))] }));
    expect(session.client.error?.alert).toBe('decode_error');
  });
});

const credential = credentialOf('ed25519', 'client');

test('limits.chain: as many certificates as it says', () => {
  for (const count of [1, 3, 16, 17]) {
    const many = <T>(list: readonly T[]): T[] => Array.from({ length: count }, () => list[0]!);
    const change = {
      certificate: <T extends { certificate_list: readonly unknown[] }>(value: T): T => ({
        ...value,
        certificate_list: many(value.certificate_list),
      }),
    };
    for (const session of [
      sessionWith(new Peer13({ change })),
      sessionWith(new Peer12({ change }), { versions: ['TLSv1.2'] }),
      serverSession(new PeerClient13({ change, credential }), { clientAuth: 'require' }),
      serverSession(new PeerClient12({ change, credential }), { clientAuth: 'require', versions: ['TLSv1.2'] }),
    ]) {
      expect(session.code).toBe(count > 16 ? 'ERR_TLS_CHAIN_TOO_LONG' : null);
    }
  }
});

describe('limits.buffered', () => {
  const verifier = { verify: () => new Promise<never>(() => {}) };

  test('asks the host to stop while it waits for a task, and then not any more', () => {
    const session = sessionWith(new Peer13(), { verifier, limits: { buffered: 100 } });
    const { client } = session;
    expect(client.task?.kind).toBe('verify-peer');
    expect(client.wantsInput).toBe(true);
    session.peer.sendData(new Uint8Array(100));
    client.receive(session.peer.take());
    expect(client.wantsInput).toBe(false);
    client.resume(client.task!, { error: null, path: null, notAfter: null, unchecked: [] });
    session.run();
    expect(client).toMatchObject({ state: 'open', wantsInput: true });
    expect(session.data).toHaveLength(100);
  });

  test('what was received beyond is kept all the same', () => {
    const session = sessionWith(new Peer13(), { verifier, limits: { buffered: 0 } });
    expect(session.client.wantsInput).toBe(false);
    for (let i = 0; i < 5; i++) session.peer.sendData(new Uint8Array([i]));
    session.client.receive(session.peer.take());
    session.client.resume(session.client.task!, { error: null, path: null, notAfter: null, unchecked: [] });
    session.run();
    expect([...session.data]).toEqual([0, 1, 2, 3, 4]);
  });
});

test('empty records of data between messages are no reason to stop before the limit', () => {
  const session = sessionWith(new Peer13());
  for (let i = 0; i < 40; i++) {
    times(20, () => empty(session.peer));
    session.peer.sendData(new Uint8Array([i]));
  }
  session.run();
  expect(session.data).toEqual(concat(...Array.from({ length: 40 }, (_, i) => new Uint8Array([i]))));
});

test('limits.skippedEarlyData: as many bytes of refused early data as it says, protection aside', () => {
  const junk = new Uint8Array([23, 3, 3, 0, 117, ...new Uint8Array(117)]);
  const extensions = [extension('early_data', true)];
  for (const count of [0, 1, 5, 10, 11]) {
    const early: ClientStep13 = (peer) => times(count, () => peer.raw(junk));
    const peer = new PeerClient13({ extensions, opening: [clientSteps13.hello, early] });
    const session = serverSession(peer, { limits: { skippedEarlyData: 1000 } });
    expect(session.code).toBe(count > 10 ? 'ERR_TLS_TOO_MUCH_EARLY_DATA' : null);
    expect(session.engine.state).toBe(count > 10 ? 'failed' : 'open');
  }
});

test('limits.skippedEarlyData: records with nothing in them count as well', () => {
  const junk = new Uint8Array([23, 3, 3, 0, 17, ...new Uint8Array(17)]);
  const early: ClientStep13 = (peer) => times(1001, () => peer.raw(junk));
  const extensions = [extension('early_data', true)];
  const peer = new PeerClient13({ extensions, opening: [clientSteps13.hello, early] });
  expect(serverSession(peer, { limits: { skippedEarlyData: 1000 } }).code).toBe('ERR_TLS_TOO_MUCH_EARLY_DATA');
});
