import { hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, EMPTY, fromHex, fromLatin1, toHex, Vault } from '../../../src/bytes/index.ts';
import { aes128Gcm, sha256, sha384 } from '../../../src/providers/node.ts';
import {
  deriveSecret,
  EarlyStage,
  expand,
  expandLabel,
  export13,
  extract,
  Transcript,
  ticketSecret,
} from '../../../src/schedule/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';
import { contentOf, NAMES, openFirst, sharedSecret, TRACES, type Trace } from '../../vectors/traces.ts';

describe('HKDF', () => {
  test('RFC 5869, test case 1', () => {
    const prk = extract(sha256, fromHex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b));
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(expand(sha256, prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  test.each([sha256, sha384])('agrees with node:crypto for $name', (hash) => {
    const octets = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(octets, octets, octets, fc.integer({ min: 1, max: 300 }), (salt, secret, info, length) => {
        const theirs = new Uint8Array(hkdfSync(hash.name, secret, salt, info, length));
        expect(toHex(expand(hash, extract(hash, salt, secret), info, length))).toBe(toHex(theirs));
      }),
      { numRuns: 50 },
    );
  });

  test('HKDF-Expand-Label puts length, label and context into the info', () => {
    const secret = new Uint8Array(32).fill(9);
    const info = concat(fromHex('0010 09'), fromLatin1('tls13 key'), fromHex('00'));
    expect(expandLabel(sha256, secret, 'key', EMPTY, 16)).toEqual(expand(sha256, secret, info, 16));
    const context = concat(fromHex('0020 0d'), fromLatin1('tls13 derived'), fromHex('02 aabb'));
    expect(deriveSecret(sha256, secret, 'derived', fromHex('aabb'))).toEqual(expand(sha256, secret, context, 32));
  });
});

describe.each(NAMES)('the key schedule of the trace "%s" of RFC 8448', (name) => {
  const trace = TRACES[name];
  const { secrets, keys, messages } = trace;

  test('every secret, key, IV and Finished', () => {
    if (secrets.shared !== undefined) expect(toHex(sharedSecret(trace))).toBe(secrets.shared);
    const watched = new WatchedVault();
    const transcript = helloTranscript(trace);
    if (secrets.helloHash !== undefined) expect(toHex(transcript.hash())).toBe(secrets.helloHash);
    const stage = new EarlyStage(sha256, null, watched).toHandshake(sharedSecret(trace), transcript.hash());
    expect(watched.kept[0]).toBe(TRACES.simple.secrets.early);
    expect(watched.kept[1]).toBe(secrets.handshake);
    expect(toHex(stage.client.reveal())).toBe(secrets.clientHandshake);
    expect(toHex(stage.server.reveal())).toBe(secrets.serverHandshake);
    expect(keysOf(stage.client)).toEqual(keys.clientHandshake);
    expect(keysOf(stage.server)).toEqual(keys.serverHandshake);

    for (const one of [messages.encryptedExtensions, messages.certificateRequest, messages.certificate]) {
      if (one !== undefined) transcript.add(fromHex(one));
    }
    transcript.add(fromHex(messages.certificateVerify));
    expect(toHex(stage.server.finished(transcript.hash()))).toBe(messages.finished.slice(8));
    transcript.add(fromHex(messages.finished));
    const flight = openFirst(trace.records.serverFlight, keys.serverHandshake);
    expect(toHex(flight)).toBe(Object.values(messages).join(''));

    const master = stage.toMaster(transcript.hash());
    if (secrets.master !== undefined) expect(watched.kept).toContain(secrets.master);
    expect(toHex(master.client.reveal())).toBe(secrets.clientApplication);
    expect(toHex(master.server.reveal())).toBe(secrets.serverApplication);
    expect(toHex(master.exporter.reveal())).toBe(secrets.exporter);
    expect(keysOf(master.client)).toEqual(keys.clientApplication);
    expect(keysOf(master.server)).toEqual(keys.serverApplication);
    // All that the client sends then, in one piece: a hash does not mind.
    transcript.add(openFirst(trace.records.clientFlight, keys.clientHandshake));
    expect(toHex(master.toResumption(transcript.hash()).reveal())).toBe(secrets.resumption);
  });
});

describe('the key schedule', () => {
  test('RFC 8448, section 4: what a pre-shared key leads to', () => {
    const watched = new WatchedVault();
    const early = new EarlyStage(sha256, fromHex(TRACES.simple.secrets.ticket!), watched);
    expect(watched.kept).toEqual(['9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c']);
    const binder = early.binderKey('res').reveal();
    expect(toHex(binder)).toBe('5588673e72cb59c87d220caffe94f2dea9a3b1609f7d50e90a48227db9ed7eaa');
    const helloPart = fromHex('63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14');
    expect(toHex(sha256.hmac(binder, helloPart))).toBe(
      '3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d',
    );
  });

  test('RFC 8448, section 3: the secret of a ticket', () => {
    const { resumption, ticket } = TRACES.simple.secrets;
    expect(toHex(ticketSecret(sha256, fromHex(resumption), fromHex('0000')))).toBe(ticket);
  });

  test('external and resumption binders differ', () => {
    const early = new EarlyStage(sha256, new Uint8Array(32), new Vault());
    expect(early.binderKey('ext').reveal()).not.toEqual(early.binderKey('res').reveal());
  });

  test('each stage wipes what it leaves behind, and the shared secret', () => {
    const shared = new Uint8Array(32).fill(5);
    const vault = new HoldingVault();
    const stage = new EarlyStage(sha256, null, vault).toHandshake(shared, new Uint8Array(32));
    expect([...shared]).toEqual(Array(32).fill(0));
    expect([...vault.given[0]!]).toEqual(Array(32).fill(0));
    const handshakeSecret = vault.given[1]!;
    expect(handshakeSecret.some((byte) => byte !== 0)).toBe(true);
    const master = stage.toMaster(new Uint8Array(32));
    expect([...handshakeSecret]).toEqual(Array(32).fill(0));
    const next = master.client.update(vault);
    expect(master.client.reveal()).toHaveLength(0);
    expect(codeOf(() => master.client.keys(aes128Gcm))).toBe('ERR_TLS_INTERNAL');
    expect(next.reveal()).toHaveLength(32);
    vault.wipe();
    for (const one of vault.given) expect(one.every((byte) => byte === 0)).toBe(true);
  });

  test('a key update derives from the generation before', () => {
    const vault = new Vault();
    const stage = new EarlyStage(sha384, null, vault).toHandshake(null, new Uint8Array(48));
    const before = stage.client.reveal().slice();
    const after = stage.client.update(vault).reveal();
    expect(after).toEqual(expandLabel(sha384, before, 'traffic upd', EMPTY, 48));
  });

  test('exporters: label and context count, and no context is an empty one', () => {
    const secret = fromHex(TRACES.simple.secrets.exporter);
    const inner = deriveSecret(sha256, secret, 'label', sha256.digest(EMPTY));
    const expected = expandLabel(sha256, inner, 'exporter', sha256.digest(fromHex('c0')), 10);
    expect(export13(sha256, secret, 'label', fromHex('c0'), 10)).toEqual(expected);
    expect(export13(sha256, secret, 'label', null, 10)).toEqual(export13(sha256, secret, 'label', EMPTY, 10));
    expect(export13(sha256, secret, 'other', fromHex('c0'), 10)).not.toEqual(expected);
  });
});

/** Notes what it is given. */
class WatchedVault extends Vault {
  readonly kept: string[] = [];

  override keep(bytes: Uint8Array): ReturnType<Vault['keep']> {
    this.kept.push(toHex(bytes));
    return super.keep(bytes);
  }
}

/** Holds on to the very bytes that it is given. */
class HoldingVault extends Vault {
  readonly given: Uint8Array[] = [];

  override keep(bytes: Uint8Array): ReturnType<Vault['keep']> {
    this.given.push(bytes);
    return super.keep(bytes);
  }
}

function keysOf(secret: { keys(aead: typeof aes128Gcm): { key: Uint8Array; iv: Uint8Array } }): string[] {
  const { key, iv } = secret.keys(aes128Gcm);
  return [toHex(key), toHex(iv)];
}

function helloTranscript({ records }: Trace): Transcript {
  const transcript = new Transcript();
  transcript.add(contentOf(records.clientHello));
  if (records.helloRetryRequest !== undefined) {
    transcript.add(contentOf(records.helloRetryRequest));
    transcript.startRetry(sha256);
    transcript.add(contentOf(records.secondClientHello!));
  }
  transcript.add(contentOf(records.serverHello));
  transcript.start(sha256);
  return transcript;
}
