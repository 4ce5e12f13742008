import { once } from 'node:events';
import type net from 'node:net';
import path from 'node:path';
import nodeTls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import tls, { type ConnectOptions, TLSSocket } from '../../../src/index.ts';
import { nodeProvider } from '../../../src/providers/node.ts';
import { ca, client, failureOf, leafOf, nodeServer, only, readAll, secured } from './support/servers.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    (run() as net.Socket | undefined)?.destroy?.();
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return { name, code, message };
  }
  return null;
}

const leaf = leafOf();

describe('wrong options throw as in node:tls', () => {
  const contexts: [string, object | string | null][] = [
    ['ciphers', { ciphers: 'FOO' }],
    ['ciphers', { ciphers: 1 }],
    ['ciphers', { ciphers: ':' }],
    ['ciphers', { ciphers: 'HIGH:@FOO' }],
    ['ciphers', { ciphers: '' }],
    ['ciphers', { ciphers: 'FOO:ECDHE-RSA-AES128-GCM-SHA256' }],
    ['ecdhCurve', { ecdhCurve: 'foo' }],
    ['ecdhCurve', { ecdhCurve: 1 }],
    ['ecdhCurve', { ecdhCurve: null }],
    ['ecdhCurve', { ecdhCurve: 'P-256:foo' }],
    ['ecdhCurve', { ecdhCurve: 'prime256v1:X25519:secp384r1:P-521' }],
    ['sigalgs', { sigalgs: '' }],
    ['sigalgs', { sigalgs: 3 }],
    ['sigalgs', { sigalgs: 'RSA-PSS+SHA256:ECDSA+SHA256:ed25519' }],
    ['minVersion', { minVersion: 'foo' }],
    ['maxVersion', { maxVersion: 'TLSv1.9' }],
    ['secureProtocol', { secureProtocol: 'TLSv1_2_method' }],
    ['secureProtocol', { secureProtocol: 'foo' }],
    ['secureProtocol', { secureProtocol: 'SSLv3_method' }],
    ['secureProtocol', { secureProtocol: 'SSLv2_client_method' }],
    ['secureProtocol', { secureProtocol: 'TLSv1_2_method', minVersion: 'TLSv1.2' }],
    ['secureOptions', { secureOptions: 'x' }],
    ['ca', { ca: 1 }],
    ['ca', { ca: [ca.cert, null] }],
    ['ca', { ca: '' }],
    ['cert', { cert: 'foo' }],
    ['cert', { cert: 5 }],
    ['key', { cert: leaf.cert, key: 5 }],
    ['key', { cert: leaf.cert, key: {} }],
    ['key', { cert: leaf.cert, key: [5] }],
    ['key', { cert: leaf.cert, key: leafOf('rsa').key.slice(0, 0) }],
    ['passphrase', { cert: leaf.cert, key: leaf.key, passphrase: 5 }],
    ['passphrase', { cert: leaf.cert, key: leaf.key, passphrase: 'for nothing' }],
    ['crl', { crl: 'foo' }],
    ['crl', { crl: 1 }],
    ['options', 'foo'],
    ['options', null],
  ];
  it.each(contexts)('%s: %j', (_name, options) => {
    const ours = thrownBy(() => tls.createSecureContext(options as object));
    expect(ours).toEqual(thrownBy(() => nodeTls.createSecureContext(options as object)));
  });

  const connects: [string, object][] = [
    ['port', { port: 99_999 }],
    ['port', {}],
    ['timeout', { port: 1, timeout: 'x' }],
    ['lookup', { port: 1, lookup: 4 }],
    ['signal', { port: 1, signal: 4 }],
    ['ALPNProtocols', { port: 1, ALPNProtocols: ['x'.repeat(300)] }],
    ['localAddress', { port: 1, localAddress: 'foo' }],
    ['autoSelectFamily', { port: 1, autoSelectFamily: 'foo' }],
  ];
  it.each(connects)('%s: %j', (_name, options) => {
    const ours = thrownBy(() => tls.connect(options).on('error', () => {})) as { message: string } | null;
    const theirs = thrownBy(() => nodeTls.connect(options).on('error', () => {}));
    expect(ours).toEqual(theirs);
    expect(ours).not.toBe(null);
  });

  it.each<[string, object, string]>([
    ['checkServerIdentity', { checkServerIdentity: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['minDHSize', { minDHSize: 'x' }, 'ERR_INVALID_ARG_TYPE'],
    ['minDHSize', { minDHSize: 0 }, 'ERR_OUT_OF_RANGE'],
    ['servername', { servername: 5 }, 'ERR_INVALID_ARG_TYPE'],
    ['keepAliveInitialDelay', { keepAliveInitialDelay: 'foo' }, 'ERR_INVALID_ARG_TYPE'],
  ])('%s: %j, which older versions of Node take for a fault of theirs', (name, options, code) => {
    expect(() => tls.connect({ port: 1, ...options })).toThrow(expect.objectContaining({ code }));
    expect(() => tls.connect({ port: 1, ...options })).toThrow(`options.${name}`);
  });

  it('an IP address as servername, as Node 25 has it', () => {
    expect(thrownBy(() => tls.connect({ port: 1, servername: '127.0.0.1' }))).toEqual({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message:
        "The property 'options.servername' Setting the TLS ServerName to an IP address is not permitted.. Received '127.0.0.1'",
    });
  });

  it.each<[string, object, string]>([
    ['clientCertEngine', { clientCertEngine: 'pkcs11' }, 'ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED'],
    [
      'privateKeyEngine',
      { privateKeyEngine: 'x', privateKeyIdentifier: 'y' },
      'ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED',
    ],
    ['signTimeout', { signTimeout: 0 }, 'ERR_INVALID_ARG_VALUE'],
    ['signTimeout', { signTimeout: '10s' }, 'ERR_INVALID_ARG_VALUE'],
    ['sigalgs', { sigalgs: 'RSA+SHA256:foo' }, 'ERR_INVALID_ARG_VALUE'],
    ['ca', { ca: 'no PEM at all' }, 'ERR_INVALID_ARG_VALUE'],
  ])('%s: what cannot be had is refused, and named', (name, options, code) => {
    expect(() => tls.createSecureContext(options)).toThrow(expect.objectContaining({ code }));
    expect(() => tls.createSecureContext(options)).toThrow(`options.${name}`);
  });

  it.each<[string, ConnectOptions, string]>([
    [
      'versions that exclude each other',
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
    ],
    ['versions that are too old', { maxVersion: 'TLSv1.1' }, 'ERR_SSL_NO_PROTOCOLS_AVAILABLE'],
    ['an empty protocol', { ALPNProtocols: ['h2', ''] }, 'ERR_INVALID_ARG_VALUE'],
    ['protocols in a buffer that is cut', { ALPNProtocols: Buffer.from('\x02h2\x08http/1') }, 'ERR_INVALID_ARG_VALUE'],
    [
      'a context of another module',
      { secureContext: nodeTls.createSecureContext() as never },
      'ERR_TLS_INVALID_CONTEXT',
    ],
  ])('%s', (_name, options, code) => {
    expect(() => tls.connect({ port: 1, ...options })).toThrow(expect.objectContaining({ code }));
  });
});

describe('connect', () => {
  it('takes all of Node’s forms', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end('hi'));
    const options = { ca: ca.cert, servername: 'localhost' };
    const called = (make: (callback: () => void) => TLSSocket) =>
      new Promise<TLSSocket>((resolve) => {
        const socket: TLSSocket = make(() => resolve(socket));
      });
    const host = '127.0.0.1';
    for (const make of [
      (callback: () => void) => tls.connect({ port, host, ...options }, callback),
      (callback: () => void) => tls.connect(port, host, options, callback),
      (callback: () => void) => tls.connect(`${port}`, host, options, callback),
      (callback: () => void) => tls.connect(port, { host, ...options }, callback),
      (callback: () => void) => tls.connect(port, options, callback),
      (callback: () => void) => tls.connect(1, 'nowhere.invalid', { ...options, port, host }, callback),
    ]) {
      const socket = await called(make);
      expect(socket).toBeInstanceOf(TLSSocket);
      expect((await readAll(socket)).toString()).toBe('hi');
    }
  });

  it('takes a path', async () => {
    const server = nodeTls.createServer({ cert: leaf.chain, key: leaf.key }, (socket) => socket.end('by path'));
    const file = path.join('/tmp', `signet-tls-${process.pid}.sock`);
    server.listen(file);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const options = { ca: ca.cert, servername: 'localhost' };
    expect((await readAll(tls.connect(file as never, options as never))).toString()).toBe('by path');
    expect((await readAll(tls.connect({ path: file, ...options }))).toString()).toBe('by path');
  });

  it('passes on what is the transport’s: lookup, family, localAddress', async () => {
    const { port, sockets } = await nodeServer();
    const asked: string[] = [];
    const lookup: net.LookupFunction = (name, options, callback) => {
      asked.push(name);
      setImmediate(() => {
        if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      });
    };
    const socket = client(port, { host: 'localhost', lookup, localAddress: '127.0.0.2', autoSelectFamily: true });
    const lookups: unknown[] = [];
    socket.on('lookup', (...args) => lookups.push(args.slice(0, 3)));
    await once(socket, 'secureConnect');
    expect(asked).toEqual(['localhost']);
    expect(lookups).toEqual([[null, '127.0.0.1', 4]]);
    expect(socket.localAddress).toBe('127.0.0.2');
    expect(sockets.length).toBeLessThanOrEqual(1);
  });
});

describe('SNI', () => {
  async function sent(options: ConnectOptions): Promise<string | false | undefined> {
    const { port } = await nodeServer({ ALPNProtocols: ['x'] }, (socket) =>
      socket.end(`${(socket as { servername?: string }).servername}`),
    );
    const socket = client(port, { checkServerIdentity: () => undefined, ...options });
    const name = (await readAll(socket)).toString();
    expect(`${socket.servername}`).toBe(name);
    return name;
  }

  it.each<[string, ConnectOptions, string]>([
    ['servername', { servername: 'a.test', host: 'localhost' }, 'a.test'],
    ['host, where there is no servername', { servername: undefined, host: 'localhost' }, 'localhost'],
    ['nothing, where the host is an address', { servername: undefined, host: '127.0.0.1' }, 'false'],
    ['nothing, where servername is empty', { servername: '', host: 'localhost' }, 'false'],
  ])('is %s', async (_name, options, expected) => {
    expect(await sent(options)).toBe(expected);
  });

  it('may be set until the handshake begins', async () => {
    const { port } = await nodeServer({}, (socket) => socket.end());
    const socket = client(port, { checkServerIdentity: () => undefined });
    socket.setServername('late.test');
    await once(socket, 'secureConnect');
    expect(socket.servername).toBe('late.test');
    expect(() => socket.setServername(5 as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  });
});

describe('ALPN', () => {
  it.each<[string, ConnectOptions['ALPNProtocols'], string | false]>([
    ['strings', ['x', 'h2'], 'h2'],
    ['Buffers', [Buffer.from('x'), Buffer.from('h2')], 'h2'],
    ['typed arrays', [new Uint8Array([0x68, 0x32])], 'h2'],
    ['one buffer', Buffer.from('\x01x\x02h2'), 'h2'],
    ['a DataView', new DataView(Uint8Array.from([2, 0x68, 0x32]).buffer), 'h2'],
    ['none', undefined, false],
    ['an empty list', [], false],
  ])('as %s', async (_name, ALPNProtocols, expected) => {
    const { port } = await nodeServer({ ALPNProtocols: ['h2', 'http/1.1'] });
    const socket = await secured(port, { ALPNProtocols });
    expect(socket.alpnProtocol).toBe(expected);
  });

  it('nothing in common', async () => {
    const { port } = await nodeServer({ ALPNProtocols: ['h2'] });
    const error = await failureOf(client(port, { ALPNProtocols: ['x'] }));
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  });
});

describe('what is offered', () => {
  it.each([
    ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLSv1.2'],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLSv1.2'],
    ['ECDHE-ECDSA-AES128-SHA256', 'TLSv1.2'],
    ['TLS_AES_128_GCM_SHA256', 'TLSv1.3'],
    ['TLS_CHACHA20_POLY1305_SHA256', 'TLSv1.3'],
  ])('ciphers: %s', async (ciphers, version) => {
    const { port } = await nodeServer(only(version));
    const socket = await secured(port, { ciphers });
    expect(socket.getCipher()).toMatchObject({ name: ciphers, version });
  });

  it('what has no forward secrecy or no AEAD last of all, and not where DEFAULT_CIPHERS leaves it out', async () => {
    const rsa = ca.issue({ key: 'rsa', keyUsage: 1 | 4 });
    const server = { cert: rsa.chain, key: rsa.key, ...only('TLSv1.2') };
    const better = tls.DEFAULT_CIPHERS.replace(/:DHE-.*$/, '');
    for (const ciphers of ['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-RSA-AES256-SHA', 'DHE-RSA-AES128-GCM-SHA256']) {
      const { port } = await nodeServer({ ...server, ciphers: `${ciphers}:@SECLEVEL=0`, dhparam: 'auto' as never });
      expect((await failureOf(client(port, { ciphers: better }))).code).toMatch(/ALERT_HANDSHAKE_FAILURE$/);
      expect((await secured(port)).getCipher()!.name).toBe(ciphers);
    }
  });

  it('versions', async () => {
    const { port } = await nodeServer();
    expect((await secured(port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    expect((await secured(port, { secureProtocol: 'TLSv1_2_method' })).getProtocol()).toBe('TLSv1.2');
    expect((await secured(port)).getProtocol()).toBe('TLSv1.3');
  });

  it('sigalgs', async () => {
    const rsa = leafOf('rsa');
    const { port } = await nodeServer({ cert: rsa.chain, key: rsa.key });
    await secured(port, { sigalgs: 'RSA-PSS+SHA512:ECDSA+SHA256' });
    const error = await failureOf(client(port, { sigalgs: 'ed25519' }));
    expect(error.code).toMatch(/ALERT_HANDSHAKE_FAILURE$/);
  });

  it('changed defaults count for what comes after', async () => {
    const { port } = await nodeServer();
    const { DEFAULT_MAX_VERSION, DEFAULT_CIPHERS, DEFAULT_ECDH_CURVE } = tls;
    try {
      tls.DEFAULT_MAX_VERSION = 'TLSv1.2';
      tls.DEFAULT_CIPHERS = 'ECDHE-ECDSA-AES256-GCM-SHA384';
      tls.DEFAULT_ECDH_CURVE = 'P-384:P-256';
      const socket = await secured(port);
      expect(socket.getCipher()).toMatchObject({ name: 'ECDHE-ECDSA-AES256-GCM-SHA384', version: 'TLSv1.2' });
      expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'prime256v1' });
      tls.DEFAULT_MIN_VERSION = 'TLSv1.4';
      expect(() => tls.createSecureContext()).toThrow('"TLSv1.4" is not a valid minimum TLS protocol version');
    } finally {
      Object.assign(tls, { DEFAULT_MAX_VERSION, DEFAULT_CIPHERS, DEFAULT_ECDH_CURVE, DEFAULT_MIN_VERSION: 'TLSv1.2' });
    }
  });
});

describe('trust', () => {
  it('a CRL must be there for every certificate, and revokes', async () => {
    const revoked = ca.issue({ serial: 4711 });
    const { port } = await nodeServer({ cert: revoked.cert, key: revoked.key });
    const crl = (serials: number[]) => ca.crl({ revoked: serials.map((serial) => ({ serial })) }).pem;
    await secured(port, { crl: crl([]) });
    expect((await failureOf(client(port, { crl: crl([4711]) }))).code).toBe('CERT_REVOKED');
  });

  it('an intermediate in `ca` ends a path only with allowPartialTrustChain', async () => {
    const middle = ca.intermediate({ name: 'Middle' });
    const deep = middle.issue();
    const { port } = await nodeServer({ cert: deep.cert, key: deep.key });
    expect((await failureOf(client(port, { ca: middle.cert }))).code).toMatch(/^UNABLE_TO_GET_ISSUER_CERT/);
    await secured(port, { ca: middle.cert, allowPartialTrustChain: true });
    await secured(port, { ca: [middle.cert, ca.cert] });
  });

  it('without `ca` it is Node’s list', async () => {
    const { port } = await nodeServer();
    const error = await failureOf(client(port, { ca: undefined }));
    expect(error.code).toMatch(/^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/);
    expect(tls.createSecureContext().anchors.all.length).toBeGreaterThan(100);
  });

  it('a verifier of one’s own decides in place of everything else', async () => {
    const { port } = await nodeServer();
    const verdict = { error: null, path: null, notAfter: null, unchecked: ['all'] };
    const socket = await secured(port, {
      ca: undefined,
      servername: 'x.test',
      verifier: { verify: async () => verdict },
    });
    expect(socket.authorized).toBe(true);
  });

  it('a provider of one’s own does the arithmetic', async () => {
    const { port } = await nodeServer();
    let asked = 0;
    const random = (size: number) => {
      asked += 1;
      return nodeProvider.random(size);
    };
    const provider = { ...nodeProvider, name: 'counting', random };
    await secured(port, { provider });
    expect(asked).toBeGreaterThan(0);
  });

  it('rejectUnauthorized: undefined means true', async () => {
    const { port } = await nodeServer();
    const error = await failureOf(client(port, { ca: undefined, rejectUnauthorized: undefined }));
    expect(error.code).toBeTypeOf('string');
  });

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 is obeyed', async () => {
    const { port } = await nodeServer();
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const socket = await secured(port, { ca: undefined });
      expect(socket.authorized).toBe(false);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });
});

describe('a stapled OCSP response', () => {
  it.each(['TLSv1.2', 'TLSv1.3'])('is shown before the handshake is done in %s', async (version) => {
    const listening = await nodeServer(only(version));
    const response = Buffer.from('a response');
    listening.server.on('OCSPRequest', (_cert, _issuer, callback) => callback(null, response));
    const socket = client(listening.port, { requestOCSP: true });
    const order: unknown[] = [];
    socket.on('OCSPResponse', (shown) => order.push(shown));
    socket.on('secureConnect', () => order.push('secureConnect'));
    await once(socket, 'secureConnect');
    expect(order).toEqual([response, 'secureConnect']);
  });

  it('that is not there is null', async () => {
    const { port } = await nodeServer();
    const socket = client(port, { requestOCSP: true });
    expect(await once(socket, 'OCSPResponse')).toEqual([null]);
  });
});

describe('contexts', () => {
  it('are made once and used often, by either of Node’s shapes', async () => {
    const { port } = await nodeServer({ requestCert: true, ca: ca.cert });
    const context = tls.createSecureContext({ ca: ca.cert, cert: leaf.chain, key: leaf.key });
    for (const secureContext of [context, context.context, { context }]) {
      const socket = await secured(port, { ca: undefined, secureContext });
      expect(socket.authorized).toBe(true);
    }
  });
});
