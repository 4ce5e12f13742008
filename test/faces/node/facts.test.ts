import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import nodeTls, { type TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { ConnectOptions, TLSSocket } from '../../../src/index.ts';
import { EKU } from '../../support/pki.ts';
import { accepted, ca, client, leafOf, nodeServer, only, secured, VERSIONS } from './support/servers.ts';

const rsa = leafOf('rsa');
const rich = ca.issue({
  key: 'rsa',
  name: 'localhost',
  organization: 'Test, "quoted" + Ünïcode',
  san: [
    'dns:localhost',
    'dns:*.example.com',
    'ip:127.0.0.1',
    'ip:2001:db8::1',
    'email:a@b.test',
    'uri:https://a.test/b,c',
  ],
  ocsp: ['http://ocsp.test/'],
  eku: [EKU.server, EKU.client],
});
const deep = ca.intermediate({ name: 'One' }).intermediate({ name: 'Two' }).issue({ key: 'P-384' });

/** The same connection by node:tls and by us. */
async function both(options: ConnectOptions, server: TlsOptions): Promise<[nodeTls.TLSSocket, TLSSocket]> {
  const { port } = await nodeServer(server, (socket) => socket.resume());
  const given = { port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert, ...options };
  const theirs = nodeTls.connect(given as nodeTls.ConnectionOptions);
  await once(theirs, 'secureConnect');
  const ours = await secured(port, options);
  return [theirs, ours];
}

/** Certificates refer to themselves, which comparing does not like: the chain as a list. */
function chainOf(socket: { getPeerCertificate(detailed: true): unknown }): unknown[] {
  type Link = Record<string, unknown> & { issuerCertificate?: Link };
  const chain: unknown[] = [];
  for (let one = socket.getPeerCertificate(true) as Link | undefined; one !== undefined; ) {
    const { issuerCertificate, ...fields } = one;
    chain.push({ ...fields, root: issuerCertificate === one });
    one = issuerCertificate === one ? undefined : issuerCertificate;
  }
  return chain;
}

describe.each(VERSIONS)('getters beside node:tls in %s', (version) => {
  const servers: [string, TlsOptions][] = [
    ['an EC key', {}],
    ['an RSA key and every kind of name', { cert: rich.chain, key: rich.key }],
    ['two intermediates', { cert: deep.chain, key: deep.key }],
    ['an Ed25519 key', { cert: leafOf('ed25519').chain, key: leafOf('ed25519').key }],
  ];
  it.each(servers)('the certificate of a server with %s', async (_name, server) => {
    const [theirs, ours] = await both({}, { ...server, ...only(version) });
    expect(ours.getPeerCertificate()).toEqual(theirs.getPeerCertificate());
    expect(Object.keys(ours.getPeerCertificate()!)).toEqual(Object.keys(theirs.getPeerCertificate()));
    expect(chainOf(ours)).toEqual(chainOf(theirs));
    const [x509, twin] = [ours.getPeerX509Certificate()!, theirs.getPeerX509Certificate()!];
    expect(x509).toBeInstanceOf(X509Certificate);
    expect(x509.toString()).toBe(twin.toString());
    expect(x509.issuerCertificate?.subject).toBe(twin.issuerCertificate?.subject);
  });

  it('cipher, protocol, ALPN, names', async () => {
    const server = { ...only(version), ALPNProtocols: ['b', 'a'] };
    const options = { ALPNProtocols: ['a', 'b'], ciphers: nodeTls.DEFAULT_CIPHERS };
    const [theirs, ours] = await both(options, server);
    expect(ours.getCipher()).toEqual(theirs.getCipher());
    expect(ours.getProtocol()).toBe(version);
    expect([ours.alpnProtocol, ours.servername, ours.authorized, ours.authorizationError]).toEqual([
      theirs.alpnProtocol,
      theirs.servername,
      theirs.authorized,
      theirs.authorizationError,
    ]);
    expect(ours.isSessionReused()).toBe(theirs.isSessionReused());
  });

  it('nothing agreed on', async () => {
    const [theirs, ours] = await both({ servername: '', checkServerIdentity: () => undefined }, only(version));
    expect([ours.alpnProtocol, ours.servername]).toEqual([theirs.alpnProtocol, theirs.servername]);
  });

  it('our own certificate', async () => {
    const [theirs, ours] = await both(
      { cert: rsa.chain, key: rsa.key },
      { ...only(version), requestCert: true, ca: ca.cert },
    );
    expect(ours.getCertificate()).toEqual(theirs.getCertificate());
    expect(ours.getX509Certificate()!.toString()).toBe(theirs.getX509Certificate()!.toString());
  });

  it.each(['X25519', 'P-256', 'P-384', 'P-521'])('the key exchange by %s', async (ecdhCurve) => {
    const [theirs, ours] = await both({ ecdhCurve }, { ...only(version), ecdhCurve, cert: rsa.chain, key: rsa.key });
    expect(ours.getEphemeralKeyInfo()).toEqual(theirs.getEphemeralKeyInfo());
  });

  it('the signature schemes of a server that asks for a certificate', async () => {
    const sigalgs = 'ECDSA+SHA256:RSA-PSS+SHA384:RSA+SHA512:ed25519';
    const [theirs, ours] = await both({}, { ...only(version), requestCert: true, rejectUnauthorized: false, sigalgs });
    expect(ours.getSharedSigalgs()).toEqual(theirs.getSharedSigalgs());
  });

  it('Finished and exported keys are those of the other end', async () => {
    const listening = await nodeServer(only(version), (socket) => socket.resume());
    const socket = await secured(listening.port);
    const server = await accepted(listening);
    expect(socket.getFinished()).toEqual(server.getPeerFinished());
    expect(socket.getPeerFinished()).toEqual(server.getFinished());
    for (const context of [undefined, Buffer.from('context'), Buffer.alloc(0)]) {
      const exported = socket.exportKeyingMaterial(48, 'EXPORTER-test', context);
      expect(exported).toEqual(server.exportKeyingMaterial(48, 'EXPORTER-test', context as Buffer));
    }
  });

  it('the key log opens the connection: its lines are those of the other end', async () => {
    const listening = await nodeServer(only(version), (socket) => socket.resume());
    const theirs = new Set<string>();
    listening.server.on('keylog', (line: Buffer) => theirs.add(line.toString()));
    const socket = client(listening.port);
    const lines: string[] = [];
    socket.on('keylog', (line) => {
      expect(Buffer.isBuffer(line)).toBe(true);
      lines.push(line.toString());
    });
    await once(socket, 'secureConnect');
    await accepted(listening);
    expect(lines.length).toBe(version === 'TLSv1.2' ? 1 : 5);
    for (const line of lines) expect(theirs).toContain(line);
  });
});

describe('before and after', () => {
  const names = [
    'getCipher',
    'getProtocol',
    'getPeerCertificate',
    'getPeerX509Certificate',
    'getEphemeralKeyInfo',
  ] as const;
  const more = ['getFinished', 'getPeerFinished', 'isSessionReused', 'getSharedSigalgs', 'getCertificate'] as const;
  const sessions = ['getX509Certificate', 'getSession', 'getTLSTicket'] as const;
  const all = [...names, ...more, ...sessions] as const;
  type Name = (typeof all)[number];
  const values = (socket: TLSSocket | nodeTls.TLSSocket, asked: readonly Name[] = all) =>
    asked.map((name) => [name, (socket as unknown as Record<string, () => unknown>)[name]!.call(socket)]);
  // Before the handshake node:tls is not asked for it: since OpenSSL 3.5 that ends the process by a segmentation fault.
  const harmless = all.filter((name) => name !== 'getEphemeralKeyInfo');

  it('every getter says what node:tls says', async () => {
    const { port } = await nodeServer();
    const options = { port, host: '127.0.0.1', servername: 'localhost', ca: ca.cert };
    const [theirs, ours] = [nodeTls.connect(options), client(port)];
    expect(values(ours, harmless)).toEqual(values(theirs, harmless));
    expect(ours.getEphemeralKeyInfo()).toEqual({});
    await Promise.all([once(theirs, 'secureConnect'), once(ours, 'secureConnect')]);
    const closed = [once(theirs, 'close'), once(ours, 'close')];
    theirs.destroy();
    ours.destroy();
    await Promise.all(closed);
    expect(values(ours)).toEqual(values(theirs));
  });

  it('exportKeyingMaterial checks its arguments and waits for the handshake', async () => {
    const { port } = await nodeServer();
    const ours = client(port);
    const theirs = nodeTls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const args: unknown[][] = [
      ['x', 'l'],
      [0, 'l'],
      [1.5, 'l'],
      [-1, 'l'],
      [8, 5],
      [8, 'l', 'c'],
      [8, 'l'],
    ];
    for (const list of args) {
      const run = (socket: object) => () =>
        (socket as { exportKeyingMaterial(...args: unknown[]): unknown }).exportKeyingMaterial(...list);
      expect(thrownBy(run(ours))).toEqual(thrownBy(run(theirs)));
    }
    await once(theirs, 'secureConnect');
    theirs.destroy();
  });
});

describe('a trace', () => {
  it('comes as events, or to a function, with what the codecs know', async () => {
    const { port } = await nodeServer(only('TLSv1.3'));
    const items: { type: string; from: string; protocol?: string; bytes: Uint8Array }[] = [];
    const socket = client(port, { trace: true });
    socket.on('trace', (item) => items.push(item));
    await once(socket, 'secureConnect');
    const handshake = items.filter((item) => item.type === 'message' && item.protocol === 'handshake');
    expect(handshake.map((item) => `${item.from} ${item.bytes[0]}`).slice(0, 5)).toEqual([
      'client 1',
      'server 2',
      'server 8',
      'server 11',
      'server 15',
    ]);
    const again: unknown[] = [];
    await secured(port, { trace: (item) => again.push(item) });
    expect(again.length).toBeGreaterThan(5);
  });

  it('is printed by enableTrace', async () => {
    const { port } = await nodeServer(only('TLSv1.2'));
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof write;
    try {
      await secured(port, { enableTrace: true });
    } finally {
      process.stderr.write = write;
    }
    const text = written.join('');
    expect(text).toContain('client: handshake client_hello');
    expect(text).toContain('server: handshake server_key_exchange');
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return { name, code, message };
  }
  return null;
}
