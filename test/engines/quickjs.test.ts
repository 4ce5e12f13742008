import { createHash, sign } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EKU, makeCa } from '../support/pki.ts';
import { bundleGuest } from './bundle.ts';
import type { GuestOptions, GuestStatus } from './guest.ts';
import { QuickJsGuest } from './quickjs-guest.ts';

const ca = makeCa({ name: 'QuickJS CA' });
const server = ca.intermediate({ name: 'QuickJS Intermediate' }).issue({ key: 'P-256' });
const rsaServer = ca.issue({ key: 'rsa' });
const device = ca.issue({ name: 'device', key: 'P-256', eku: [EKU.client], san: null });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const OPTIONS: GuestOptions = {
  versions: ['TLSv1.3', 'TLSv1.2'],
  serverName: 'localhost',
  anchors: [hex(ca.der)],
  clientChain: null,
  alpn: [],
};

/** Bytes both ways: more than one record holds. */
const BULK = Buffer.alloc(20_000, 'from the guest ');
const ANSWER = Buffer.alloc(20_000, 'from the server ');

let code = '';
let imports: readonly string[] = [];
const guests: QuickJsGuest[] = [];

beforeAll(async () => {
  ({ code, imports } = await bundleGuest());
});

afterAll(() => {
  for (const guest of guests) guest.dispose();
});

interface Outcome {
  readonly status: GuestStatus;
  readonly data: Uint8Array;
  /** Of what node:tls received, and whom it saw. */
  readonly received: string;
  readonly client: string | null;
}

/** Connects a guest to a node:tls server that answers with `ANSWER`, and closes. */
async function converse(serverOptions: tls.TlsOptions, guestOptions: Partial<GuestOptions> = {}): Promise<Outcome> {
  const hash = createHash('sha256');
  let client: string | null = null;
  const listening = tls.createServer({ cert: server.chain, key: server.key, ...serverOptions }, (socket) => {
    let count = 0;
    client = (socket.getPeerCertificate().subject as { CN?: string } | undefined)?.CN ?? null;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      hash.update(bytes);
      count += bytes.length;
      if (count === BULK.length) socket.end(ANSWER);
    });
  });
  listening.on('tlsClientError', () => {});
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const guest = await QuickJsGuest.load(code, 32 * 1024 * 1024);
  guests.push(guest);
  const data = await shuttle(guest, { ...OPTIONS, ...guestOptions }, (listening.address() as net.AddressInfo).port);
  listening.close();
  return { status: guest.status, data, received: hash.digest('hex'), client };
}

/** The host of the guest: carries bytes, and signs what it is asked to sign. */
async function shuttle(guest: QuickJsGuest, options: GuestOptions, port: number): Promise<Uint8Array> {
  const socket = net.connect(port, '127.0.0.1');
  const data: Uint8Array[] = [];
  let sent = false;
  const turn = (): void => {
    if (guest.status.signing) guest.signed(sign('sha256', guest.message(), device.privateKey));
    if (guest.status.state === 'open' && !sent) {
      sent = true;
      guest.send(BULK);
    }
    data.push(guest.data());
    if (guest.status.ended) guest.close();
    const output = guest.output();
    if (output.length > 0) socket.write(output);
    if (['closed', 'failed'].includes(guest.status.state)) socket.end();
  };
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    guest.receive(bytes);
    turn();
  });
  socket.on('end', () => {
    guest.receiveEnd();
    turn();
  });
  guest.connect(options);
  turn();
  await once(socket, 'close');
  return Buffer.concat(data);
}

const SUM = createHash('sha256').update(BULK).digest('hex');

function expectConversation({ status, data, received }: Outcome): void {
  expect(status.error).toBeNull();
  expect(status).toMatchObject({ state: 'closed', verified: true, ended: true, globals: [] });
  expect(received).toBe(SUM);
  expect(Buffer.compare(data, ANSWER)).toBe(0);
}

describe('the engine inside QuickJS, against node:tls', () => {
  test('the bundle imports nothing of Node', () => {
    expect(imports.filter((name) => name.startsWith('node:'))).toEqual([]);
    expect(code).not.toMatch(/\brequire\(|node:/);
    expect(imports.some((name) => name.includes('providers/node'))).toBe(false);
    expect(gzipSync(code).length).toBeLessThan(120_000);
  });

  test.each(['TLSv1.3', 'TLSv1.2'] as const)('%s, ECDSA by way of an intermediate', async (version) => {
    const outcome = await converse(
      { minVersion: version, maxVersion: version, ALPNProtocols: ['x', 'mqtt'] },
      { alpn: ['mqtt'] },
    );
    expectConversation(outcome);
    expect(outcome.status).toMatchObject({ version, alpn: 'mqtt' });
  });

  test.each(['TLSv1.3', 'TLSv1.2'] as const)('%s, RSA', async (version) => {
    const identity = { cert: rsaServer.chain, key: rsaServer.key };
    const outcome = await converse({ ...identity, minVersion: version, maxVersion: version });
    expectConversation(outcome);
  });

  test.each(['TLSv1.3', 'TLSv1.2'] as const)('%s, with a key that its host holds', async (version) => {
    const asking = {
      requestCert: true,
      rejectUnauthorized: true,
      ca: ca.cert,
      minVersion: version,
      maxVersion: version,
    };
    const outcome = await converse(asking, { clientChain: device.chainDer.map(hex) });
    expectConversation(outcome);
    expect(outcome.client).toBe('device');
  });

  test.each([
    ['TLS_CHACHA20_POLY1305_SHA256', 'TLSv1.3'],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLSv1.2'],
  ] as const)('%s', async (ciphers, version) => {
    const outcome = await converse({ ciphers, minVersion: version, maxVersion: version });
    expectConversation(outcome);
    expect(outcome.status.suite).toContain('CHACHA20_POLY1305');
  });

  test('a HelloRetryRequest', async () => {
    const outcome = await converse({ ecdhCurve: 'P-384', minVersion: 'TLSv1.3' });
    expectConversation(outcome);
    expect(outcome.status.group).toBe('secp384r1');
  });

  test.each([
    ['another authority', { anchors: [hex(makeCa({ name: 'QuickJS CA' }).der)] }, /^ERR_TLS_CERT_/],
    ['another name', { serverName: 'example.org' }, /^ERR_TLS_CERT_/],
  ] as const)('refuses %s', async (_name, options, code) => {
    const outcome = await converse({ minVersion: 'TLSv1.3' }, options);
    expect(outcome.status.state).toBe('failed');
    expect(outcome.status.error).toMatch(code);
    expect(outcome.data).toHaveLength(0);
  });
});
