import { describe, expect, test } from 'vitest';
import { concat, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { Event, TraceMessage, TraceRecord } from '../../../src/handshake/events.ts';
import { tracer } from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import type { Peer } from '../../support/peer.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';

const text = fromLatin1('data');

const recordsOf = (events: readonly Event[], from: 'client' | 'server'): TraceRecord[] =>
  events.flatMap((event) => (event.type === 'record' && event.from === from ? [event] : []));
const messagesOf = (events: readonly Event[], from: 'client' | 'server'): TraceMessage[] =>
  events.flatMap((event) => (event.type === 'message' && event.from === from ? [event] : []));

const KINDS: readonly [string, () => Session<Peer>][] = [
  ['TLS 1.3', () => sessionWith(new Peer13({ retry: { group: 23 } }), { tracer })],
  ['TLS 1.2', () => sessionWith(new Peer12({ requestCertificate: true }), { tracer, versions: ['TLSv1.2'] })],
];

describe.each(KINDS)('the trace of %s', (_name, open) => {
  test('has every record of both sides, byte for byte', () => {
    const session = open();
    session.client.send(text);
    session.peer.sendData(text);
    session.client.close();
    session.run();
    for (const [from, bytes] of [
      ['client', session.sent],
      ['server', session.received],
    ] as const) {
      const records = recordsOf(session.events, from);
      expect(toHex(concat(...records.map((record) => record.bytes)))).toBe(toHex(bytes));
      expect(records.every((record) => record.plaintext !== null && record.description !== undefined)).toBe(true);
    }
  });

  test('has every message of both sides, in order', () => {
    const session = open();
    const handshake = (from: 'client' | 'server'): Uint8Array[] =>
      messagesOf(session.events, from).flatMap(({ protocol, bytes }) => (protocol === 'handshake' ? [bytes] : []));
    expect(handshake('client').map(toHex)).toEqual(session.peer.messages.map(toHex));
    expect(handshake('server').at(-1)![0]).toBe(20);
    session.client.send(text);
    session.peer.sendData(text);
    session.peer.alert('warning', 'close_notify');
    session.run();
    const protocols = (from: 'client' | 'server'): string[] =>
      messagesOf(session.events, from).map(({ protocol }) => protocol);
    expect(protocols('server').slice(-2)).toEqual(['application_data', 'alert']);
    expect(protocols('client').at(-1)).toBe('application_data');
    expect(protocols('client')).toContain('change_cipher_spec');
  });

  test('tells what was protected', () => {
    const session = open();
    for (const record of recordsOf(session.events, 'client')) {
      const plain = toHex(record.bytes.subarray(5)) === toHex(record.plaintext!);
      expect(record.protected).toBe(!plain);
    }
  });

  test('has the record that could not be opened, and what we said about it', () => {
    const session = open();
    const bad = new Uint8Array([23, 3, 3, 0, 30, ...Array(30).fill(1)]);
    session.peer.raw(bad);
    session.run();
    expect(recordsOf(session.events, 'server').at(-1)).toMatchObject({ bytes: bad, plaintext: null, protected: true });
    expect(messagesOf(session.events, 'client').at(-1)).toMatchObject({
      protocol: 'alert',
      bytes: new Uint8Array([2, 20]),
    });
  });

  test('changes nothing about the connection', () => {
    const traced = open();
    const plain = _name === 'TLS 1.3' ? new Peer13({ retry: { group: 23 } }) : new Peer12({ requestCertificate: true });
    const quiet = sessionWith(plain, _name === 'TLS 1.3' ? {} : { versions: ['TLSv1.2'] });
    expect(toHex(traced.sent)).toBe(toHex(quiet.sent));
    expect(quiet.events.some((event) => event.type === 'record' || event.type === 'message')).toBe(false);
  });
});
