import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import type { ClientOptions } from '../../../src/config/client.ts';
import { HandshakeType } from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { codeOf } from '../../support/errors.ts';
import { Peer12, steps12 } from '../../support/peer12.ts';

const WARNING = { level: 1, name: 'no_renegotiation' };
const text = fromLatin1('data');

function opened(options: Partial<ClientOptions> = {}, peer: Peer12 = new Peer12()): Session<Peer12> {
  return sessionWith(peer, { versions: ['TLSv1.2'], ...options });
}

function ask(session: Session<Peer12>): void {
  steps12.helloRequest(session.peer);
  session.run();
}

function expectData(session: Session<Peer12>): void {
  const had = { client: session.data.length, peer: session.peer.data.length };
  session.peer.sendData(text);
  session.client.send(text);
  session.run();
  expect(session.client.error).toBeNull();
  expect(session.data.length - had.client).toBe(text.length);
  expect(session.peer.data.length - had.peer).toBe(text.length);
}

describe('HelloRequest', () => {
  test('warn, the default: a no_renegotiation warning for each', () => {
    const session = opened();
    ask(session);
    ask(session);
    expect(session.peer.alerts).toEqual([WARNING, WARNING]);
    expectData(session);
  });

  test('ignore: not a word', () => {
    const session = opened({ renegotiation: 'ignore' });
    ask(session);
    expect(session.peer.alerts).toEqual([]);
    expectData(session);
  });

  test('never: the end', () => {
    const session = opened({ renegotiation: 'never' });
    ask(session);
    expect(session.code).toBe('ERR_TLS_RENEGOTIATION_REFUSED');
    expect(session.peer.alerts).toEqual([{ level: 2, name: 'no_renegotiation' }]);
  });

  test('once: one more handshake, and then the end', () => {
    const session = opened({ renegotiation: 'once' });
    ask(session);
    expect(session.peer).toMatchObject({ handshakes: 2, done: true });
    expectData(session);
    ask(session);
    expect(session.code).toBe('ERR_TLS_RENEGOTIATION_REFUSED');
  });

  test('freely: one more handshake each time', () => {
    const session = opened({ renegotiation: 'freely' });
    for (let i = 2; i < 6; i++) {
      ask(session);
      expect(session.peer).toMatchObject({ handshakes: i, done: true });
      expectData(session);
    }
    expect(session.events.filter((event) => event.type === 'secure')).toHaveLength(5);
  });

  test('32 in a row are none too many, and data begins the count anew', () => {
    const session = opened({ renegotiation: 'ignore' });
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 32; i++) ask(session);
      expectData(session);
    }
  });
});

describe('a renegotiation that the client begins', () => {
  test('changes the keys, and may show a certificate', () => {
    const mine = credentialOf('ed25519', 'client');
    const peer = new Peer12({ requestCertificate: true });
    const session = opened({ credentials: { select: () => mine } }, peer);
    session.client.renegotiate();
    session.run();
    expect(peer).toMatchObject({ handshakes: 2, done: true });
    expect(peer.types.filter((type) => type === HandshakeType.certificate_verify)).toHaveLength(2);
    expectData(session);
  });

  test('is bound to the handshake before (RFC 5746)', () => {
    const forgetful = new Peer12({
      script: [
        (peer) => {
          peer.verifyData = { client: new Uint8Array(12), server: new Uint8Array(12) };
          if (peer.handshakes === 0) peer.verifyData = { client: new Uint8Array(0), server: new Uint8Array(0) };
        },
        steps12.hello,
        steps12.certificate,
        steps12.exchange,
        steps12.done,
      ],
    });
    const session = opened({}, forgetful);
    expect(session.client.state).toBe('open');
    session.client.renegotiate();
    session.run();
    expect(session.code).toBe('ERR_TLS_BAD_RENEGOTIATION_INFO');
  });

  test('waits for its turn, and passes data meanwhile', () => {
    const session = opened();
    session.client.renegotiate();
    expect(codeOf(() => session.client.renegotiate())).toBe('ERR_TLS_STATE');
    session.peer.sendData(text);
    session.run();
    expect(session.data).toEqual(text);
    expect(session.peer.handshakes).toBe(2);
  });

  test('ignores a HelloRequest that crossed it', () => {
    const session = opened({ renegotiation: 'never' });
    session.client.renegotiate();
    steps12.helloRequest(session.peer);
    session.client.receive(session.peer.take());
    session.run();
    expect(session.client.error).toBeNull();
    expect(session.peer.handshakes).toBe(2);
  });

  test('without RFC 5746 goes on only where that is wanted in so many words', () => {
    const bare = () =>
      new Peer12({ extendedMasterSecret: false, change: { hello: (value) => ({ ...value, extensions: null }) } });
    const session = opened({ renegotiation: 'freely', unsafeRenegotiation: true }, bare());
    expect(session.client.facts.secureRenegotiation).toBe(false);
    ask(session);
    expect(session.peer.handshakes).toBe(2);
    expectData(session);
    expect(opened({ requireSecureRenegotiation: true }, bare()).code).toBe('ERR_TLS_NO_SECURE_RENEGOTIATION');
  });

  test('is impossible in TLS 1.2 without RFC 5746, and key updates always are', () => {
    const bare = new Peer12({
      extendedMasterSecret: false,
      change: { hello: (value) => ({ ...value, extensions: null }) },
    });
    const session = opened({}, bare);
    expect(session.client.state).toBe('open');
    expect(codeOf(() => session.client.renegotiate())).toBe('ERR_TLS_NO_SECURE_RENEGOTIATION');
    expect(codeOf(() => session.client.updateKeys())).toBe('ERR_TLS_STATE');
    expect(codeOf(() => session.client.requestCertificate())).toBe('ERR_TLS_STATE');
    expect(session.client.state).toBe('open');
    expectData(session);
  });
});
