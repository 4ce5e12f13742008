import { describe, expect, test } from 'vitest';
import { HANDSHAKE_ERRORS } from '../../../src/errors/codes/handshake.ts';
import { PSK_ERRORS } from '../../../src/errors/codes/psk.ts';
import { RECORD_ERRORS } from '../../../src/errors/codes/record.ts';
import { WIRE_ERRORS } from '../../../src/errors/codes/wire.ts';
import { ERRORS, type ErrorCode } from '../../../src/errors/index.ts';
import { HELLOS } from './provocations/hello.ts';
import { KEYS } from './provocations/keys.ts';
import { MESSAGES } from './provocations/messages.ts';
import { RECORDS } from './provocations/records.ts';
import { SERVER_AGAIN } from './provocations/server-again.ts';
import { SERVER_HELLOS } from './provocations/server-hello.ts';
import { SERVER_KEYS } from './provocations/server-keys.ts';
import { SERVER_MESSAGES } from './provocations/server-messages.ts';
import { SERVER_RECORDS } from './provocations/server-records.ts';

const CLIENTS = [...RECORDS, ...HELLOS, ...MESSAGES, ...KEYS];
const SERVERS = [...SERVER_RECORDS, ...SERVER_HELLOS, ...SERVER_MESSAGES, ...SERVER_AGAIN, ...SERVER_KEYS];
const ALL = [...CLIENTS, ...SERVERS];

describe.each(ALL)('$code by $how', ({ code, alert = ERRORS[code].alert, heard = true, run }) => {
  test('ends the connection, tells the peer, and throws nothing', () => {
    const session = run();
    const { engine, peer } = session;
    expect(session.code).toBe(code);
    expect(engine.state).toBe('failed');
    expect(engine.error?.alert).toBe(alert);
    expect(peer.alerts.at(-1)).toEqual(alert === null || !heard ? undefined : { level: 2, name: alert });
    const told = session.events.filter((event) => event.type === 'alert' && event.from === 'us');
    expect(told).toEqual(alert === null ? [] : [{ type: 'alert', from: 'us', level: 'fatal', name: alert }]);
    expect(engine).toMatchObject({ task: null, wantsInput: false, writable: false });
    engine.receive(new Uint8Array([22, 3, 3, 0, 0]));
    engine.receiveEnd();
    engine.close();
    engine.destroy();
    expect(engine.takeOutput()).toBeNull();
    expect(engine.takeEvent()).toBeNull();
    expect(session.code).toBe(code);
  });
});

/** Rows that no code raises so far. */
const NOWHERE: readonly ErrorCode[] = ['ERR_TLS_NO_COMMON_SIGNATURE_SCHEME', 'ERR_TLS_BAD_OCSP_RESPONSE'];

test('every row about wire, records and handshakes is provoked', () => {
  const rows = [WIRE_ERRORS, RECORD_ERRORS, HANDSHAKE_ERRORS, PSK_ERRORS].flatMap((table) => Object.keys(table));
  const here = new Set<string>(ALL.map(({ code }) => code));
  expect(rows.filter((code) => !here.has(code)).sort()).toEqual([...NOWHERE].sort());
});
