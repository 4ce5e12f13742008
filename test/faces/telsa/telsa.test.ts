import { createPrivateKey, createSign, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import Telsa, { type TelsaOptions } from '../../../src/faces/telsa.ts';
import { ensureDist } from '../../support/dist.ts';
import { type KeyType, makeCa } from '../../support/pki.ts';
import { run } from '../../support/tools.ts';

const ca = makeCa({ name: 'Telsa CA' });
const DEVICE = '1.3.6.1.5.5.7.3.2';
const PINGREQ = Buffer.from([12 << 4, 0]);
const PINGRESP = Buffer.from([13 << 4, 0]);
const servers: net.Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'telsa-'));

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function device(key: KeyType = 'P-256') {
  return ca.issue({ name: 'device', key, eku: [DEVICE] });
}

interface Broker extends tls.TlsOptions {
  readonly leaf?: Parameters<typeof ca.issue>[0];
  readonly onSocket?: (socket: tls.TLSSocket) => void;
}

/** Answers MQTT pings, as AWS does. */
async function broker({ leaf, onSocket, ...options }: Broker = {}): Promise<number> {
  const { cert, key } = ca.issue({ name: 'localhost', san: ['dns:localhost'], key: 'rsa', ...leaf });
  const server = tls.createServer({ cert, key, ca: ca.cert, requestCert: true, ...options }, (socket) => {
    socket.on('error', () => {});
    onSocket?.(socket);
    socket.on('data', (data) => data.equals(PINGREQ) && socket.write(PINGRESP));
  });
  server.on('tlsClientError', () => {});
  server.listen(0, 'localhost');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

function options(port: number, more: Partial<TelsaOptions> = {}): TelsaOptions {
  const { cert, key } = device();
  return { host: 'localhost', port, ca: ca.cert, cert, key, ...more };
}

/** What happens to a client that pings once and ends when it is answered. */
async function ping(telsa: Telsa): Promise<string[]> {
  const seen: string[] = [];
  for (const event of ['connect', 'secureConnect', 'finish', 'end']) telsa.on(event, () => seen.push(event));
  telsa.on('error', (error: NodeJS.ErrnoException) => seen.push(`error ${error.code}`));
  telsa.on('data', (data: Buffer) => {
    seen.push(`data ${data.toString('hex')}`);
    telsa.end();
  });
  telsa.write(PINGREQ);
  await once(telsa, 'close');
  return [...seen, 'close'];
}

const WELL = ['connect', 'data d000', 'finish', 'end', 'close'];

describe('Telsa', () => {
  it('runs its README with only the import changed, by require() and by import', async () => {
    await ensureDist();
    const port = await broker();
    const { cert, key } = device();
    for (const [name, pem] of Object.entries({ 'cert.pem': cert, 'key.pem': key, 'ca.pem': ca.cert })) {
      writeFileSync(join(folder, name), pem);
    }
    const body = `
const cert = fs.readFileSync('${folder}/cert.pem')
const key = fs.readFileSync('${folder}/key.pem')
const ca = fs.readFileSync('${folder}/ca.pem')
const port = ${port}
const host = 'localhost'
const MQTT_PINGREQ = Buffer.from([12 << 4, 0])
const tls = new Telsa({ port, host, key, cert, ca })
tls.on('error', err => console.log('error', err))
tls.on('data', data => console.log('data', data))
tls.on('finish', () => console.log('finish'))
tls.on('end', () => console.log('end'))
tls.on('close', () => console.log('close'))
tls.write(MQTT_PINGREQ)
setTimeout(() => tls.end(), 1000)
`;
    const ways = {
      commonjs: `const fs = require('fs')\nconst Telsa = require('signet-tls/telsa')\n${body}`,
      module: `import fs from 'fs'\nimport Telsa from 'signet-tls/telsa'\n${body}`,
      'module-typescript': `import fs from 'fs'\nimport { Telsa } from 'signet-tls/telsa'\n${body}`,
    };
    for (const [type, code] of Object.entries(ways)) {
      const input = type === 'commonjs' ? 'commonjs' : 'module';
      const { output } = await run(process.execPath, ['--no-warnings', `--input-type=${input}`, '-e', code]);
      expect(output.trim().split('\n')).toEqual(['data <Buffer d0 00>', 'finish', 'end', 'close']);
    }
  });

  it('speaks TLS 1.3, and connects once', async () => {
    const versions: (string | null)[] = [];
    const port = await broker({ onSocket: (socket) => versions.push(socket.getProtocol()) });
    expect(await ping(new Telsa(options(port)))).toEqual(WELL);
    expect(versions).toEqual(['TLSv1.3']);
  });

  it('speaks to a server that has TLS_RSA_WITH_AES_128_CBC_SHA alone', async () => {
    const leaf = { name: 'localhost', san: ['dns:localhost'], keyUsage: 1 | 4 };
    const port = await broker({ leaf, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' });
    expect(await ping(new Telsa(options(port)))).toEqual(WELL);
  });

  it.each<KeyType>(['P-256', 'P-384', 'rsa', 'ed25519'])('lets a function sign with a %s key', async (kind) => {
    const versions: (string | null)[] = [];
    const port = await broker({ onSocket: (socket) => versions.push(socket.getProtocol()) });
    const { cert, key: pem } = device(kind);
    const hash = { 'P-256': 'sha256', 'P-384': 'sha384', rsa: 'sha256' }[kind as 'rsa'] ?? null;
    const calls: Buffer[] = [];
    const key: TelsaOptions['key'] = (data, callback) => {
      calls.push(data);
      setTimeout(() => callback(null, sign(hash, data, createPrivateKey(pem))), 20);
    };
    expect(await ping(new Telsa(options(port, { cert, key })))).toEqual(WELL);
    expect(calls.length).toBe(1);
    expect(Buffer.isBuffer(calls[0])).toBe(true);
    expect(versions).toEqual([kind === 'rsa' ? 'TLSv1.2' : 'TLSv1.3']);
  });

  it('reports what the signing function reports, and a signature that is wrong', async () => {
    const port = await broker();
    const fails = new Telsa(options(port, { key: (_data, callback) => callback(new Error('no chip')) }));
    const [error] = await once(fails, 'error');
    expect([error.code, error.cause.message]).toEqual(['ERR_TLS_SIGN_FAILED', 'no chip']);
    const other = device('P-256').key;
    const lies = new Telsa(
      options(port, { key: (data, callback) => callback(null, createSign('sha1').update(data).sign(other)) }),
    );
    expect((await once(lies, 'error'))[0].code).toBe('ERR_TLS_SIGN_INVALID');
  });

  it('judges the validity period by the date that it is given', async () => {
    const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') };
    const port = await broker({ leaf: { name: 'localhost', san: ['dns:localhost'], ...past } });
    expect((await once(new Telsa(options(port)), 'error'))[0].code).toBe('ERR_TLS_CERT_EXPIRED');
    expect(await ping(new Telsa(options(port, { validityCheckDate: null })))).toEqual(WELL);
    const wrong = { ...options(port), host: '127.0.0.1', validityCheckDate: null };
    expect((await once(new Telsa(wrong), 'error'))[0].code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('takes the common name where there is no subjectAltName', async () => {
    const port = await broker({ leaf: { name: 'localhost', san: null } });
    expect(await ping(new Telsa(options(port)))).toEqual(WELL);
  });

  it('answers the close_notify of its peer and closes both sides', async () => {
    const port = await broker({ onSocket: (socket) => setTimeout(() => socket.end(), 20) });
    const telsa = new Telsa(options(port));
    const seen: string[] = [];
    for (const event of ['connect', 'end', 'finish', 'close']) telsa.on(event, () => seen.push(event));
    telsa.resume();
    await once(telsa, 'close');
    expect(seen[0]).toBe('connect');
    expect(seen.slice(1).sort()).toEqual(['close', 'end', 'finish']);
    expect(seen[3]).toBe('close');
  });

  it('runs over any Duplex, connecting or connected', async () => {
    const port = await broker();
    const tcp = net.connect(port, 'localhost');
    expect(await ping(new Telsa({ ...options(port), socket: tcp }))).toEqual(WELL);
    const inner = net.connect(port, 'localhost');
    await once(inner, 'connect');
    const wrapped = Duplex.from({ readable: inner, writable: inner });
    expect(await ping(new Telsa({ ...options(port), socket: wrapped }))).toEqual(WELL);
  });

  it('names the option that is missing or wrong', () => {
    const good = options(1);
    const without = (name: keyof TelsaOptions) => () => new Telsa({ ...good, [name]: undefined });
    expect(without('key')).toThrow(/key is missing/);
    expect(without('cert')).toThrow(/cert is missing/);
    expect(without('ca')).toThrow(/ca is missing/);
    expect(without('host')).toThrow(/host is missing/);
    expect(without('port')).toThrow(/port/);
    expect(() => new Telsa({ ...good, validityCheckDate: new Date('never') })).toThrow(/validityCheckDate/);
  });

  it('can be destroyed at any time', async () => {
    const port = await broker();
    let answer: (() => void) | null = null;
    const telsa = new Telsa(options(port, { key: (data, callback) => (answer = () => callback(null, data)) }));
    const failed = once(telsa, 'close');
    while (answer === null) await new Promise((resolve) => setTimeout(resolve, 5));
    telsa.destroy();
    await failed;
    (answer as () => void)();
  });
});
