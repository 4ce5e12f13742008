import { getDiffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EMPTY, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import { credentialChooser } from '../../../src/config/credentials.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { Suite12 } from '../../../src/crypto/index.ts';
import { dheServer } from '../../../src/handshake/server/exchange-dhe12.ts';
import { rsaServer } from '../../../src/handshake/server/exchange-rsa12.ts';
import { ecdheServer } from '../../../src/handshake/server/exchange12.ts';
import {
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
} from '../../../src/providers/node/optin/suites-ccm.ts';
import { TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-dhe.ts';
import {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
} from '../../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import { TLS_RSA_WITH_AES_128_CBC_SHA } from '../../../src/providers/node/optin/suites-rsa.ts';
import * as node from '../../../src/providers/node.ts';
import {
  CertificateStatus,
  ExtensionType,
  HandshakeType,
  readExtensions,
  SERVER_HELLO_12_EXTENSIONS,
} from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { fields, lacking } from '../../support/hello.ts';
import { extension, protocols } from '../../support/peer-client.ts';
import { type ClientOptions12, clientSteps12 as c12, PeerClient12 } from '../../support/peer-client12.ts';
import { countedTickets, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

const T = HandshakeType;
const FLIGHT = [T.server_hello, T.certificate, T.server_key_exchange, T.server_hello_done, T.finished];
const FIELD = { p: new Uint8Array(getDiffieHellman('modp14').getPrime()), g: new Uint8Array([2]) };
const EXCHANGES = [ecdheServer, dheServer(FIELD), rsaServer];
const GCM = node.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
const GCM_RSA = node.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
const versions = ['TLSv1.2'] as const;

type Options = Partial<ServerOptions>;

function session12(client: ClientOptions12 = {}, server: Options = {}): Session<PeerClient12> {
  return serverSession(new PeerClient12(client), { versions, ...server });
}

function expectOpen(session: Session<PeerClient12>): void {
  expect(session.engine.error).toBeNull();
  expect(session.engine.state).toBe('open');
  expect(session.peer.done).toBe(true);
  session.engine.send(fromLatin1('from the server'));
  session.peer.sendData(fromLatin1('from the client'));
  session.run();
  expect(session.data).toEqual(fromLatin1('from the client'));
  expect(session.peer.data).toEqual(fromLatin1('from the server'));
}

function answers({ peer }: Session<PeerClient12>) {
  return readExtensions(SERVER_HELLO_12_EXTENSIONS, peer.serverHello.extensions);
}

function keyed(kind: Parameters<typeof credentialOf>[0]): Pick<ServerOptions, 'credentials'> {
  return { credentials: credentialChooser([credentialOf(kind)]) };
}

describe('a TLS 1.2 server', () => {
  const suites: readonly Suite12[] = [
    ...node.suites.filter((suite): suite is Suite12 => suite.version === 'TLSv1.2'),
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    TLS_RSA_WITH_AES_128_CBC_SHA,
  ];

  test.each(suites)('opens with $name', (suite) => {
    const kind = suite.auth === 'rsa' ? 'rsa' : 'P-256';
    const session = session12({ suite }, { ...keyed(kind), suites: [suite], exchanges: EXCHANGES });
    expectOpen(session);
    expect(session.peer.types).toEqual(
      suite.exchange.kind === 'rsa' ? FLIGHT.filter((type) => type !== T.server_key_exchange) : FLIGHT,
    );
    expect(session.engine.facts).toMatchObject({ suite, version: 'TLSv1.2', resumed: false });
  });

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 'rsa'] as const)('signs with a %s key', (kind) => {
    const suite = kind === 'rsa' ? GCM_RSA : GCM;
    const session = session12({ suite, groups: [29, 23, 24, 25] }, keyed(kind));
    expectOpen(session);
    expect(session.engine.facts.ownScheme).toMatch(kind === 'rsa' ? /^rsa_/ : /^(ecdsa|ed25519)/);
  });

  test('encrypt-then-MAC where both sides want it', () => {
    const suite = TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
    const suites = [suite];
    expectOpen(session12({ suite, encryptThenMac: true }, { suites }));
    expectOpen(session12({ suite, encryptThenMac: true }, { suites, encryptThenMac: false }));
    expectOpen(session12({ suite, encryptThenMac: false }, { suites }));
    const aead = session12({ encryptThenMac: true });
    expectOpen(aead);
    expect(answers(aead).encrypt_then_mac).toBeUndefined();
  });

  test('extended master secret, or the randoms where the client lacks it', () => {
    for (const extendedMasterSecret of [true, false]) {
      const session = session12({ extendedMasterSecret });
      expectOpen(session);
      expect(session.engine.facts).toMatchObject({ extendedMasterSecret });
    }
  });

  test('tells what was agreed', () => {
    const session = session12({ extensions: [protocols('mqtt')] }, { alpn: ['h2', 'mqtt'] });
    expectOpen(session);
    expect(session.engine.facts).toMatchObject({
      alpn: 'mqtt',
      serverName: 'localhost',
      group: 'x25519',
      secureRenegotiation: true,
      extendedMasterSecret: true,
    });
    expect(toHex(session.engine.facts.ownFinished!)).toBe(toHex(session.peer.verifyData.server));
    expect(toHex(session.engine.facts.peerFinished!)).toBe(toHex(session.peer.verifyData.client));
    expect(answers(session).application_layer_protocol_negotiation?.map((name) => toHex(name))).toEqual(['6d717474']);
  });

  test('to a client without any extension it says nothing of them', () => {
    const suite = TLS_RSA_WITH_AES_128_CBC_SHA;
    const hello = fields({ extensions: null });
    const session = session12({ suite, change: { hello } }, { ...keyed('rsa'), suites: [suite] });
    expectOpen(session);
    expect(session.peer.serverHello.extensions).toBeNull();
    expect(session.engine.facts).toMatchObject({ secureRenegotiation: false, serverName: null });
  });

  test('knows secure renegotiation by its signalling suite too', () => {
    const change = { hello: lacking(ExtensionType.renegotiation_info) };
    const session = session12({ suites: [GCM.id, 0x00ff], change });
    expectOpen(session);
    expect(answers(session).renegotiation_info).toEqual(EMPTY);
    expect(session12({ change }).engine.facts.secureRenegotiation).toBe(false);
  });

  test('marks its random where it speaks 1.3, and only there', () => {
    const mark = '444f574e47524401';
    const both = serverSession(new PeerClient12());
    expectOpen(both);
    expect(toHex(both.peer.serverHello.random.subarray(24))).toBe(mark);
    expect(toHex(session12().peer.serverHello.random.subarray(24))).not.toBe(mark);
  });

  test('chooses a suite that a certificate of its fits', () => {
    const offered = { suites: [GCM_RSA.id, GCM.id], suite: GCM };
    const suites = [GCM_RSA, GCM];
    expectOpen(session12(offered, { ...keyed('ed25519'), suites }));
    expectOpen(session12({ ...offered, suite: GCM_RSA }, { ...keyed('rsa'), suites }));
  });

  test('staples where it is asked to', () => {
    const ocspResponse = new Uint8Array([0x30, 0]);
    const credentials = { select: () => ({ ...credentialOf('ed25519'), ocspResponse }) };
    const request = { responder_id_list: [], request_extensions: EMPTY };
    const wants = extension('status_request', { status_type: 1, request });
    const session = session12({ extensions: [wants] }, { credentials });
    expectOpen(session);
    expect(session.peer.last(T.certificate_status, CertificateStatus).response).toEqual(ocspResponse);
    expect(session12({}, { credentials }).peer.types).toEqual(FLIGHT);
  });

  test.each([
    ['record_size_limit', extension('record_size_limit', 512)],
    ['max_fragment_length', extension('max_fragment_length', 1)],
  ])('keeps its records within %s', (_name, limit) => {
    const session = session12({ extensions: [limit], suite: GCM_RSA }, keyed('rsa'));
    expectOpen(session);
    session.engine.send(new Uint8Array(2000));
    session.run();
    const sizes = session.peer.records.map(({ content }) => content.length);
    expect(Math.max(...sizes)).toBe(512);
    expect(session.engine.facts.maxFragment).toBe(512);
  });

  test('a ticket comes before its Finished, if the client asks for one', () => {
    const tickets = countedTickets();
    const session = session12({ extensions: [extension('session_ticket', EMPTY)] }, { tickets });
    expectOpen(session);
    expect(session.peer.types.slice(-2)).toEqual([T.new_session_ticket, T.finished]);
    expect(session.peer.ticket).toMatchObject({ ticket_lifetime_hint: 7200 });
    const silent = session12({}, { tickets });
    expectOpen(silent);
    expect(silent.peer.ticket).toBeNull();
  });
});

describe('client authentication in TLS 1.2', () => {
  test('without a certificate, where none is demanded', () => {
    const session = session12({}, { clientAuth: 'request' });
    expectOpen(session);
    expect(session.engine.facts).toMatchObject({ peer: null, peerScheme: null, certificateRequested: true });
  });

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 'rsa'] as const)('with a %s key', (kind) => {
    const credential = credentialOf(kind, 'client');
    const session = session12({ credential }, { clientAuth: 'require' });
    expectOpen(session);
    expect(session.engine.facts.peer?.chain).toEqual(credential.chain);
    expect(session.engine.facts.peerScheme).toMatch(kind.startsWith('rsa') ? /^rsa_/ : /^(ecdsa|ed25519)/);
  });

  test('says what it accepts', () => {
    const authorities = [fromLatin1('0'), fromLatin1('01')];
    const session = session12({}, { clientAuth: 'request', authorities, schemes: ['ed25519', 'rsa_pkcs1_sha256'] });
    expect(session.peer.request).toMatchObject({
      certificate_types: [64, 1],
      supported_signature_algorithms: [0x0807, 0x0401],
      certificate_authorities: authorities,
    });
  });
});

describe('renegotiation, as a client that is polite does it', () => {
  const renegotiation = { limit: 2, window: 600_000 };

  test('asked by the client, and by the server', () => {
    const session = session12({}, { renegotiation });
    session.engine.renegotiate();
    expect(session.run().peer.types.at(-1)).toBe(T.hello_request);
    session.peer.run([c12.hello]);
    expectOpen(session.run());
    expect(session.peer.handshakes).toBe(2);
    expect(session.events.filter(({ type }) => type === 'secure')).toHaveLength(2);
  });

  test('data goes on in the midst of it, under the keys from before', () => {
    const peer = new PeerClient12({ opening: [] });
    const session = serverSession(peer, { versions, renegotiation });
    peer.run([c12.hello]);
    session.run();
    peer.run([(one) => one.sendData(fromLatin1('1')), c12.hello]);
    session.run();
    expect(session.engine.error).toBeNull();
    expect(session.peer.handshakes).toBe(2);
    expect(session.data).toEqual(fromLatin1('1'));
  });
});
