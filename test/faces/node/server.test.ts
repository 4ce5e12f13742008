import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { TLSSocket as NodeSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import tls, { type TLSSocket } from '../../../src/index.ts';
import { EKU } from '../../support/pki.ts';
import { nodeClient, ourServer } from './support/ours.ts';
import { ca, client, failureOf, leafOf, other, readAll, VERSIONS } from './support/servers.ts';

const echo = (socket: TLSSocket): void => void socket.pipe(socket);

async function secured<T extends NodeSocket | TLSSocket>(socket: T): Promise<T> {
  await once(socket, 'secureConnect');
  return socket;
}

describe.each(VERSIONS)('a server in %s', (version) => {
  const only = { minVersion: version, maxVersion: version } as const;
  const clients = { 'node:tls': nodeClient, ours: client } as const;

  describe.each(['node:tls', 'ours'] as const)('and a client of %s', (kind) => {
    const connect = clients[kind] as typeof nodeClient;

    it('a megabyte goes there and back, and both sides end', async () => {
      const { port } = await ourServer(only, echo);
      const socket = connect(port);
      const sent = Buffer.alloc(1 << 20, 'signet');
      socket.end(sent);
      expect((await readAll(socket as never)).equals(sent)).toBe(true);
    });

    it.each(['P-256', 'P-384', 'rsa', 'rsa-pss', 'ed25519'] as const)('authenticates itself by %s', async (key) => {
      const leaf = leafOf(key);
      const { port, sockets } = await ourServer({ ...only, cert: leaf.chain, key: leaf.key });
      const socket = await secured(connect(port));
      expect([socket.authorized, socket.getProtocol()]).toEqual([true, version]);
      await expect.poll(() => sockets.length).toBe(1);
      expect(sockets[0]!.getProtocol()).toBe(version);
      expect(sockets[0]!.getFinished()).toEqual(socket.getPeerFinished());
      expect(sockets[0]!.getPeerFinished()).toEqual(socket.getFinished());
      expect(sockets[0]!.exportKeyingMaterial(32, 'EXPORTER-x')).toEqual(
        socket.exportKeyingMaterial(32, 'EXPORTER-x', undefined as never),
      );
    });

    it('asks for a certificate, and knows whose it is', async () => {
      const leaf = leafOf('rsa');
      const { port, sockets } = await ourServer({ ...only, ca: ca.cert, requestCert: true });
      const socket = connect(port, { cert: leaf.chain, key: leaf.key });
      await secured(socket);
      await expect.poll(() => sockets.length).toBe(1);
      expect([sockets[0]!.authorized, sockets[0]!.authorizationError]).toEqual([true, null]);
      expect(sockets[0]!.getPeerX509Certificate()!.raw).toEqual(Buffer.from(leaf.der));
    });

    it('refuses who has none, or one of somebody else', async () => {
      const { port, errors } = await ourServer({ ...only, ca: ca.cert, requestCert: true });
      const none = connect(port);
      expect((await failureOf(none as never)).code).toMatch(/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/);
      expect(errors[0]!.code).toBe('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
      const stranger = other.issue({ name: 'stranger', eku: [EKU.client] });
      const wrong = connect(port, { cert: stranger.chain, key: stranger.key });
      expect((await failureOf(wrong as never)).code).toMatch(/ALERT_UNKNOWN_CA/);
      expect(errors[1]).toMatchObject({ code: 'ECONNRESET', cause: { code: expect.stringMatching(/^UNABLE_TO/) } });
    });

    it('lets both in where rejectUnauthorized is false, and says so', async () => {
      const options = { ...only, ca: ca.cert, requestCert: true, rejectUnauthorized: false };
      const { port, sockets } = await ourServer(options);
      await secured(connect(port));
      const stranger = other.issue({ name: 'stranger', eku: [EKU.client] });
      await secured(connect(port, { cert: stranger.chain, key: stranger.key }));
      await expect.poll(() => sockets.length).toBe(2);
      expect(sockets.map((socket) => socket.authorized)).toEqual([false, false]);
      expect(sockets[0]!.authorizationError).toBe('UNABLE_TO_GET_ISSUER_CERT');
      expect(sockets[1]!.authorizationError).toMatch(/^UNABLE_TO/);
    });

    it('chooses a context by name: callbacks of both kinds, and addContext with wildcards', async () => {
      const one = ca.issue({ name: 'one', san: ['dns:a.one.test'] });
      const two = ca.issue({ name: 'two', san: ['dns:two.test'] });
      const { port, server, sockets } = await ourServer(only);
      server.addContext('*.one.test', { cert: one.chain, key: one.key });
      server.addContext('two.test', tls.createSecureContext({ cert: two.chain, key: two.key }));
      for (const servername of ['a.one.test', 'two.test']) await secured(connect(port, { servername }));
      await expect.poll(() => sockets.length).toBe(2);
      expect(sockets.map((socket) => socket.servername)).toEqual(['a.one.test', 'two.test']);
      const context = tls.createSecureContext({ cert: two.chain, key: two.key });
      const later = await ourServer({
        ...only,
        SNICallback: (_name, done) => void setTimeout(done, 5, null, { context }),
      });
      await secured(connect(later.port, { servername: 'two.test' }));
      const old = await ourServer({ ...only, SNICallback: (name) => (name === 'two.test' ? context : null) });
      await secured(connect(old.port, { servername: 'two.test' }));
      await secured(connect(old.port));
    });

    it('chooses a protocol by list or by function, or refuses', async () => {
      const listed = await ourServer({ ...only, ALPNProtocols: ['b', 'a'] });
      expect((await secured(connect(listed.port, { ALPNProtocols: ['a', 'b'] }))).alpnProtocol).toBe('b');
      expect((await secured(connect(listed.port))).alpnProtocol).toBe(false);
      const wrong = connect(listed.port, { ALPNProtocols: ['c'] });
      expect((await failureOf(wrong as never)).code).toMatch(/NO_APPLICATION_PROTOCOL/);
      const asked = await ourServer({ ...only, ALPNCallback: ({ protocols }) => protocols.find((one) => one === 'x') });
      expect((await secured(connect(asked.port, { ALPNProtocols: ['y', 'x'] }))).alpnProtocol).toBe('x');
      await failureOf(connect(asked.port, { ALPNProtocols: ['y'] }) as never);
      expect([listed.errors[0]!.code, asked.errors[0]!.code]).toEqual(Array(2).fill('ERR_SSL_NO_APPLICATION_PROTOCOL'));
    });

    it('staples what OCSPRequest gives', async () => {
      const { port, server } = await ourServer({ ...only, ca: ca.cert });
      server.on('OCSPRequest', (leaf: Buffer, issuer: Buffer, done: (error: null, response: Buffer) => void) => {
        expect([leaf, issuer]).toEqual([Buffer.from(leafOf().der), Buffer.from(ca.der)]);
        setTimeout(done, 5, null, Buffer.from('hello'));
      });
      const socket = connect(port, { requestOCSP: true, rejectUnauthorized: false } as never);
      const [response] = await once(socket, 'OCSPResponse');
      expect(String(response)).toBe('hello');
    });
  });

  it('gives a key log that both ends agree on', async () => {
    const { port, server } = await ourServer(only);
    const ours: string[] = [];
    const theirs: string[] = [];
    server.on('keylog', (line: Buffer) => ours.push(String(line)));
    const socket = nodeClient(port);
    socket.on('keylog', (line) => theirs.push(String(line)));
    await secured(socket);
    await expect.poll(() => ours.length).toBe(theirs.length);
    expect(ours.sort()).toEqual(theirs.sort());
  });

  it('signs with a key that is elsewhere, for many at once', async () => {
    const leaf = leafOf();
    let waiting = 0;
    const { createSign } = await import('node:crypto');
    const key = (data: Buffer, callback: (error?: unknown, signature?: Uint8Array) => void): void => {
      waiting += 1;
      setTimeout(() => callback(null, createSign('sha256').update(data).sign(leaf.key)), 20);
    };
    const { port } = await ourServer({ ...only, cert: leaf.chain, key });
    await Promise.all(Array.from({ length: 20 }, () => secured(nodeClient(port))));
    expect(waiting).toBe(20);
  });
});

it('STARTTLS: takes over a socket that has spoken plain text', async () => {
  const leaf = leafOf();
  const secureContext = tls.createSecureContext({ cert: leaf.chain, key: leaf.key });
  const server = net.createServer((raw) => {
    raw.once('data', () => {
      raw.write('go\n');
      raw.removeAllListeners('data');
      const socket = new tls.TLSSocket(raw, { isServer: true, secureContext });
      socket.on('secure', () => socket.end(`over ${socket.getProtocol()}`));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const raw = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  raw.write('STARTTLS\n');
  await once(raw, 'data');
  const socket = tls.connect({ socket: raw, ca: ca.cert, servername: 'localhost' });
  expect(String(await readAll(socket))).toBe('over TLSv1.3');
  server.close();
});

it('is the base of http servers', async () => {
  const leaf = leafOf();
  const web = createHttpServer((_request, response) => response.end('hello'));
  const { port } = await ourServer({ cert: leaf.chain, key: leaf.key }, (socket) => web.emit('connection', socket));
  const createConnection = () => client(port);
  const [response] = await once(get({ createConnection, host: 'localhost' }), 'response');
  expect(String(await readAll(response))).toBe('hello');
});

it('can be called without new, built upon, and given another context', async () => {
  const plain = (tls.Server as unknown as () => InstanceType<typeof tls.Server>)();
  expect(plain).toBeInstanceOf(net.Server);
  expect(plain).toBeInstanceOf(tls.Server);
  const { port, server } = await ourServer();
  const leaf = ca.issue({ name: 'second', san: ['dns:localhost'] });
  server.setSecureContext({ cert: leaf.chain, key: leaf.key });
  const socket = await secured(nodeClient(port));
  expect(socket.getPeerX509Certificate()!.subject).toContain('second');
  expect((server as unknown as { connections: number }).connections).toBe(1);
});

it('names the option that is wrong', () => {
  const code = (options: object): unknown => {
    try {
      tls.createServer(options);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return null;
  };
  expect(code({ SNICallback: 1 })).toBe('ERR_INVALID_ARG_TYPE');
  expect(code({ ALPNCallback: 1 })).toBe('ERR_INVALID_ARG_TYPE');
  expect(code({ ALPNCallback: () => 'a', ALPNProtocols: ['a'] })).toBe('ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS');
  expect(code({ handshakeTimeout: 'a' })).toBe('ERR_INVALID_ARG_TYPE');
  expect(code({ ticketKeys: Buffer.alloc(47) })).toBe('ERR_INVALID_ARG_VALUE');
  expect(code({ sessionTimeout: -1 })).toBe('ERR_OUT_OF_RANGE');
  expect(() => tls.createServer().addContext('', {})).toThrow('servername');
});

describe.each(VERSIONS)('pre-shared keys in %s', (version) => {
  const psk = Buffer.alloc(32, 3);
  const both = { ciphers: 'PSK+HIGH:TLS_AES_128_GCM_SHA256', minVersion: version, maxVersion: version } as const;
  const clients = { 'node:tls': nodeClient, ours: client } as const;
  const server = { ...both, cert: undefined, key: undefined, pskIdentityHint: 'which?' };

  it.each(['node:tls', 'ours'] as const)('let a client of %s in, if it knows one', async (kind) => {
    const connect = clients[kind] as typeof nodeClient;
    const hints: unknown[] = [];
    const { port, errors } = await ourServer({
      ...server,
      pskCallback: (_socket, identity) => (identity === 'device' ? psk : null),
    });
    const as = (identity: string, key: Buffer) => (hint: string | null) => {
      hints.push(hint);
      return { psk: key, identity };
    };
    const options = { ...both, checkServerIdentity: () => undefined };
    await secured(connect(port, { ...options, pskCallback: as('device', psk) }));
    expect(hints).toEqual([version === 'TLSv1.2' ? 'which?' : null]);
    const stranger = connect(port, { ...options, pskCallback: as('nobody', psk) });
    expect((await failureOf(stranger as never)).code).toMatch(/ALERT/);
    const wrong = connect(port, { ...options, pskCallback: as('device', Buffer.alloc(32, 4)) });
    expect((await failureOf(wrong as never)).code).toMatch(/ALERT/);
    expect(errors).toHaveLength(2);
  });
});
