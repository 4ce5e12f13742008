import { createECDH, createPublicKey, diffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../src/bytes/index.ts';
import { clientSettings } from '../../src/config/client.ts';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import type { Group, KeyShare } from '../../src/crypto/index.ts';
import { Connection } from '../../src/engine/connection.ts';
import { settle } from '../../src/engine/index.ts';
import type { ClientSettings } from '../../src/handshake/client/settings.ts';
import { startClient } from '../../src/handshake/client/start.ts';
import type { Event } from '../../src/handshake/events.ts';
import { nodeProvider, secp256r1, x25519 } from '../../src/providers/node.ts';
import { HandshakeType } from '../../src/wire/index.ts';
import { accepting } from '../support/verifiers.ts';
import { contentOf, NAMES, TRACES, type Trace, x25519PrivateKey } from './traces.ts';

describe.each(NAMES)('RFC 8448, the client of the trace "%s"', (name) => {
  const trace = TRACES[name];

  test('sends every record of the trace and learns every secret', () => {
    const { records, secrets } = trace;
    const client = new Client(trace);
    expect(client.sent()).toBe(records.clientHello);
    if (records.helloRetryRequest !== undefined) {
      client.receive(records.helloRetryRequest);
      expect(client.sent()).toBe(records.secondClientHello);
    }
    client.receive(records.serverHello);
    expect(client.engine.state).toBe('handshaking');
    client.receive(records.serverFlight);
    expect(client.engine.error).toBeNull();
    expect(client.engine.state).toBe('open');
    expect(client.sent()).toBe(records.clientFlight);
    expect(toHex(client.engine.facts.peerFinished!)).toBe(trace.messages.finished.slice(8));
    expect(client.keyLog()).toEqual({
      CLIENT_HANDSHAKE_TRAFFIC_SECRET: secrets.clientHandshake,
      SERVER_HANDSHAKE_TRAFFIC_SECRET: secrets.serverHandshake,
      CLIENT_TRAFFIC_SECRET_0: secrets.clientApplication,
      SERVER_TRAFFIC_SECRET_0: secrets.serverApplication,
      EXPORTER_SECRET: secrets.exporter,
    });
    expect(client.kept).toEqual(expect.arrayContaining([secrets.handshake, secrets.resumption]));
    if (secrets.master !== undefined) expect(client.kept).toContain(secrets.master);
  });

  test('closes with the records of the trace', () => {
    const { records } = trace;
    const client = opened(trace);
    if (records.newSessionTicket !== undefined) {
      client.receive(records.newSessionTicket);
      client.engine.send(fromHex(trace.applicationData!));
      expect(client.sent()).toBe(records.clientData);
      client.receive(records.serverData!);
    }
    client.engine.close();
    expect(client.sent()).toBe(records.clientCloseNotify);
    client.receive(records.serverCloseNotify);
    expect(client.engine.error).toBeNull();
    expect(client.engine.state).toBe('closed');
    expect(client.events.at(-1)).toEqual({ type: 'end', truncated: false });
  });
});

test('RFC 8448, section 3: the ticket and its secret', () => {
  const client = opened(TRACES.simple);
  client.receive(TRACES.simple.records.newSessionTicket!);
  const session = client.events.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
  expect(toHex(session.secret)).toBe(TRACES.simple.secrets.ticket);
  expect(session).toMatchObject({ version: 'TLSv1.3', suite: 0x1301, lifetime: 30, ageAdd: 0xfad6aac5 });
  expect(session.maxEarlyData).toBe(1024);
  client.receive(TRACES.simple.records.serverData!);
  const data = client.events.flatMap((event) => (event.type === 'data' ? [event.bytes] : []));
  expect(toHex(concat(...data))).toBe(TRACES.simple.applicationData);
});

test('RFC 8448, section 6: what is presented and with what it is signed', () => {
  const { facts } = opened(TRACES.clientAuthentication).engine;
  expect(facts).toMatchObject({
    certificateRequested: true,
    ownScheme: 'rsa_pss_rsae_sha256',
    peerScheme: 'ecdsa_secp256r1_sha256',
    group: 'x25519',
  });
});

test.each(NAMES)('RFC 8448, trace "%s": one changed bit of the flight ends in bad_record_mac', (name) => {
  const { records } = TRACES[name];
  const client = new Client(TRACES[name]);
  if (records.helloRetryRequest !== undefined) client.receive(records.helloRetryRequest);
  client.receive(records.serverHello);
  const flight = fromHex(records.serverFlight);
  flight[flight.length - 1]! ^= 1;
  client.receive(toHex(flight));
  expect(client.engine.error?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
});

function opened(trace: Trace): Client {
  const client = new Client(trace);
  if (trace.records.helloRetryRequest !== undefined) client.receive(trace.records.helloRetryRequest);
  client.receive(trace.records.serverHello);
  client.receive(trace.records.serverFlight);
  client.sent();
  return client;
}

/** The client of a trace: its random numbers, keys, signature and hello messages; all the rest is the library's. */
class Client {
  readonly engine: Connection<ClientSettings>;
  readonly events: Event[] = [];
  /** Every secret that the connection kept, as hex. */
  readonly kept: string[] = [];

  constructor(trace: Trace) {
    const hellos = [trace.records.clientHello, trace.records.secondClientHello ?? ''].map(contentOf).values();
    const kept = this.kept;
    this.engine = new Connection('client', settingsOf(trace), function* (hs) {
      const { vault } = hs;
      const keep = vault.keep.bind(vault);
      vault.keep = (bytes) => {
        kept.push(toHex(bytes));
        return keep(bytes);
      };
      const send = hs.sendBytes.bind(hs);
      hs.sendBytes = (message) => send(message[0] === HandshakeType.client_hello ? hellos.next().value! : message);
      return yield* startClient(hs);
    });
    this.settle();
  }

  receive(hex: string): void {
    this.engine.receive(fromHex(hex));
    this.settle();
  }

  sent(): string {
    let text = '';
    for (let piece = this.engine.takeOutput(); piece !== null; piece = this.engine.takeOutput()) text += toHex(piece);
    return text;
  }

  keyLog(): Record<string, string> {
    const lines = this.events.flatMap((event) => (event.type === 'key-log' ? [event] : []));
    return Object.fromEntries(lines.map(({ label, secret }) => [label, toHex(secret)]));
  }

  private settle(): void {
    settle(this.engine, () => {});
    for (let event = this.engine.takeEvent(); event !== null; event = this.engine.takeEvent()) this.events.push(event);
  }
}

function settingsOf(trace: Trace): ClientSettings {
  const hello = contentOf(trace.records.clientHello);
  const random = hello.slice(6, 38);
  const sessionId = hello.slice(39, 39 + hello[38]!);
  const inOrder = [random, sessionId].values();
  const { x25519: first, secp256r1: second } = trace.clientPrivateKeys;
  return clientSettings({
    provider: { ...nodeProvider, random: () => inOrder.next().value! },
    verifier: accepting,
    now: () => 0,
    serverName: 'server',
    versions: ['TLSv1.3'],
    groups: [fixedX25519(first), fixedP256(second ?? '01'.repeat(32))],
    recordSizeLimit: 16_384,
    middleboxCompatibility: sessionId.length > 0,
    keyLog: true,
    credentials: trace.clientCertificate === undefined ? null : fixedCredential(trace),
  });
}

/** A signer that knows one signature by heart. */
function fixedCredential(trace: Trace): ReturnType<typeof credentialChooser> {
  const signature = fromHex(trace.clientSignature!);
  const key = { schemes: ['rsa_pss_rsae_sha256' as const], sign: () => signature };
  return credentialChooser([credential({ chain: [fromHex(trace.clientCertificate!)], key })]);
}

function fixedX25519(hex: string): Group {
  const spki = (raw: Uint8Array): Buffer => Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), raw]);
  const privateKey = x25519PrivateKey(hex);
  const share = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const agree = (peer: Uint8Array): Uint8Array => {
    const publicKey = createPublicKey({ key: spki(peer), format: 'der', type: 'spki' });
    return new Uint8Array(diffieHellman({ privateKey, publicKey }));
  };
  return { ...x25519, start: (): KeyShare => ({ share: new Uint8Array(share), agree }) };
}

function fixedP256(hex: string): Group {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(hex, 'hex'));
  const agree = (peer: Uint8Array): Uint8Array => new Uint8Array(ecdh.computeSecret(peer));
  return { ...secp256r1, start: (): KeyShare => ({ share: new Uint8Array(ecdh.getPublicKey()), agree }) };
}
