import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import https from 'node:https';
import path from 'node:path';
import nodeTls from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as named from '../../../src/index.ts';
import tls, { TLSSocket } from '../../../src/index.ts';
import { ensureDist } from '../../support/dist.ts';
import { ca, client, leafOf, nodeServer, readAll, secured } from './support/servers.ts';

describe('the module', () => {
  it('is one object that may be changed, on which every named export hangs', () => {
    const { default: object, 'module.exports': required, ...exports } = named as typeof named & Record<string, unknown>;
    expect(object).toBe(tls);
    expect(required).toBe(tls);
    for (const [name, value] of Object.entries(exports)) expect((tls as never as typeof exports)[name]).toBe(value);
    expect(Object.isExtensible(tls)).toBe(true);
  });

  it('can be required', () => {
    ensureDist();
    const file = path.join(import.meta.dirname, '../../../dist/index.js');
    const script = `const tls = require(${JSON.stringify(file)});
      const socket = new tls.TLSSocket();
      console.log(typeof tls.connect, tls.DEFAULT_MAX_VERSION, socket.encrypted, tls === require(${JSON.stringify(file)}));
      socket.destroy();`;
    const output = execFileSync(process.execPath, ['--no-warnings', '-e', script], { encoding: 'utf8' });
    expect(output).toBe('function TLSv1.3 true true\n');
  });

  it('lists its ciphers as Node does', () => {
    const ciphers = tls.getCiphers();
    for (const name of ['tls_aes_128_gcm_sha256', 'ecdhe-rsa-aes256-gcm-sha384', 'aes128-sha'])
      expect(ciphers).toContain(name);
    expect(ciphers).toEqual([...new Set(ciphers)].sort());
    const unknown = ciphers.filter((name) => !nodeTls.getCiphers().includes(name));
    expect(unknown.filter((name) => !/ccm|camellia|ecdhe-psk/.test(name))).toEqual([]);
  });

  it('has Node’s root certificates, which nobody can change', () => {
    expect(Array.isArray(tls.rootCertificates)).toBe(true);
    expect([...tls.rootCertificates]).toEqual([...nodeTls.rootCertificates]);
    expect(() => {
      (tls as { rootCertificates: unknown }).rootCertificates = [];
    }).toThrow(TypeError);
    expect(() => {
      (tls.rootCertificates as string[])[0] = '';
    }).toThrow(TypeError);
    expect(() => (tls.rootCertificates as string[]).sort()).toThrow(TypeError);
  });

  it('has defaults that are at most as wide as Node’s', () => {
    expect([tls.DEFAULT_MIN_VERSION, tls.DEFAULT_MAX_VERSION, tls.DEFAULT_ECDH_CURVE]).toEqual([
      'TLSv1.2',
      'TLSv1.3',
      'auto',
    ]);
    const named = tls.DEFAULT_CIPHERS.split(':').filter((word) => /^(TLS_|DHE|ECDHE)/.test(word));
    for (const name of named) expect(nodeTls.DEFAULT_CIPHERS.split(':')).toContain(name);
  });
});

describe('programs', () => {
  it('https sends requests over it, and keeps connections alive', async () => {
    const leaf = leafOf();
    const server = https.createServer({ cert: leaf.chain, key: leaf.key }, (request, response) => {
      request.pipe(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const made: TLSSocket[] = [];
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    (agent as unknown as { createConnection: (options: object) => TLSSocket }).createConnection = (options) => {
      const socket = tls.connect({ ...options, ca: ca.cert, servername: 'localhost' });
      made.push(socket);
      return socket;
    };
    for (const body of ['one', 'two', 'x'.repeat(300_000)]) {
      const request = https.request({ port, host: '127.0.0.1', method: 'POST', agent });
      request.end(body);
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
      expect((await readAll(response)).toString()).toBe(body);
    }
    expect(made).toHaveLength(1);
    expect(made[0]).toBeInstanceOf(TLSSocket);
    agent.destroy();
    server.close();
    await once(server, 'close');
  });
});

describe('memory', () => {
  it('of connections that are gone is gone, whenever they went', async () => {
    const { port } = await nodeServer({ requestCert: true, rejectUnauthorized: false }, (socket) => {
      socket.write(Buffer.alloc(50_000));
      socket.resume();
    });
    const context = tls.createSecureContext({ ca: ca.cert, cert: leafOf().chain, key: () => {} });
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const before = timers();
    const refs: WeakRef<TLSSocket>[] = [];
    for (let i = 0; i < 60; i++) {
      const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', secureContext: context });
      socket.setTimeout(60_000);
      socket.write('never read');
      refs.push(new WeakRef(socket));
      const closed = once(socket, 'close');
      await new Promise((resolve) => setTimeout(resolve, i % 6));
      socket.destroy();
      await closed;
    }
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('of an idle connection has no copy of the trust list', async () => {
    const { port } = await nodeServer();
    const first = await secured(port);
    const second = client(port);
    await once(second, 'secureConnect');
    expect(first.destroyed || second.destroyed).toBe(false);
    expect(tls.createSecureContext().anchors).toBe(tls.createSecureContext().anchors);
  });
});
