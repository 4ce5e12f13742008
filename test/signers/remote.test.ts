import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/bytes/index.ts';
import { signingKeyFrom } from '../../src/providers/node.ts';
import { type OpenedKey, openRemote, type RemoteOptions } from '../../src/signers/remote.ts';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';
import { expectGoodKey, expectHandshakes, expectStaticRsa, failure, signRequest } from '../support/signers.ts';
import { type Running, start } from '../support/tools.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'signet-remote-'));
const ecKey = signingKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const [P256] = ecKey.schemes;
const opened: OpenedKey[] = [];
const servers: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  for (const one of servers.splice(0)) {
    one.closeAllConnections();
    one.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(address: string, options: RemoteOptions = {}): Promise<OpenedKey> {
  const one = await openRemote(address, options);
  opened.push(one);
  return one;
}

function keyFile(type: 'ec' | 'rsa'): string {
  const pair =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-384' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = path.join(folder, `${type}.pem`);
  writeFileSync(file, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return `file:${file}`;
}

async function example(key: string, place: string, env: NodeJS.ProcessEnv = {}): Promise<[Running, string]> {
  ensureDist();
  const signer = start(process.execPath, ['examples/remote-signer.mjs', key, place], {
    env: { ...process.env, ...env },
  });
  const said = await signer.says(/signs at (\S+)\n/);
  return [signer, said[1]!];
}

describe('examples/remote-signer.mjs', () => {
  it('signs over a UNIX socket that nobody else may use, and dies and comes back', async () => {
    const socket = path.join(folder, 'signer.sock');
    const [key, address] = [keyFile('ec'), `unix:${socket}`];
    const [first] = await example(key, address);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const one = await open(address);
    await expectGoodKey(one.key);
    first.child.kill('SIGTERM');
    await first.exited;
    const gone = await failure('ERR_TLS_KEY_MODULE', Promise.resolve(one.key.sign(signRequest(one.key.schemes[0]!))));
    expect(gone.message).toContain(socket);
    const [second] = await example(key, address);
    await expectHandshakes(one.key);
    await second.stop();
    rmSync(socket, { force: true });
  });

  it('signs and decrypts at a port, for those who have the token', async () => {
    const [signer, url] = await example(keyFile('rsa'), '127.0.0.1:0', { SIGNER_TOKEN: 'open sesame' });
    const denied = await failure('ERR_TLS_KEY_DENIED', open(url, { headers: { authorization: 'Bearer hocus-4711' } }), [
      'hocus-4711',
    ]);
    expect(denied.message).toContain('the token is wrong');
    const { key } = await open(url, { headers: async () => ({ authorization: 'Bearer open sesame' }) });
    expect(key.rsaDecrypt?.padding).toBe('none');
    await expectGoodKey(key);
    await expectStaticRsa(key);
    await signer.stop();
  });
});

/** A signer in this process, whose answers a test decides on. */
async function standIn(
  handle: (request: { method: string; url: string; body: Record<string, string> }) => unknown,
  create: (listener: RequestListener) => ReturnType<typeof createHttp> | ReturnType<typeof createHttps> = createHttp,
): Promise<string> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const text = Buffer.concat(chunks).toString();
      const answer = await handle({
        method: request.method!,
        url: request.url!,
        body: text === '' ? {} : JSON.parse(text),
      });
      if (typeof answer === 'number') response.writeHead(answer).end('<html>no JSON</html>');
      else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  };
  const server = create(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  return `127.0.0.1:${port}`;
}

const description = { schemes: [P256], publicKey: toBase64(ecKey.publicKey) };

describe('a remote signer', () => {
  it('gets digests where it takes them, and messages where the scheme hashes by itself', async () => {
    const edKey = signingKeyFrom(generateKeyPairSync('ed25519').privateKey);
    const asked: Record<string, string>[] = [];
    const at = await standIn(({ url, body }) => {
      if (url === '/keys/device')
        return { schemes: edKey.schemes, publicKey: toBase64(edKey.publicKey), takes: 'digest' };
      asked.push(body);
      expect(url).toBe('/keys/device/sign');
      return {
        signature: toBase64(edKey.sign(signRequest('ed25519', Buffer.from(body.message!, 'base64'))) as Uint8Array),
      };
    });
    await expectGoodKey((await open(`http://${at}/keys/device`)).key);
    expect(Object.keys(asked[0]!)).toEqual(['scheme', 'message', 'context']);
  });

  it('is reached over HTTPS with certificates on both sides', async () => {
    const ca = makeCa({ name: 'Signers' });
    const server = ca.issue({ san: ['ip:127.0.0.1'] });
    const client = ca.issue({ name: 'web server', eku: ['1.3.6.1.5.5.7.3.2'] });
    const tls = { ca: ca.cert, cert: server.cert, key: server.key, requestCert: true, rejectUnauthorized: true };
    const at = await standIn(
      ({ url, body }) => {
        if (url === '/') return { ...description, takes: 'message' };
        return {
          signature: toBase64(ecKey.sign(signRequest(P256!, Buffer.from(body.message!, 'base64'))) as Uint8Array),
        };
      },
      (listener) => createHttps(tls, listener),
    );
    const { key } = await open(`https://${at}`, { tls: { ca: ca.cert, cert: client.cert, key: client.key } });
    await expectGoodKey(key);
    await failure('ERR_TLS_KEY_MODULE', open(`https://${at}`, { tls: { ca: ca.cert } }));
    await failure('ERR_TLS_KEY_MODULE', open(`https://${at}`));
  });

  it('may be reached by a fetch of your own', async () => {
    const calls: string[] = [];
    const fetch = async (url: string, init: { method: string; body?: string }) => {
      calls.push(`${init.method} ${url}`);
      const body = init.body === undefined ? null : JSON.parse(init.body);
      const answer =
        body === null
          ? description
          : { signature: toBase64(ecKey.sign(signRequest(P256!, Buffer.from(body.message, 'base64'))) as Uint8Array) };
      return { status: 200, text: async () => JSON.stringify(answer) };
    };
    await expectGoodKey((await open('https://signer.example/', { fetch })).key);
    expect(calls.slice(0, 2)).toEqual(['GET https://signer.example/', 'POST https://signer.example/sign']);
  });

  it('is not reached without protection, or with credentials in its address', async () => {
    for (const address of [
      'http://signer.example/',
      'ftp://127.0.0.1/',
      'signer',
      'https://user:secret@signer.example/',
    ]) {
      await failure('ERR_TLS_KEY_ADDRESS', open(address), ['secret']);
    }
  });

  it('says what is wrong, each in its own code', async () => {
    const cases: [unknown, 'ERR_TLS_KEY_DEVICE' | 'ERR_TLS_KEY_DENIED' | 'ERR_TLS_KEY_NOT_FOUND', string][] = [
      [403, 'ERR_TLS_KEY_DENIED', '403'],
      [404, 'ERR_TLS_KEY_NOT_FOUND', '404'],
      [500, 'ERR_TLS_KEY_DEVICE', '500'],
      ['hello', 'ERR_TLS_KEY_DEVICE', 'JSON object'],
      [{ schemes: [] }, 'ERR_TLS_KEY_DEVICE', '"schemes"'],
      [{ schemes: ['rot13'] }, 'ERR_TLS_KEY_DEVICE', '"schemes"'],
      [{ ...description, publicKey: '!' }, 'ERR_TLS_KEY_DEVICE', '"publicKey"'],
      [{ ...description, takes: 'tea' }, 'ERR_TLS_KEY_DEVICE', '"takes"'],
      [{ ...description, decrypts: 'oaep' }, 'ERR_TLS_KEY_DEVICE', '"decrypts"'],
      ['x'.repeat(300_000), 'ERR_TLS_KEY_DEVICE', 'too long'],
    ];
    for (const [answer, code, words] of cases) {
      const at = await standIn(() => answer);
      expect((await failure(code, open(`http://${at}`))).message).toContain(words);
    }
    const at = await standIn(({ url }) => (url === '/' ? description : { signature: '' }));
    const { key } = await open(`http://${at}`);
    await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(key.sign(signRequest(P256!))));
  });

  it('is given up when it never answers, or when nobody waits any more', async () => {
    const at = await standIn(({ url }) => (url === '/' ? description : new Promise(() => {})));
    const { key, close } = await open(`http://${at}`, { timeout: 200 });
    await failure('ERR_TLS_KEY_TIMEOUT', Promise.resolve(key.sign(signRequest(P256!))));
    const stop = new AbortController();
    const asked = Promise.resolve(key.sign(signRequest(P256!, undefined, stop.signal)));
    stop.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await close();
    await failure('ERR_TLS_KEY_CLOSED', Promise.resolve(key.sign(signRequest(P256!))));
  });
});
