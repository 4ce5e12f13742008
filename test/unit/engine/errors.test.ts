import { describe, expect, test } from 'vitest';
import { HANDSHAKE_ERRORS } from '../../../src/errors/codes/handshake.ts';
import { RECORD_ERRORS } from '../../../src/errors/codes/record.ts';
import { WIRE_ERRORS } from '../../../src/errors/codes/wire.ts';
import { ERRORS, type ErrorCode } from '../../../src/errors/index.ts';
import { HELLOS } from './provocations/hello.ts';
import { KEYS } from './provocations/keys.ts';
import { MESSAGES } from './provocations/messages.ts';
import { RECORDS } from './provocations/records.ts';

const ALL = [...RECORDS, ...HELLOS, ...MESSAGES, ...KEYS];

describe.each(ALL)('$code by $how', ({ code, alert = ERRORS[code].alert, run }) => {
  test('ends the connection, tells the peer, and throws nothing', () => {
    const session = run();
    const { client, peer } = session;
    expect(session.code).toBe(code);
    expect(client.state).toBe('failed');
    expect(client.error?.alert).toBe(alert);
    expect(peer.alerts.at(-1)).toEqual(alert === null ? undefined : { level: 2, name: alert });
    const told = session.events.filter((event) => event.type === 'alert' && event.from === 'us');
    expect(told).toEqual(alert === null ? [] : [{ type: 'alert', from: 'us', level: 'fatal', name: alert }]);
    expect(client).toMatchObject({ task: null, wantsInput: false, writable: false });
    client.receive(new Uint8Array([22, 3, 3, 0, 0]));
    client.receiveEnd();
    client.close();
    client.destroy();
    expect(client.takeOutput()).toBeNull();
    expect(client.takeEvent()).toBeNull();
    expect(session.code).toBe(code);
  });
});

/** Rows that a server alone meets, or a client only by what is checked elsewhere: with the server, with its verifier. */
const ELSEWHERE: readonly ErrorCode[] = [
  'ERR_TLS_FALLBACK',
  'ERR_TLS_NO_COMMON_CIPHER',
  'ERR_TLS_NO_COMMON_GROUP',
  'ERR_TLS_NO_COMMON_SIGNATURE_SCHEME',
  'ERR_TLS_NO_CREDENTIAL',
  'ERR_TLS_ALPN',
  'ERR_TLS_UNRECOGNIZED_NAME',
  'ERR_TLS_NO_PEER_CERTIFICATE',
  'ERR_TLS_BAD_OCSP_RESPONSE',
  'ERR_TLS_STAPLE_FAILED',
  'ERR_TLS_CERTIFICATE_CHANGED',
  'ERR_TLS_BAD_BINDER',
  'ERR_TLS_PSK_FAILED',
  'ERR_TLS_UNKNOWN_PSK_IDENTITY',
];

test('every row about wire, records and handshakes is provoked, here or where the list says', () => {
  const rows = [WIRE_ERRORS, RECORD_ERRORS, HANDSHAKE_ERRORS].flatMap((table) => Object.keys(table));
  const here = new Set<string>(ALL.map(({ code }) => code));
  expect(rows.filter((code) => !here.has(code)).sort()).toEqual([...ELSEWHERE].sort());
});
