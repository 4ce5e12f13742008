import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../../src/bytes/index.ts';
import { decodeState, encodeState, type SessionState } from '../../../../src/handshake/server/state.ts';
import { codeOf } from '../../../support/errors.ts';

const latin1 = (minLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 255 }), { minLength, maxLength: 255 })
    .map((codes) => String.fromCharCode(...codes));
const uint = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const time = fc.maxSafeNat();

const state: fc.Arbitrary<SessionState> = fc.record({
  version: uint(0xffff),
  suite: uint(0xffff),
  secret: bytes(1, 255),
  createdAt: time,
  issuedAt: time,
  ageAdd: uint(0xffffffff),
  extendedMasterSecret: fc.boolean(),
  serverName: fc.option(latin1(0)),
  alpn: fc.option(latin1(0)),
  context: bytes(0, 32),
  chain: fc.array(bytes(1, 300), { maxLength: 4 }),
  verified: fc.boolean(),
  notAfter: fc.option(time),
  peerScheme: uint(0xffff),
  group: uint(0xffff),
  maxEarlyData: uint(0xffffffff),
});

const usual: SessionState = {
  version: 0x0304,
  suite: 0x1301,
  secret: new Uint8Array(32).fill(1),
  createdAt: 1_700_000_000_000,
  issuedAt: 1_700_000_000_001,
  ageAdd: 7,
  extendedMasterSecret: true,
  serverName: 'a.example',
  alpn: null,
  context: new Uint8Array(3),
  chain: [new Uint8Array(40).fill(0x30), new Uint8Array(30).fill(0x31)],
  verified: true,
  notAfter: 1_800_000_000,
  peerScheme: 0x0403,
  group: 29,
  maxEarlyData: 0,
};

/** The byte of flags, some of which mean nothing. */
const FLAGS = encodeState(usual).findIndex((byte, at) => byte !== encodeState({ ...usual, verified: false })[at]);

describe('the state of a session', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(state, (one) => {
        expect(decodeState(encodeState(one))).toEqual(one);
      }),
    );
  });

  test('cut short at each byte it is nobody’s', () => {
    const whole = encodeState(usual);
    for (let size = 0; size < whole.length; size++) expect(decodeState(whole.subarray(0, size))).toBeNull();
  });

  test('with something behind it is nobody’s', () => {
    expect(decodeState(concat(encodeState(usual), new Uint8Array(1)))).toBeNull();
  });

  test('of another format it is nobody’s', () => {
    for (const format of [0, 1, 3, 255]) {
      const other = encodeState(usual);
      other[0] = format;
      expect(decodeState(other)).toBeNull();
    }
  });

  test('changed at each byte it is another one or none, and never an exception', () => {
    const whole = encodeState(usual);
    for (let at = 0; at < whole.length; at++) {
      for (const mask of [1, 0x80, 0xff]) {
        const changed = whole.slice();
        changed[at]! ^= mask;
        const read = decodeState(changed);
        if (read !== null && at !== FLAGS) expect(read, `byte ${at}`).not.toEqual(usual);
      }
    }
  });

  test('rubbish is nobody’s', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (rubbish) => {
        const read = decodeState(rubbish);
        if (read !== null) expect(rubbish[0]).toBe(encodeState(usual)[0]);
      }),
    );
    for (const other of [null, undefined, 7, 'text', {}]) expect(decodeState(other as never)).toBeNull();
  });

  test('times beyond what a number holds are cut to it', () => {
    expect(decodeState(encodeState({ ...usual, createdAt: -5, notAfter: -1 }))).toMatchObject({
      createdAt: 0,
      notAfter: 0,
    });
    expect(decodeState(encodeState({ ...usual, createdAt: 1.9 }))?.createdAt).toBe(1);
  });

  test('what does not fit is an error of ours', () => {
    const long = 'a'.repeat(256);
    expect(codeOf(() => encodeState({ ...usual, serverName: long }))).toBe('ERR_TLS_ENCODE');
    expect(codeOf(() => encodeState({ ...usual, secret: new Uint8Array(256) }))).toBe('ERR_TLS_ENCODE');
  });
});
