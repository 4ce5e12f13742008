import { getDiffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ClientOptions } from '../../../src/config/client.ts';
import type { Suite12 } from '../../../src/crypto/index.ts';
import {
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
} from '../../../src/providers/node/optin/suites-ccm.ts';
import { TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-dhe.ts';
import {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
} from '../../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import * as node from '../../../src/providers/node.ts';
import { ExtensionType, HandshakeType, SERVER_HELLO_12_EXTENSIONS, writeExtension } from '../../../src/wire/index.ts';
import { countedClient, Session, sessionWith } from '../../support/client.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { bySize, cutAt } from '../../support/peer.ts';
import { type Options12, Peer12, steps12, WILL_TICKET } from '../../support/peer12.ts';

const { client_hello, certificate, client_key_exchange, certificate_verify, finished } = HandshakeType;

const FIELD = { p: new Uint8Array(getDiffieHellman('modp14').getPrime()), g: new Uint8Array([2]) };

function session12(options: Options12 = {}, client: Partial<ClientOptions> = {}): Session<Peer12> {
  return sessionWith(new Peer12(options), { versions: ['TLSv1.2'], ...client });
}

function expectOpen(session: Session<Peer12>): void {
  expect(session.client.error).toBeNull();
  expect(session.client.state).toBe('open');
  expect(session.peer.done).toBe(true);
  session.client.send(fromLatin1('from the client'));
  session.peer.sendData(fromLatin1('from the server'));
  session.run();
  expect(session.data).toEqual(fromLatin1('from the server'));
  expect(session.peer.data).toEqual(fromLatin1('from the client'));
}

describe('a TLS 1.2 client', () => {
  const suites: readonly Suite12[] = [
    ...node.suites.filter((suite): suite is Suite12 => suite.version === 'TLSv1.2'),
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
    TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
  ];

  test.each(suites)('opens with $name', (suite) => {
    const credential = credentialOf(suite.auth === 'rsa' ? 'rsa' : 'P-256');
    expectOpen(session12({ suite, credential, field: FIELD }, { suites: [suite] }));
  });

  test('encrypt-then-MAC where both sides want it', () => {
    const suite = TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
    expectOpen(session12({ suite, encryptThenMac: true }, { suites: [suite] }));
    expectOpen(session12({ suite, encryptThenMac: false }, { suites: [suite], encryptThenMac: false }));
  });

  test.each(['P-256', 'P-384', 'ed25519', 'rsa'] as const)('believes a signature by %s', (kind) => {
    const suite = kind === 'rsa' ? node.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 : undefined;
    const groups = [...countedProvider('client').groups, node.secp384r1];
    const session = session12(
      { credential: credentialOf(kind), ...(suite === undefined ? {} : { suite }) },
      { groups },
    );
    expectOpen(session);
    expect(session.client.facts.peerScheme).toMatch(kind === 'ed25519' ? /^ed25519$/ : /^(ecdsa_secp|rsa_)/);
  });

  test('extended master secret, or the randoms where the server lacks it', () => {
    for (const extendedMasterSecret of [true, false]) {
      const session = session12({ extendedMasterSecret });
      expectOpen(session);
      expect(session.client.facts.extendedMasterSecret).toBe(extendedMasterSecret);
    }
  });

  test('tells what was agreed', () => {
    const alpn = [fromLatin1('mqtt')];
    const extensions = [writeExtension(SERVER_HELLO_12_EXTENSIONS, 'application_layer_protocol_negotiation', alpn)];
    const session = session12({ extensions }, { alpn: ['mqtt'] });
    expectOpen(session);
    expect(session.client.facts).toMatchObject({
      version: 'TLSv1.2',
      alpn: 'mqtt',
      group: 'x25519',
      secureRenegotiation: true,
      resumed: false,
      serverName: 'localhost',
    });
    const finishedMessage = session.peer.messages.findLast((message) => message[0] === finished)!;
    expect(toHex(session.client.facts.ownFinished!)).toBe(toHex(finishedMessage.subarray(4)));
    expect(toHex(session.client.facts.peerFinished!)).toBe(toHex(session.peer.verifyData.server));
  });

  test('a stapled OCSP response', () => {
    const { hello, certificate: cert, status, exchange, done } = steps12;
    const extensions = [{ extension_type: ExtensionType.status_request, extension_data: new Uint8Array(0) }];
    const session = session12({ extensions, script: [hello, cert, status, exchange, done] }, { requestOcsp: true });
    expectOpen(session);
    expect([...session.client.facts.ocspResponse!]).toEqual([0x30, 0]);
    expectOpen(session12({ extensions }, { requestOcsp: true }));
  });

  test('a ticket before the server finishes makes a session', () => {
    const ending = [steps12.ticket, steps12.changeCipherSpec, steps12.finished];
    const session = session12({ extensions: [WILL_TICKET], ending }, { requestTicket: true });
    expectOpen(session);
    const sessions = session.events.flatMap((event) => (event.type === 'session' ? [event.session] : []));
    expect(sessions).toMatchObject([{ version: 'TLSv1.2', lifetime: 300, ticket: new Uint8Array(16).fill(7) }]);
  });

  test('also when 1.3 was offered', () => {
    expectOpen(session12({}, { versions: ['TLSv1.3', 'TLSv1.2'] }));
  });
});

describe('client authentication in TLS 1.2', () => {
  test('without a credential the certificate is empty', () => {
    const session = session12({ requestCertificate: true });
    expectOpen(session);
    expect(session.peer.types).toEqual([client_hello, certificate, client_key_exchange, finished]);
  });

  test.each(['P-256', 'P-384', 'ed25519', 'rsa'] as const)('with a %s key', (kind) => {
    const mine = credentialOf(kind, 'client');
    const session = session12({ requestCertificate: true }, { credentials: { select: () => mine } });
    expectOpen(session);
    expect(session.peer.types).toEqual([client_hello, certificate, client_key_exchange, certificate_verify, finished]);
    expect(session.peer.records.filter(({ inner }) => inner === 22)).toHaveLength(3);
  });
});

describe('handshake messages of TLS 1.2 cut and joined across records', () => {
  test.each([
    ['plain', {}],
    ['with a CertificateRequest', { requestCertificate: true }],
  ] as [string, Options12][])('in two at each byte: %s', (_name, options) => {
    let size = 0;
    const peer = new Peer12(options);
    peer.cut = (bytes) => {
      size = Math.max(size, bytes.length);
      return [bytes];
    };
    sessionWith(peer, { versions: ['TLSv1.2'] });
    expect(size).toBeGreaterThan(500);
    for (let position = 1; position < size; position++) {
      const cut = new Peer12(options);
      cut.cut = cutAt(position);
      const session = sessionWith(cut, { versions: ['TLSv1.2'] });
      if (session.client.state !== 'open') expect(session.client.error, `cut at ${position}`).toBeNull();
      expect(session.peer.done).toBe(true);
    }
  });

  test.each([1, 2, 3, 4, 5, 100])('in records of %i bytes', (size) => {
    const peer = new Peer12({ requestCertificate: true });
    peer.cut = bySize(size);
    expectOpen(sessionWith(peer, { versions: ['TLSv1.2'] }));
  });

  test.each([1, 2, 5, 100])('the transport brings chunks of %i bytes', (size) => {
    const session = new Session(countedClient({ versions: ['TLSv1.2'] }), new Peer12());
    session.chunks = bySize(size);
    expectOpen(session.run());
  });
});
