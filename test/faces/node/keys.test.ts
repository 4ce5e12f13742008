import * as crypto from 'node:crypto';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { TLSSocket as NodeSocket, TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import tls, { type ConnectOptions, type KeyCallback, type SigningKey, type SignRequest } from '../../../src/index.ts';
import { signingKeyFrom } from '../../../src/providers/node.ts';
import { EKU, type KeyType } from '../../support/pki.ts';
import { ca, client, failureOf, leafOf, nodeServer, only, secured, VERSIONS } from './support/servers.ts';

const mutual: TlsOptions = { requestCert: true, rejectUnauthorized: true, ca: ca.cert };
const leaf = leafOf();
const pkcs8 = createPrivateKey(leaf.key);

const HASHES: Partial<Record<KeyType, string | null>> = { 'P-384': 'sha384', 'P-521': 'sha512', ed25519: null };

/** Signs in the way that is usual for this kind of key. */
function sign(type: KeyType, data: Uint8Array, more: object = {}): Buffer {
  const hash = type in HASHES ? HASHES[type] : 'sha256';
  return crypto.sign(hash, data, { key: createPrivateKey(leafOf(type).key), ...more });
}

const callback =
  (type: KeyType, delay: number = 0, more: object = {}): KeyCallback =>
  (data, done) => {
    setTimeout(() => done(null, sign(type, data, more)), delay);
  };

/** What a server that demands a certificate sees. */
async function seen(
  options: ConnectOptions,
  server: TlsOptions = {},
): Promise<{ name: string; protocol: string | null }> {
  const arrived = deferred<NodeSocket>();
  const { port } = await nodeServer({ ...mutual, ...server }, arrived.resolve);
  await secured(port, options);
  const socket = await arrived.promise;
  return { name: socket.getPeerCertificate().fingerprint256, protocol: socket.getProtocol() };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const nameOf = (pem: string) => new X509Certificate(pem).fingerprint256;

describe.each(VERSIONS)('client authentication in %s', (version) => {
  const encrypted = pkcs8.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  it.each<[string, ConnectOptions]>([
    ['PEM', { key: leaf.key }],
    ['PEM in a Buffer', { key: Buffer.from(leaf.key) }],
    ['SEC 1 PEM', { key: pkcs8.export({ type: 'sec1', format: 'pem' }) }],
    ['DER', { key: pkcs8.export({ type: 'pkcs8', format: 'der' }) }],
    ['a KeyObject', { key: pkcs8 }],
    ['encrypted PEM', { key: encrypted, passphrase: 'secret' }],
    [
      'encrypted PEM with its own passphrase',
      { key: [{ pem: encrypted as string, passphrase: 'secret' }], passphrase: 'x' },
    ],
    ['a function', { key: callback('P-256') }],
    ['a function that returns a promise', { key: async (data) => sign('P-256', data) }],
    ['a function that answers with r and s', { key: callback('P-256', 0, { dsaEncoding: 'ieee-p1363' }) }],
    ['a slow function', { key: callback('P-256', 120) }],
    ['a SigningKey', { key: signingKeyFrom(leaf.key) }],
    ['a SigningKey that does not tell its public half', { key: quiet(signingKeyFrom(leaf.key)) }],
  ])('with %s', async (_name, options) => {
    expect(await seen({ cert: leaf.chain, ...options }, only(version))).toEqual({
      name: nameOf(leaf.cert),
      protocol: version,
    });
  });

  it.each<KeyType>(['rsa', 'P-384', 'P-521', 'ed25519'])('with a key of kind %s in memory', async (type) => {
    const own = leafOf(type);
    const expected = { name: nameOf(own.cert), protocol: version };
    expect(await seen({ cert: own.chain, key: own.key }, only(version))).toEqual(expected);
  });

  it.each<KeyType>(['P-384', 'P-521', 'ed25519'])('with a function for a key of kind %s', async (type) => {
    const own = leafOf(type);
    const expected = { name: nameOf(own.cert), protocol: version };
    expect(await seen({ cert: own.chain, key: callback(type) }, only(version))).toEqual(expected);
  });
});

describe('what the function is given', () => {
  it('a Buffer, once, with the whole message', async () => {
    const given: Buffer[] = [];
    const key: KeyCallback = (data, done) => {
      given.push(data);
      done(null, sign('P-256', data));
      done(new Error('a second answer is nobody’s'));
      done(null, Buffer.alloc(3));
    };
    await seen({ cert: leaf.chain, key }, only('TLSv1.3'));
    expect(given).toHaveLength(1);
    expect(Buffer.isBuffer(given[0])).toBe(true);
    expect(given[0]!.subarray(64, 97).toString()).toBe('TLS 1.3, client CertificateVerify');
  });

  it('a SigningKey is given scheme, digest, role, version and name', async () => {
    const requests: SignRequest[] = [];
    const inner = signingKeyFrom(leaf.key);
    const sign = (request: SignRequest) => {
      requests.push(request);
      return inner.sign(request);
    };
    const key: SigningKey = { ...inner, sign };
    await seen({ cert: leaf.chain, key }, only('TLSv1.2'));
    const [request] = requests;
    expect(requests).toHaveLength(1);
    expect(request).toMatchObject({
      scheme: 'ecdsa_secp256r1_sha256',
      context: { role: 'client', version: 'TLSv1.2', serverName: 'localhost' },
    });
    expect(Buffer.from(request!.digest())).toEqual(crypto.createHash('sha256').update(request!.message).digest());
    expect(request!.signal.aborted).toBe(false);
  });
});

describe('what a key can do decides the version', () => {
  const rsa = leafOf('rsa');

  it('a function with an RSA certificate stays with TLS 1.2 where the server has it', async () => {
    const expected = { name: nameOf(rsa.cert), protocol: 'TLSv1.2' };
    expect(await seen({ cert: rsa.chain, key: callback('rsa') })).toEqual(expected);
  });

  it('and says so where the server has not', async () => {
    const { port } = await nodeServer({ ...mutual, ...only('TLSv1.3') });
    const error = await failureOf(client(port, { cert: rsa.chain, key: callback('rsa') }));
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(error.message).toContain('only TLS 1.2 was offered because the key cannot sign as TLS 1.3 requires');
  });

  it('and is refused at once where only TLS 1.3 is allowed', () => {
    const options = { port: 1, cert: rsa.chain, key: callback('rsa'), minVersion: 'TLSv1.3' };
    expect(() => tls.connect(options)).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_SCHEME' }));
  });

  it('a SigningKey with PSS speaks TLS 1.3', async () => {
    expect((await seen({ cert: rsa.chain, key: signingKeyFrom(rsa.key) })).protocol).toBe('TLSv1.3');
  });
});

describe('several certificates', () => {
  const rsa = leafOf('rsa');
  const both = { cert: [rsa.chain, leaf.chain], key: [leaf.key, rsa.key] };

  it('the one goes that the server can verify', async () => {
    const server = { cert: rsa.chain, key: rsa.key, sigalgs: 'RSA-PSS+SHA256:RSA+SHA256' };
    expect((await seen(both, server)).name).toBe(nameOf(rsa.cert));
    expect((await seen(both, { sigalgs: 'ECDSA+SHA256' })).name).toBe(nameOf(leaf.cert));
  });

  it('functions go with the certificate in the same place', async () => {
    const keys = { ...both, key: [callback('rsa'), callback('P-256')] };
    expect((await seen(keys, { ...only('TLSv1.2'), sigalgs: 'RSA+SHA256:ECDSA+SHA256' })).name).toBe(nameOf(rsa.cert));
    expect((await seen(keys, { sigalgs: 'ECDSA+SHA256' })).name).toBe(nameOf(leaf.cert));
  });

  it('intermediates that are only in `ca` are sent too', async () => {
    const middle = ca.intermediate({ name: 'Middle' });
    const deep = middle.issue({ eku: [EKU.client] });
    const options = { cert: deep.cert, key: deep.key, ca: [ca.cert, middle.cert] };
    expect((await seen(options)).name).toBe(nameOf(deep.cert));
  });

  it('without any, none is sent', async () => {
    const { port, sockets } = await nodeServer({ ...mutual, rejectUnauthorized: false }, (socket) =>
      socket.end('hello'),
    );
    const socket = await secured(port);
    await once(socket, 'data');
    expect((sockets[0] as NodeSocket).getPeerCertificate()).toEqual({});
    expect(socket.getCertificate()).toEqual({});
  });
});

describe.each(VERSIONS)('a signer that fails in %s', (version) => {
  async function failing(options: ConnectOptions) {
    const { port, errors } = await nodeServer({ ...mutual, ...only(version) });
    const error = await failureOf(client(port, { cert: leaf.chain, ...options }));
    for (let i = 0; errors.length === 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(errors[0]?.code).toMatch(/ALERT_INTERNAL_ERROR$/);
    return error;
  }

  it('by an error: which is the cause', async () => {
    const reason = new Error('no such slot');
    const error = await failing({ key: (_data, done) => setImmediate(() => done(reason)) });
    expect(error).toMatchObject({ code: 'ERR_TLS_SIGN_FAILED', cause: reason });
    expect(error.message).toContain('no such slot');
  });

  it('by throwing', async () => {
    const reason = new Error('the session is closed');
    const key = () => {
      throw reason;
    };
    expect(await failing({ key })).toMatchObject({ code: 'ERR_TLS_SIGN_FAILED', cause: reason });
  });

  it('by a reason that is not an Error', async () => {
    expect(await failing({ key: (_data, done) => done('PIN locked') })).toMatchObject({
      code: 'ERR_TLS_SIGN_FAILED',
      cause: 'PIN locked',
    });
  });

  it('by a signature of another key', async () => {
    const stranger = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const key: KeyCallback = (data, done) => done(null, crypto.sign('sha256', data, stranger));
    expect((await failing({ key })).code).toBe('ERR_TLS_SIGN_INVALID');
  });

  it('by something that is no signature', async () => {
    const key = (_data: Buffer, done: (error: null, text: never) => void) => done(null, 'signature' as never);
    expect((await failing({ key: key as KeyCallback })).code).toBe('ERR_TLS_SIGN_BAD_RESULT');
  });

  it('by silence', async () => {
    const error = await failing({ key: () => {}, signTimeout: 40 });
    expect(error.code).toBe('ERR_TLS_SIGN_TIMEOUT');
    expect(error.message).toContain('40 ms');
  });

  it('by answering too late', async () => {
    let late = 0;
    const key: KeyCallback = (data, done) => {
      setTimeout(() => {
        late += 1;
        done(null, sign('P-256', data));
      }, 80);
    };
    expect((await failing({ key, signTimeout: 30 })).code).toBe('ERR_TLS_SIGN_TIMEOUT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(late).toBe(1);
  });
});

describe.each(VERSIONS)('a connection destroyed while a signature is pending in %s', (version) => {
  it('tells the signer, and its answer does nothing', async () => {
    const { port } = await nodeServer({ ...mutual, ...only(version) });
    const pending = deferred<SignRequest>();
    const answer = deferred<Uint8Array>();
    const inner = signingKeyFrom(leaf.key);
    const key: SigningKey = {
      ...inner,
      sign: (request) => {
        pending.resolve(request);
        return answer.promise;
      },
    };
    const socket = client(port, { cert: leaf.chain, key });
    const events: string[] = [];
    for (const event of ['error', 'secureConnect', 'close']) socket.on(event, () => events.push(event));
    const request = await pending.promise;
    const aborted = new Promise<void>((resolve) => request.signal.addEventListener('abort', resolve));
    const during = timers();
    socket.destroy();
    await aborted;
    await once(socket, 'close');
    expect(request.signal.aborted).toBe(true);
    expect(timers()).toBeLessThan(during);
    answer.resolve(await inner.sign(request));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual(['close']);
  });
});

describe('keys and certificates that do not go together', () => {
  it('are refused at once, in the words of OpenSSL', () => {
    const stranger = leafOf('P-384');
    expect(() => tls.createSecureContext({ cert: leaf.cert, key: stranger.key })).toThrow(
      expect.objectContaining({
        code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
        message: 'error:05800074:x509 certificate routines::key values mismatch',
      }),
    );
  });

  it('a key without certificate and a certificate without key are left aside', () => {
    expect(tls.createSecureContext({ key: leaf.key }).credentials).toEqual([]);
    expect(tls.createSecureContext({ cert: leaf.cert }).credentials).toEqual([]);
  });

  it('a function needs its certificate', () => {
    expect(() => tls.createSecureContext({ key: () => {} })).toThrow('options.cert');
  });

  it('an encrypted key needs its passphrase', () => {
    const key = pkcs8.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }) as string;
    const code = expect.objectContaining({ code: 'ERR_OSSL_BAD_DECRYPT' });
    expect(() => tls.createSecureContext({ cert: leaf.cert, key })).toThrow(code);
    expect(() => tls.createSecureContext({ cert: leaf.cert, key, passphrase: 'wrong' })).toThrow(code);
  });
});

function quiet(key: SigningKey): SigningKey {
  return { schemes: key.schemes, sign: (request) => key.sign(request) };
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
}
