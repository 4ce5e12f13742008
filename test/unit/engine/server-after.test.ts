import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import { credential } from '../../../src/config/credentials.ts';
import { pathVerifier } from '../../../src/config/verifiers.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import { nodeProvider, signingKeyFrom } from '../../../src/providers/node.ts';
import { anchors, ca, credentialOf } from '../../support/configs.ts';
import { codeOf } from '../../support/errors.ts';
import { type Pace, PacedSession } from '../../support/paced.ts';
import type { Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { clientSteps12 as c12, PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { countedServer, serverSession } from '../../support/server.ts';

const MINE = credentialOf('ed25519', 'client');
const offers = { credential: MINE, extensions: [extension('post_handshake_auth', true)] };
const text = (value: string): Uint8Array => fromLatin1(value);

/** An open connection whose tasks from now on come to this. */
function open13(pace: Pace): PacedSession<PeerClient13> {
  const session = new PacedSession(countedServer({ postHandshakeAuth: true }), new PeerClient13(offers)).run();
  expect(session.engine.state).toBe('open');
  session.pace = () => pace;
  return session;
}

function talk(session: PacedSession<Peer>, said: string): void {
  session.engine.send(text(said));
  session.peer.sendData(text(said));
  session.run();
}

describe('while a certificate that came after the handshake is looked at', () => {
  test('what we send goes out, and what comes behind it waits', () => {
    const session = open13('never');
    session.engine.requestCertificate();
    session.peer.sendData(text('before '));
    session.run();
    expect(session.engine.task?.kind).toBe('verify-peer');
    talk(session, 'one');
    session.peer.updateKeys(1);
    session.engine.updateKeys(true);
    talk(session, 'two');
    expect([session.data, session.peer.data]).toEqual([text('before '), text('onetwo')]);
    expect(session.engine.facts.peer).toBeNull();
    session.pace = () => 'later';
    session.engine.resume(session.engine.task!, session.engine.task!.run(session.engine.task!));
    session.run();
    expect(session.engine.error).toBeNull();
    expect(session.engine.facts.peer?.chain).toEqual(MINE.chain);
    expect(session.data).toEqual(text('before onetwo'));
  });

  test('nobody is asked again', () => {
    const session = open13('never');
    session.engine.requestCertificate();
    expect(codeOf(() => session.engine.requestCertificate())).toBe('ERR_TLS_STATE');
    session.run();
    expect(codeOf(() => session.engine.requestCertificate())).toBe('ERR_TLS_STATE');
    expect(session.engine.state).toBe('open');
  });

  test('a verifier that refuses ends the connection', () => {
    const session = open13({ reject: new Error('no') });
    session.engine.requestCertificate();
    session.run();
    expect(session.engine.state).toBe('failed');
    expect(session.peer.alerts).toEqual([{ level: 2, name: 'internal_error' }]);
  });

  test('the end of the connection is the end of it', () => {
    const session = open13('never');
    session.engine.requestCertificate();
    session.run();
    const task = session.engine.task!;
    session.engine.destroy();
    expect(task.aborted).toBe(true);
    session.engine.resume(task, task.run(task));
    session.run();
    expect(session.engine).toMatchObject({ state: 'closed', task: null, error: null });
  });

  test('TLS 1.2 asks in a handshake alone', () => {
    const { engine } = serverSession(new PeerClient12(), { versions: ['TLSv1.2'], postHandshakeAuth: true });
    expect(codeOf(() => engine.requestCertificate())).toBe('ERR_TLS_STATE');
    expect(codeOf(() => engine.updateKeys())).toBe('ERR_TLS_STATE');
    expect(engine.state).toBe('open');
  });

  test('TLS 1.3 does not renegotiate', () => {
    const { engine } = serverSession(new PeerClient13());
    expect(codeOf(() => engine.renegotiate())).toBe('ERR_TLS_STATE');
    expect(engine.state).toBe('open');
  });
});

describe('while the key works for a renegotiation', () => {
  const renegotiation = { limit: 3, window: 1000 };

  function renegotiating(pace: Pace): PacedSession<PeerClient12> {
    const engine = countedServer({ versions: ['TLSv1.2'], renegotiation });
    const session = new PacedSession(engine, new PeerClient12()).run();
    session.pace = (task) => (task.kind === 'sign' ? pace : 'now');
    session.peer.run([c12.hello]);
    return session.run();
  }

  test('what we send goes out, and what comes waits', () => {
    const session = renegotiating('never');
    expect(session.engine.task?.kind).toBe('sign');
    talk(session, 'data');
    expect([session.data, session.peer.data]).toEqual([text(''), text('data')]);
    session.engine.resume(session.engine.task!, session.engine.task!.run(session.engine.task!));
    session.run();
    expect(session.engine.error).toBeNull();
    expect(session.data).toEqual(text('data'));
    expect(session.peer.handshakes).toBe(2);
    talk(session, 'more');
    expect(session.data).toEqual(text('datamore'));
  });

  test('a key that fails ends the connection', () => {
    const session = renegotiating({ reject: new Error('no') });
    expect(session.code).toBe('ERR_TLS_SIGN_FAILED');
  });

  test('closed meanwhile, it says so once and no more', () => {
    const session = renegotiating('never');
    session.engine.close();
    session.run();
    expect(session.engine.state).toBe('closing');
    expect(session.peer.alerts).toEqual([{ level: 1, name: 'close_notify' }]);
  });
});

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('a verdict that is only reported, %s', (version) => {
  const expired = ca.issue({
    name: 'client',
    key: 'ed25519',
    eku: ['1.3.6.1.5.5.7.3.2'],
    notBefore: new Date('2019-01-01'),
    notAfter: new Date('2020-01-01'),
  });

  test('the connection opens, and the verdict says what is wrong', () => {
    const verifier = pathVerifier({ anchors, verifiers: nodeProvider.verifiers, now: Date.now, onError: 'report' });
    const shows = { credential: madeOf(expired) };
    const peer = version === 'TLSv1.3' ? new PeerClient13(shows) : new PeerClient12(shows);
    const session = serverSession<Peer>(peer, { versions: [version], clientAuth: 'require', verifier });
    expect(session.engine.error).toBeNull();
    expect(session.engine.state).toBe('open');
    expect(session.engine.facts.peer?.chain).toEqual([expired.der]);
    expect(session.engine.facts.peer?.verdict.error?.code).toBe('ERR_TLS_CERT_EXPIRED');
  });
});

function madeOf({ der, key }: ReturnType<typeof ca.issue>): Credential {
  return credential({ chain: [der], key: signingKeyFrom(createPrivateKey(key)) });
}
