import { describe, expect, test } from 'vitest';
import { concat, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ClientOptions } from '../../../src/config/client.ts';
import type { PeerVerifier, PresentedIdentity } from '../../../src/handshake/peer.ts';
import { optInSuites13 } from '../../../src/providers/node/optin.ts';
import { nodeProvider, TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 } from '../../../src/providers/node.ts';
import {
  type Certificate13,
  CLIENT_HELLO_EXTENSIONS,
  ClientHello,
  decode,
  ExtensionType,
  HandshakeType,
  readExtensions,
} from '../../../src/wire/index.ts';
import { countedClient, Session, sessionWith } from '../../support/client.ts';
import { ca, credentialOf } from '../../support/configs.ts';
import { bySize, cutAt, without } from '../../support/peer.ts';
import { type Options13, Peer13, steps13 } from '../../support/peer13.ts';

const { client_hello, certificate, certificate_verify, finished } = HandshakeType;

/** Both ends are open, and data passes both ways. */
function expectOpen(session: Session<Peer13>): void {
  expect(session.client.error).toBeNull();
  expect(session.client.state).toBe('open');
  expect(session.peer.done).toBe(true);
  session.client.send(fromLatin1('from the client'));
  session.peer.sendData(fromLatin1('from the server'));
  session.run();
  expect(session.data).toEqual(fromLatin1('from the server'));
  expect(session.peer.data).toEqual(fromLatin1('from the client'));
}

describe('a TLS 1.3 client', () => {
  const suites = [...nodeProvider.suites, ...optInSuites13].filter((suite) => suite.version === 'TLSv1.3');

  test.each(suites)('opens with $name', (suite) => {
    const session = sessionWith(new Peer13({ suite }), { suites: [...suites, ...nodeProvider.suites] });
    expectOpen(session);
    expect(session.client.facts).toMatchObject({ version: 'TLSv1.3', suite, group: 'x25519', retried: false });
  });

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 'rsa', 'rsa-pss'] as const)('believes a signature by %s', (kind) => {
    const session = sessionWith(new Peer13({ credential: credentialOf(kind) }));
    expectOpen(session);
    expect(session.client.facts.peerScheme).toMatch(/^(ecdsa_secp|ed25519|rsa_pss_(rsae|pss)_sha)/);
  });

  test('hands over the OCSP responses of the whole chain', () => {
    const status = (last: number) => ({
      extension_type: ExtensionType.status_request,
      extension_data: new Uint8Array([1, 0, 0, 2, 0x30, last]),
    });
    const extra = { cert_data: ca.der, extensions: [status(1)] };
    const change = {
      certificate: (value: Certificate13): Certificate13 => ({
        ...value,
        certificate_list: [
          { ...value.certificate_list[0]!, extensions: [status(0)] },
          extra,
          { ...extra, extensions: [] },
        ],
      }),
    };
    const shown: PresentedIdentity[] = [];
    const verifier: PeerVerifier = {
      verify: (identity) => {
        shown.push(identity);
        return { error: null, path: null, notAfter: null, unchecked: ['all'] };
      },
    };
    expectOpen(sessionWith(new Peer13({ change }), { requestOcsp: true, verifier }));
    expect(shown[0]).toMatchObject({ ocspResponse: new Uint8Array([0x30, 0]) });
    expect(shown[0]!.issuerStaples).toEqual([{ certificate: ca.der, response: new Uint8Array([0x30, 1]) }]);
  });

  test('tells what was agreed', () => {
    const session = sessionWith(new Peer13({ protocol: fromLatin1('mqtt') }), { alpn: ['mqtt', 'x'] });
    expect(session.client.facts).toMatchObject({
      role: 'client',
      alpn: 'mqtt',
      serverName: 'localhost',
      resumed: false,
      peerScheme: 'ed25519',
      certificateRequested: false,
      credential: null,
    });
    expect(session.client.facts.peer?.chain).toEqual(credentialOf('ed25519').chain);
    expect(toHex(session.client.facts.ownFinished!)).toBe(toHex(session.peer.messages.at(-1)!.subarray(4)));
    expect(session.events.filter((event) => event.type === 'secure')).toHaveLength(1);
  });

  test('sends one record of each kind, and nothing else', () => {
    const plain = sessionWith(new Peer13(), { middleboxCompatibility: false });
    expect(plain.peer.records.map(({ type, inner }) => [type, inner])).toEqual([
      [22, 22],
      [23, 22],
    ]);
    expect(plain.peer.clientHello.legacy_session_id).toHaveLength(0);
    const friendly = sessionWith(new Peer13(), { middleboxCompatibility: true });
    expect(friendly.peer.records.map(({ type }) => type)).toEqual([22, 20, 23]);
    expect(friendly.peer.clientHello.legacy_session_id).toHaveLength(32);
    // RFC 9846, section 5.1: the first record of all says 0x0301, the others 0x0303.
    expect(friendly.peer.records.map(({ version }) => version)).toEqual([0x0301, 0x0303, 0x0303]);
  });

  test('is the same client again with the same random numbers', () => {
    const [one, two] = [sessionWith(new Peer13()), sessionWith(new Peer13())];
    expect(toHex(one.sent)).toBe(toHex(two.sent));
  });
});

describe('HelloRetryRequest', () => {
  const groups = (session: Session<Peer13>): number[] => {
    const values = readExtensions(CLIENT_HELLO_EXTENSIONS, session.peer.clientHello.extensions);
    return values.key_share!.map((share) => share.group);
  };

  test('another group', () => {
    const session = sessionWith(new Peer13({ retry: { group: 23 } }));
    expectOpen(session);
    expect(session.client.facts).toMatchObject({ retried: true, group: 'secp256r1' });
    expect(groups(session)).toEqual([23]);
  });

  test('a cookie alone: the same shares again', () => {
    const cookie = new Uint8Array(300).fill(0xc0);
    const session = sessionWith(new Peer13({ retry: { cookie } }));
    expectOpen(session);
    const hellos = session.peer.messages.filter((message) => message[0] === client_hello);
    expect(hellos).toHaveLength(2);
    const values = readExtensions(CLIENT_HELLO_EXTENSIONS, session.peer.clientHello.extensions);
    expect(values.cookie).toEqual(cookie);
    expect(groups(session)).toEqual([29]);
  });

  test('a group and a cookie; all else is as it was', () => {
    const session = sessionWith(new Peer13({ retry: { group: 23, cookie: new Uint8Array([1]) } }));
    expectOpen(session);
    const [first, second] = session.peer.messages.filter((message) => message[0] === client_hello);
    expect(second!.subarray(4, 70)).toEqual(first!.subarray(4, 70));
    const kept = session.peer.clientHello.extensions!.map((extension) => extension.extension_type);
    expect(without(session.peer.clientHello.extensions!, ExtensionType.cookie)).toHaveLength(kept.length - 1);
  });

  test('a session whose hash is not that of the suite asked for is not offered again', () => {
    const first = sessionWith(new Peer13());
    first.peer.ticket();
    first.run();
    const session = first.events.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
    const offers = (message: Uint8Array): boolean => {
      const { extensions } = decode(ClientHello, message.subarray(4));
      return extensions!.some(({ extension_type }) => extension_type === ExtensionType.pre_shared_key);
    };
    for (const suite of [TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384]) {
      const peer = new Peer13({ suite, retry: { group: 23 } });
      expectOpen(sessionWith(peer, { sessions: { load: () => session } }));
      const hellos = peer.messages.filter((message) => message[0] === client_hello);
      expect(hellos.map(offers)).toEqual([true, suite === TLS_AES_128_GCM_SHA256]);
    }
  });

  test.each([true, false])('change_cipher_spec goes out once, before the second hello (compatibility %s)', (on) => {
    const session = sessionWith(new Peer13({ retry: { group: 23 } }), { middleboxCompatibility: on });
    expectOpen(session);
    expect(session.peer.records.map(({ type }) => type)).toEqual(on ? [22, 20, 22, 23, 23] : [22, 22, 23, 23]);
  });

  test('the server may send change_cipher_spec after each of its hellos', () => {
    const ccs = (peer: Peer13): void => peer.changeCipherSpec();
    const { hello, extensions, certificate: cert, verify, finished: fin } = steps13;
    const script = [hello, ccs, extensions, ccs, cert, ccs, verify, fin];
    expectOpen(sessionWith(new Peer13({ script, retry: { group: 23 } })));
  });
});

describe('client authentication in TLS 1.3', () => {
  test('without a credential the certificate is empty', () => {
    const session = sessionWith(new Peer13({ requestCertificate: true }));
    expectOpen(session);
    expect(session.peer.types).toEqual([client_hello, certificate, finished]);
    expect(session.client.facts).toMatchObject({ certificateRequested: true, credential: null, ownScheme: null });
  });

  test.each(['P-256', 'P-384', 'ed25519', 'rsa'] as const)('with a %s key', (kind) => {
    const mine = credentialOf(kind, 'client');
    const session = sessionWith(new Peer13({ requestCertificate: true }), { credentials: { select: () => mine } });
    expectOpen(session);
    expect(session.peer.types).toEqual([client_hello, certificate, certificate_verify, finished]);
    expect(session.client.facts.credential).toBe(mine);
    // One record: the flight goes out whole although it waited for a signature.
    expect(session.peer.records.filter(({ inner }) => inner === 22)).toHaveLength(2);
  });
});

describe('handshake messages cut and joined across records', () => {
  const sizeOf = (options: Options13): number => {
    let longest = 0;
    const peer = new Peer13(options);
    peer.cut = (bytes) => {
      longest = Math.max(longest, bytes.length);
      return [bytes];
    };
    sessionWith(peer);
    return longest;
  };

  test.each([
    ['plain', {}, {}],
    ['with a HelloRetryRequest', { retry: { group: 23 } }, {}],
    ['with a CertificateRequest', { requestCertificate: true }, {}],
  ] as [string, Options13, Partial<ClientOptions>][])('in two at each byte: %s', (_name, options, client) => {
    const size = sizeOf(options);
    expect(size).toBeGreaterThan(400);
    for (let position = 1; position < size; position++) {
      const peer = new Peer13(options);
      peer.cut = cutAt(position);
      const session = sessionWith(peer, client);
      if (session.client.state !== 'open') expect(session.client.error, `cut at ${position}`).toBeNull();
      expect(session.peer.done).toBe(true);
    }
  });

  test.each([1, 2, 3, 4, 5, 7, 64, 1000])('in records of %i bytes', (size) => {
    const peer = new Peer13({ requestCertificate: true, retry: { group: 23, cookie: new Uint8Array(9) } });
    peer.cut = bySize(size);
    expectOpen(sessionWith(peer));
  });

  test('each message in a record of its own', () => {
    const apart = Object.values(steps13).map((step) => (peer: Peer13) => {
      step(peer);
      peer.flush();
    });
    expectOpen(sessionWith(new Peer13({ script: apart.slice(1, 3).concat(apart.slice(4)) })));
  });

  test.each([1, 2, 5, 100])('the transport brings chunks of %i bytes', (size) => {
    const session = new Session(countedClient(), new Peer13({ requestCertificate: true }));
    session.chunks = bySize(size);
    expectOpen(session.run());
  });

  test('the output does not depend on how the input was cut', () => {
    const whole = sessionWith(new Peer13({ requestCertificate: true }));
    for (const size of [1, 3, 50]) {
      const peer = new Peer13({ requestCertificate: true });
      const session = new Session(countedClient(), peer);
      session.chunks = bySize(size);
      session.run();
      expect(toHex(session.sent)).toBe(toHex(whole.sent));
    }
  });

  test('several messages in one record, with the next flight of the client in one', () => {
    const mine = credentialOf('ed25519', 'client');
    const session = sessionWith(new Peer13({ requestCertificate: true }), { credentials: { select: () => mine } });
    const flight = session.peer.records.filter(({ type }) => type === 23).map(({ content }) => content);
    expect(flight).toHaveLength(1);
    expect(concat(...flight)).toEqual(concat(...session.peer.messages.slice(1)));
  });
});
