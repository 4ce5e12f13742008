import { describe, expect, test } from 'vitest';
import { EMPTY, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import { credentialChooser } from '../../../src/config/credentials.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import { optInSuites13 } from '../../../src/providers/node/optin/suites13.ts';
import * as node from '../../../src/providers/node.ts';
import {
  type CertificateRequest13,
  ENCRYPTED_EXTENSIONS,
  EncryptedExtensions,
  ExtensionType,
  HandshakeType,
  readExtensions,
} from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { fields, lacking, other } from '../../support/hello.ts';
import { extension, protocols } from '../../support/peer-client.ts';
import { type ClientOptions13, clientSteps13 as c13, PeerClient13 } from '../../support/peer-client13.ts';
import { countedTickets, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

const T = HandshakeType;
const FLIGHT = [T.server_hello, T.encrypted_extensions, T.certificate, T.certificate_verify, T.finished];
const MINE = credentialOf('ed25519', 'client');

type Options = Partial<ServerOptions>;

function session13(client: ClientOptions13 = {}, server: Options = {}): Session<PeerClient13> {
  return serverSession(new PeerClient13(client), server);
}

function expectOpen(session: Session<PeerClient13>): void {
  expect(session.engine.error).toBeNull();
  expect(session.engine.state).toBe('open');
  expect(session.peer.done).toBe(true);
  session.engine.send(fromLatin1('from the server'));
  session.peer.sendData(fromLatin1('from the client'));
  session.run();
  expect(session.data).toEqual(fromLatin1('from the client'));
  expect(session.peer.data).toEqual(fromLatin1('from the server'));
}

function answers({ peer }: Session<PeerClient13>) {
  return readExtensions(ENCRYPTED_EXTENSIONS, peer.last(T.encrypted_extensions, EncryptedExtensions).extensions);
}

describe('a TLS 1.3 server', () => {
  const suites = [...node.suites, ...optInSuites13].filter((suite) => suite.version === 'TLSv1.3');

  test.each(suites)('opens with $name', (suite) => {
    const session = session13({ suite }, { suites: [suite], versions: ['TLSv1.3'] });
    expectOpen(session);
    expect(session.peer.types).toEqual(FLIGHT);
    expect(session.engine.facts).toMatchObject({ suite, version: 'TLSv1.3', group: 'x25519', resumed: false });
  });

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 'rsa', 'rsa-pss'] as const)('signs with a %s key', (kind) => {
    const session = session13({}, { credentials: credentialChooser([credentialOf(kind)]) });
    expectOpen(session);
    expect(session.engine.facts.ownScheme).toMatch(kind.startsWith('rsa') ? /^rsa_pss/ : /^(ecdsa|ed25519)/);
  });

  test('is the same server again with the same random numbers', () => {
    const [one, two] = [session13(), session13()];
    expect(toHex(one.sent)).toBe(toHex(two.sent));
  });

  test('tells what was agreed', () => {
    const session = session13({ extensions: [protocols('mqtt')] }, { alpn: ['h2', 'mqtt'] });
    expectOpen(session);
    expect(session.engine.facts).toMatchObject({
      role: 'server',
      alpn: 'mqtt',
      serverName: 'localhost',
      retried: false,
      peer: null,
      certificateRequested: false,
      maxFragment: 16_384,
    });
    expect(session.events.filter(({ type }) => type === 'secure')).toHaveLength(1);
    expect(answers(session)).toMatchObject({ seen: [0, 16], server_name: true });
  });

  test('says nothing that was not asked', () => {
    const session = session13({ serverName: null }, { alpn: ['mqtt'], recordSizeLimit: 512 });
    expectOpen(session);
    expect(answers(session).seen).toEqual([]);
    expect(session.engine.facts).toMatchObject({ serverName: null, alpn: null });
  });

  test('echoes the session id, and sends change_cipher_spec once, right after its hello', () => {
    const session = session13();
    expect(session.peer.serverHello.legacy_session_id_echo).toEqual(new Uint8Array(32).fill(0x51));
    expect(session.peer.records.map(({ type }) => type).slice(0, 3)).toEqual([22, 20, 23]);
    expect(session.peer.records.filter(({ type }) => type === 20)).toHaveLength(1);
    const plain = session13({ change: { hello: fields({ legacy_session_id: EMPTY }) }, script: [c13.finished] });
    expectOpen(plain);
    expect(plain.peer.serverHello.legacy_session_id_echo).toEqual(EMPTY);
  });

  test('chooses suites by its own order, or by the client’s', () => {
    const suite = node.TLS_AES_256_GCM_SHA384;
    const [own, theirs] = [node.TLS_AES_128_GCM_SHA256, suite];
    const offered = { suites: [theirs.id, own.id, 0x1399] };
    expect(session13({ ...offered }).engine.facts.suite).toBe(own);
    expect(session13({ ...offered, suite }, { preferOwn: false }).engine.facts.suite).toBe(theirs);
  });

  test('chooses a group of which there is a share, unless the client’s order counts', () => {
    expect(session13({ shares: [23] }).engine.facts).toMatchObject({ group: 'secp256r1', retried: false });
    const order = { groups: [29, 23], shares: [23] };
    expect(session13(order, { preferOwn: false }).engine.facts).toMatchObject({ group: 'x25519', retried: true });
    expect(session13({ groups: [23, 29], shares: [29, 23] }).engine.facts.group).toBe('x25519');
  });

  test('chooses a protocol by its own order, and none where none is offered', () => {
    const session = session13({ extensions: [protocols('a', 'b')] }, { alpn: ['b', 'a'] });
    expect(session.engine.facts.alpn).toBe('b');
    const ignored = session13({ extensions: [protocols('a')] }, { alpn: ['b'], alpnMismatch: 'ignore' });
    expectOpen(ignored);
    expect(ignored.engine.facts.alpn).toBeNull();
    expectOpen(session13({}, { alpn: ['b'] }));
    expectOpen(session13({ extensions: [protocols('a')] }));
  });

  test.each([
    ['record_size_limit', extension('record_size_limit', 513), 512],
    ['max_fragment_length', extension('max_fragment_length', 1), 512],
  ])('keeps its records within %s', (_name, limit, size) => {
    const session = session13({ extensions: [limit] }, { credentials: credentialChooser([credentialOf('rsa')]) });
    expectOpen(session);
    session.engine.send(new Uint8Array(2000));
    session.run();
    const sizes = session.peer.records.filter(({ type }) => type === 23).map(({ content }) => content.length);
    expect(Math.max(...sizes)).toBe(size);
    expect(session.engine.facts.maxFragment).toBe(size);
  });

  test('sends as many tickets as it is told, each another, to clients that can use them', () => {
    const session = session13({}, { tickets: countedTickets({ count: 3 }) });
    expectOpen(session);
    expect(session.peer.tickets.map(({ ticket_nonce }) => [...ticket_nonce])).toEqual([[0], [1], [2]]);
    expect(new Set(session.peer.tickets.map(({ ticket }) => toHex(ticket))).size).toBe(3);
    expect(session.peer.tickets[0]).toMatchObject({ ticket_lifetime: 7200 });
    const without = session13(
      { change: { hello: lacking(ExtensionType.psk_key_exchange_modes) } },
      { tickets: countedTickets() },
    );
    expectOpen(without);
    expect(without.peer.tickets).toEqual([]);
    const alone = session13(
      { change: { hello: other(extension('psk_key_exchange_modes', [0])) } },
      { tickets: countedTickets() },
    );
    expectOpen(alone);
    expect(alone.peer.tickets).toEqual([]);
  });

  test('changes keys as often as the client does', () => {
    const session = session13();
    for (let i = 0; i < 3; i++) {
      session.peer.updateKeys(1);
      session.peer.sendData(fromLatin1('!'));
      session.run();
      session.engine.send(new Uint8Array(1));
    }
    session.run();
    expect(session.engine.error).toBeNull();
    expect(session.data).toEqual(fromLatin1('!!!'));
    expect(session.peer.data).toHaveLength(3);
    expect(session.peer.types.filter((type) => type === T.key_update)).toHaveLength(3);
  });
});

describe('HelloRetryRequest', () => {
  const retried: ClientOptions13 = { shares: [] };

  test.each([
    ['no share at all', { shares: [] }, 'x25519'],
    ['a share of a group that it lacks', { groups: [30, 29], shares: [30] }, 'x25519'],
    ['the group that the server has', { groups: [24, 23], shares: [24] }, 'secp256r1'],
  ] as [string, ClientOptions13, string][])('%s', (_name, client, group) => {
    const session = session13(client);
    expectOpen(session);
    expect(session.peer.types).toEqual([T.server_hello, ...FLIGHT]);
    expect(session.engine.facts).toMatchObject({ group, retried: true });
  });

  test('change_cipher_spec goes out once, after it', () => {
    const session = session13(retried);
    expect(session.peer.records.map(({ type }) => type).slice(0, 3)).toEqual([22, 20, 22]);
    expect(session.peer.records.filter(({ type }) => type === 20)).toHaveLength(1);
  });

  test('the client may send change_cipher_spec after each of its hellos, or never', () => {
    const { hello, changeCipherSpec, finished } = c13;
    const opening = [hello, changeCipherSpec];
    expectOpen(session13({ ...retried, opening, again: [hello, changeCipherSpec] }));
    expectOpen(session13({ ...retried, again: [hello], script: [finished] }));
  });

  test('the second hello may differ in key shares and padding', () => {
    const padded = (size: number) => other(extension('padding', new Uint8Array(size)));
    const change = { hello: padded(3), again: padded(9) };
    expectOpen(session13({ ...retried, change }));
    expectOpen(session13({ ...retried, change: { hello: padded(3), again: lacking(ExtensionType.padding) } }));
  });
});

describe('client authentication in TLS 1.3', () => {
  const request: Options = { clientAuth: 'request' };

  test('without a certificate, where none is demanded', () => {
    const session = session13({}, request);
    expectOpen(session);
    expect(session.engine.facts).toMatchObject({ peer: null, peerScheme: null, certificateRequested: true });
  });

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 'rsa', 'rsa-pss'] as const)('with a %s key', (kind) => {
    const credential = credentialOf(kind, 'client');
    const session = session13({ credential }, { clientAuth: 'require' });
    expectOpen(session);
    expect(session.engine.facts.peer?.chain).toEqual(credential.chain);
    expect(session.engine.facts.peerScheme).toMatch(kind.startsWith('rsa') ? /^rsa_pss/ : /^(ecdsa|ed25519)/);
  });

  test('says what it accepts', () => {
    const authorities = [fromLatin1('0'), fromLatin1('01')];
    const session = session13(
      {},
      { ...request, authorities, schemes: ['ed25519'], certificateSchemes: ['rsa_pkcs1_sha256'] },
    );
    const { extensions } = session.peer.request as CertificateRequest13;
    const { signature_algorithms, signature_algorithms_cert, certificate_authorities } = ExtensionType;
    const types = extensions.map(({ extension_type }) => extension_type);
    expect(types).toEqual([signature_algorithms, signature_algorithms_cert, certificate_authorities]);
    expect([...extensions[0]!.extension_data]).toEqual([0, 2, 8, 7]);
    expect([...extensions[1]!.extension_data]).toEqual([0, 2, 4, 1]);
    expectOpen(session);
  });

  test('after the handshake, as often as one likes, while data and key updates go on', () => {
    const client = { credential: MINE, extensions: [extension('post_handshake_auth', true)] };
    const session = session13(client, { postHandshakeAuth: true });
    expectOpen(session);
    expect(session.engine.facts.peer).toBeNull();
    for (let i = 0; i < 2; i++) {
      session.engine.requestCertificate();
      session.peer.updateKeys(1);
      session.run();
      expect(session.engine.error).toBeNull();
      expect(session.engine.facts.peer?.chain).toEqual(MINE.chain);
      expect(session.peer.request?.certificate_request_context).toHaveLength(16);
    }
    session.peer.sendData(fromLatin1('!'));
    session.run();
    expect(session.data).toEqual(fromLatin1('from the client!'));
  });

  test('after the handshake a client that has none says so', () => {
    const session = session13({ extensions: [extension('post_handshake_auth', true)] }, { postHandshakeAuth: true });
    session.engine.requestCertificate();
    session.run();
    expectOpen(session);
    expect(session.engine.facts.peer).toBeNull();
  });

  test('after the handshake only of clients that offered it, by servers that kept what it takes', () => {
    for (const postHandshakeAuth of [true, false]) {
      const extensions = postHandshakeAuth ? [] : [extension('post_handshake_auth', true)];
      const session = session13({ extensions }, { postHandshakeAuth });
      expect(() => session.engine.requestCertificate()).toThrow(/does not let itself be asked/);
      expectOpen(session);
    }
  });
});
