import { describe, expect, test } from 'vitest';
import { concat, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { Suite13 } from '../../../src/crypto/index.ts';
import type { Session as Resumable } from '../../../src/handshake/session.ts';
import { aes128Gcm, TLS_AES_128_GCM_SHA256 } from '../../../src/providers/node.ts';
import { export13, ticketSecret } from '../../../src/schedule/index.ts';
import {
  decode,
  HandshakeType,
  KeyUpdate,
  NEW_SESSION_TICKET_EXTENSIONS,
  writeExtension,
} from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import { countedRandom } from '../../support/deterministic.ts';
import { bySize } from '../../support/peer.ts';
import { Peer13 } from '../../support/peer13.ts';

const text = (name: string): Uint8Array => fromLatin1(`data ${name}`);

function opened(): Session<Peer13> {
  return sessionWith(new Peer13());
}

/** What the client's KeyUpdates asked for. */
function updatesOf({ peer }: Session<Peer13>): number[] {
  const updates = peer.messages.filter((message) => message[0] === HandshakeType.key_update);
  return updates.map((message) => decode(KeyUpdate, message.subarray(4)).request_update);
}

function expectData(session: Session<Peer13>, name: string): void {
  const { length } = session.data;
  const before = session.peer.data.length;
  session.peer.sendData(text(name));
  session.client.send(text(name));
  session.run();
  expect(session.client.error).toBeNull();
  expect(session.data.subarray(length)).toEqual(text(name));
  expect(session.peer.data.subarray(before)).toEqual(text(name));
}

describe('KeyUpdate', () => {
  test('of the peer changes its key alone', () => {
    const session = opened();
    session.peer.updateKeys(0);
    expectData(session, 'after');
    expect(updatesOf(session)).toEqual([]);
  });

  test('with a request is answered before the next data, once for all that were asked', () => {
    const session = opened();
    for (let i = 0; i < 3; i++) session.peer.updateKeys(1);
    session.run();
    expect(updatesOf(session)).toEqual([]);
    expectData(session, 'after');
    expect(updatesOf(session)).toEqual([0]);
  });

  test('of ours changes our key, and asks for the same where wanted', () => {
    const session = opened();
    session.client.updateKeys();
    session.client.updateKeys(true);
    session.run();
    expect(updatesOf(session)).toEqual([0, 1]);
    expectData(session, 'before the answer');
    session.peer.updateKeys(0);
    expectData(session, 'after the answer');
  });

  test('crossing requests', () => {
    const session = opened();
    session.client.updateKeys(true);
    session.peer.updateKeys(1);
    session.run();
    session.peer.updateKeys(0);
    session.run();
    expectData(session, 'after');
    expect(updatesOf(session)).toEqual([1, 0]);
  });

  test('many, with data between them', () => {
    const session = opened();
    for (let i = 0; i < 100; i++) {
      session.peer.updateKeys(i % 2);
      session.client.updateKeys(i % 3 === 0);
      expectData(session, `${i}`);
    }
    // Our next one answers a request that is still owed; 16 times it asks itself, and an answer never does.
    expect(updatesOf(session)).toHaveLength(100 + 16);
  });

  test('32 in a row are none too many, and data begins the count anew', () => {
    const session = opened();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 32; i++) session.peer.updateKeys(1);
      expectData(session, `${round}`);
    }
    expect(updatesOf(session)).toHaveLength(2);
  });

  test('cut at each byte, of which none may come under the next key', () => {
    for (const position of [1, 2, 3, 4]) {
      const session = opened();
      session.peer.cut = (bytes) => [bytes.subarray(0, position), bytes.subarray(position)];
      session.peer.updateKeys(1);
      session.run();
      expectData(session, 'after');
    }
  });

  test('wipes the key before', () => {
    const session = opened();
    const { traffic } = (
      session.client as unknown as { after: { traffic: { current: Record<string, { reveal(): Uint8Array }> } } }
    ).after;
    const [read, write] = [traffic.current.read!, traffic.current.write!];
    const bytes = [read.reveal(), write.reveal()];
    session.peer.updateKeys(1);
    session.run();
    expectData(session, 'after');
    expect([read.reveal(), write.reveal()].map((one) => one.length)).toEqual([0, 0]);
    expect(concat(...bytes).every((byte) => byte === 0)).toBe(true);
  });
});

describe('the limit of a TLS 1.3 key', () => {
  const limited = (recordLimit: number): { readonly suites: readonly Suite13[] } => ({
    suites: [{ ...TLS_AES_128_GCM_SHA256, aead: { ...aes128Gcm, recordLimit } }],
  });

  test('a key is changed before it is used up', () => {
    const session = sessionWith(new Peer13(), { ...limited(1034), versions: ['TLSv1.3'] });
    for (let i = 0; i < 40; i++) expectData(session, `${i}`);
    expect(updatesOf(session).length).toBeGreaterThanOrEqual(3);
    expect(updatesOf(session).every((request) => request === 0)).toBe(true);
  });

  test('even within one send of many records', () => {
    const session = sessionWith(
      new Peer13({ extensions: [{ extension_type: 28, extension_data: new Uint8Array([0, 64]) }] }),
      { ...limited(1600), versions: ['TLSv1.3'], recordSizeLimit: 64 },
    );
    const bytes = countedRandom('much')(63 * 5000);
    session.client.send(bytes);
    session.run();
    expect(session.client.error).toBeNull();
    expect(toHex(session.peer.data)).toBe(toHex(bytes));
    expect(updatesOf(session).length).toBeGreaterThanOrEqual(4);
  });
});

describe('NewSessionTicket', () => {
  const sessionsOf = (session: Session<Peer13>): Resumable[] =>
    session.events.flatMap((event) => (event.type === 'session' ? [event.session] : []));

  test('makes a session, with a secret for each nonce', () => {
    const session = sessionWith(new Peer13({ protocol: fromLatin1('mqtt') }), { alpn: ['mqtt'] });
    const early = writeExtension(NEW_SESSION_TICKET_EXTENSIONS, 'early_data', 4096);
    session.peer.ticket({ ticket_nonce: new Uint8Array([0]), extensions: [early] });
    session.peer.ticket({ ticket_nonce: new Uint8Array([1]), ticket_lifetime: 604_800 });
    session.run();
    const [first, second] = sessionsOf(session);
    expect(first).toMatchObject({
      version: 'TLSv1.3',
      suite: 0x1301,
      lifetime: 7200,
      ageAdd: 5,
      maxEarlyData: 4096,
      receivedAt: 1_700_000_000_000,
      serverName: 'localhost',
      alpn: 'mqtt',
      chain: session.peer.credential.chain,
    });
    expect(second).toMatchObject({ lifetime: 604_800, maxEarlyData: 0 });
    const { peer } = session;
    const resumption = peer.master!.toResumption(peer.transcript.hash()).reveal();
    expect(first!.secret).toEqual(ticketSecret(peer.suite.hash, resumption, new Uint8Array([0])));
    expect(second!.secret).toEqual(ticketSecret(peer.suite.hash, resumption, new Uint8Array([1])));
  });

  test('that lives no second makes none', () => {
    const session = opened();
    session.peer.ticket({ ticket_lifetime: 0 });
    session.run();
    expect(sessionsOf(session)).toEqual([]);
    expect(session.client.error).toBeNull();
  });

  test('with extensions that nobody knows is as good', () => {
    const session = opened();
    session.peer.ticket({ extensions: [{ extension_type: 0x3a3a, extension_data: new Uint8Array(3) }] });
    session.run();
    expect(sessionsOf(session)).toHaveLength(1);
  });

  test('32 in a row are none too many, cut anywhere, and data begins the count anew', () => {
    const session = opened();
    session.peer.cut = bySize(7);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 32; i++) session.peer.ticket();
      expectData(session, `${round}`);
    }
    expect(sessionsOf(session)).toHaveLength(64);
  });
});

test('both ends export the same keys, for each label and context others', () => {
  const session = opened();
  const { hash } = session.peer.suite;
  const exporter = session.peer.master!.exporter.reveal();
  const seen = new Set<string>();
  for (const context of [null, new Uint8Array([1])]) {
    for (const label of ['EXPORTER-a', 'EXPORTER-b']) {
      const keys = session.client.exportKeys(label, context, 40);
      expect(keys).toEqual(export13(hash, exporter, label, context, 40));
      seen.add(toHex(keys));
    }
  }
  expect(seen.size).toBe(4);
});
