import { beforeAll, describe, expect, test } from 'vitest';
import type { SigningKey, Suite12 } from '../../../src/crypto/index.ts';
import type { Awaitable } from '../../../src/flow/index.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import {
  TLS_RSA_WITH_AES_128_CBC_SHA,
  TLS_RSA_WITH_AES_128_GCM_SHA256,
} from '../../../src/providers/node/optin/suites-rsa.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { fields } from '../../support/hello.ts';
import { PacedSession } from '../../support/paced.ts';
import { type ClientOptions12, clientSteps12 as c12, PeerClient12 } from '../../support/peer-client12.ts';
import { countedServer } from '../../support/server.ts';
import { spied } from '../../support/spied.ts';

// Bleichenbacher's attack needs a server that tells apart, in whatever way, a premaster secret that is padded well from
// one that is not (RFC 5246, section 7.4.7.1). So all of the following has to look the same until Finished, and there too.

type Run = NonNullable<SigningKey['rsaDecrypt']>['run'];

const rsa = credentialOf('rsa');
const raw: Run = rsa.key.rsaDecrypt!.run;
const SIZE = rsa.publicKey.bits / 8;
const SEPARATOR = SIZE - 49;
const versions = ['TLSv1.2'] as const;

/** A device that unpads by itself, and says so where it cannot. */
function unpadding(ciphertext: Uint8Array): Uint8Array {
  const block = at(raw, ciphertext);
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < 10) throw new Error('bad padding');
  return block.slice(end + 1);
}

function at(run: Run, ciphertext: Uint8Array): Uint8Array {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  return run(ciphertext, signal) as Uint8Array;
}

const stripped = (block: Uint8Array): Uint8Array => block.slice(block.findIndex((byte) => byte !== 0));

/** Keys that decrypt, each in its own way. */
const KEYS: readonly [string, 'none' | 'pkcs1', (ciphertext: Uint8Array) => Awaitable<Uint8Array>][] = [
  ['that returns the whole block', 'none', (ciphertext) => at(raw, ciphertext)],
  ['that leaves leading zeros out', 'none', (ciphertext) => stripped(at(raw, ciphertext))],
  ['that answers later', 'none', async (ciphertext) => at(raw, ciphertext)],
  ['that unpads', 'pkcs1', unpadding],
  ['that unpads later', 'pkcs1', async (ciphertext) => unpadding(ciphertext)],
];

const set =
  (index: number, byte: number) =>
  (block: Uint8Array): Uint8Array => {
    const changed = block.slice();
    changed[index] = byte;
    return changed;
  };
const fill =
  (byte: number) =>
  (block: Uint8Array): Uint8Array =>
    new Uint8Array(block.length).fill(byte);
const moved =
  (by: number) =>
  (block: Uint8Array): Uint8Array => {
    const changed = block.slice().fill(0xee, 2);
    changed[SEPARATOR + by] = 0;
    changed.set(new Uint8Array([3, 3]).subarray(0, 48 - by), SEPARATOR + 1 + by);
    return changed;
  };
const sent = (encrypted: (ciphertext: Uint8Array) => Uint8Array): ClientOptions12 => ({ encrypted });

/** Every way in which a premaster secret can be wrong. */
const WRONG: readonly [string, ClientOptions12][] = [
  ['a first byte other than 0', { block: set(0, 1) }],
  ['a block for signatures', { block: set(1, 1) }],
  ['a second byte of 0', { block: set(1, 0) }],
  ['a second byte of 3', { block: set(1, 3) }],
  ['a zero at once', { block: set(2, 0) }],
  ['a zero after seven bytes of padding', { block: set(9, 0) }],
  ['a zero after eight bytes of padding', { block: set(10, 0) }],
  ['a zero just before the last', { block: set(SEPARATOR - 1, 0) }],
  ['no zero in its place', { block: set(SEPARATOR, 7) }],
  ['no zero at all', { block: (block) => set(0, 0)(fill(0xee)(block)) }],
  ['47 bytes', { block: moved(1) }],
  ['49 bytes', { block: moved(-1) }],
  ['one byte', { block: moved(47) }],
  ['nothing behind the zero', { block: moved(48) }],
  ['zeros alone', { block: fill(0) }],
  ['version 3.2', { block: set(SEPARATOR + 2, 2) }],
  ['version 3.1', { block: set(SEPARATOR + 2, 1) }],
  ['version 2.3', { block: set(SEPARATOR + 1, 2) }],
  ['version 255.255', { block: (block) => set(SEPARATOR + 1, 255)(set(SEPARATOR + 2, 255)(block)) }],
  ['another premaster secret, all well', { block: set(SIZE - 1, 0) }],
  ['a ciphertext of zeros', sent(fill(0))],
  ['a ciphertext above the modulus', sent(fill(0xff))],
  ['a ciphertext one byte short', sent((bytes) => bytes.slice(1))],
  ['a ciphertext one byte long', sent((bytes) => Uint8Array.from([0, ...bytes]))],
  ['no ciphertext', sent(() => new Uint8Array(0))],
];

/** A handshake, and all that can be seen of how it was done. */
interface Seen {
  readonly session: PacedSession<PeerClient12>;
  readonly log: readonly string[];
  /** How many calls had been made, and what the server said, before Finished came. */
  readonly before: { readonly calls: number; readonly state: string; readonly sent: number };
}

async function handshake(
  key: SigningKey['rsaDecrypt'],
  client: ClientOptions12,
  suite: Suite12 = TLS_RSA_WITH_AES_128_GCM_SHA256,
): Promise<Seen> {
  const log: string[] = [];
  const credential: Credential = { ...rsa, key: { schemes: rsa.key.schemes, sign: rsa.key.sign, rsaDecrypt: key! } };
  const watched = spied(suite, 'suite', log);
  const provider = spied(countedProvider('server'), 'provider', log);
  const engine = countedServer({ provider, versions, suites: [watched], credentials: { select: () => credential } });
  let before: Seen['before'] = { calls: 0, state: '', sent: 0 };
  const look = (): void => {
    before = { calls: log.length, state: engine.state, sent: session.sent.length };
  };
  const message: string[] = [];
  const encrypted = (bytes: Uint8Array): Uint8Array => {
    const changed = client.encrypted?.(bytes) ?? bytes;
    message.push(`(${changed.length + 6} bytes)`);
    return changed;
  };
  const peer = new PeerClient12({ suite, script: [c12.exchange], ...client, encrypted });
  const session = new PacedSession(engine, peer);
  await settled(session);
  look();
  peer.run([c12.changeCipherSpec, c12.finished]);
  await settled(session);
  // How long its own message is, a client knows.
  return { session, log: log.map((line) => line.replace(message[0]!, '(ClientKeyExchange)')), before };
}

/** Runs, and waits for a key that answers later. */
async function settled(session: PacedSession<PeerClient12>): Promise<void> {
  session.pace = (task) => (task.kind === 'rsa-decrypt' ? 'never' : 'now');
  session.run();
  const { task } = session.engine;
  if (task?.kind !== 'rsa-decrypt') return;
  try {
    const answer = await task.run(task);
    session.engine.resume(task, answer);
  } catch (reason) {
    session.engine.reject(task, reason);
  }
  session.run();
}

function expectAlike(one: Seen, other: Seen): void {
  expect(one.log).toEqual(other.log);
  expect(one.before).toEqual(other.before);
  expect(one.session.tasks.map(({ kind }) => kind)).toEqual(other.session.tasks.map(({ kind }) => kind));
  expect(one.session.code).toBe(other.session.code);
  expect(one.session.engine.error?.message).toBe(other.session.engine.error?.message);
  expect(one.session.peer.alerts).toEqual(other.session.peer.alerts);
  expect(one.session.sent.length).toBe(other.session.sent.length);
}

describe.each(KEYS)('static RSA with a key %s', (_name, padding, run) => {
  const key = { padding, run } as const;
  let plain: Seen;

  beforeAll(async () => {
    plain = await handshake(key, { block: set(SIZE - 1, 0) });
  });

  test('opens where all is well', async () => {
    const { session } = await handshake(key, {});
    expect(session.engine.error).toBeNull();
    expect(session.engine.state).toBe('open');
    expect(session.peer.done).toBe(true);
    const cbc = await handshake(key, {}, TLS_RSA_WITH_AES_128_CBC_SHA);
    expect(cbc.session.engine.state).toBe('open');
  });

  test('a wrong secret ends at Finished, as a record that cannot be opened', () => {
    expect(plain.before.state).toBe('handshaking');
    expect(plain.session.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    expect(plain.session.peer.alerts).toEqual([{ level: 2, name: 'bad_record_mac' }]);
    expect(plain.log.length).toBeGreaterThan(plain.before.calls);
  });

  test.each(WRONG)('%s looks like any other wrong secret', async (_how, client) => {
    expectAlike(await handshake(key, client), plain);
  });

  test('and so does the version of the hello, which counts, in place of the one agreed on', async () => {
    const change = { hello: fields({ legacy_version: 0x0304 }) };
    const wrong = await handshake(key, { change });
    expectAlike(wrong, plain);
    const right = await handshake(key, { change, block: set(SEPARATOR + 2, 4) });
    expect(right.session.code).toBe('ERR_TLS_BAD_RECORD_MAC');
  });
});

describe.each(['none', 'pkcs1'] as const)('static RSA with a key of padding %s that is at fault itself', (padding) => {
  const fails = (run: () => unknown) => handshake({ padding, run: run as Run }, {});
  const FAULTS: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['answers null', () => null],
    ['answers undefined', () => undefined],
    ['answers text', () => 'premaster'],
    ['answers a number', () => 7],
    ['answers an array', () => [1, 2, 3]],
    ['answers nothing', () => new Uint8Array(0)],
    ['answers one byte', () => new Uint8Array(1)],
    ['answers 47 bytes', () => new Uint8Array(47).fill(3)],
    ['answers 49 bytes', () => new Uint8Array(49).fill(3)],
    ['answers more than a block', () => new Uint8Array(SIZE + 1).fill(3)],
    ['answers what nobody sent', () => new Uint8Array(48).fill(3)],
  ];

  test.each(FAULTS)('%s', async (_how, run) => {
    const usual = await handshake({ padding, run: raw }, { block: set(SIZE - 1, 0) });
    expectAlike(await fails(run), usual);
  });
});
