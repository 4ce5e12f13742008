import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultsFromFlags } from '../../../src/faces/node/flags.ts';
import tls, { TLSSocket } from '../../../src/index.ts';
import { ourServer } from './support/ours.ts';
import { ca, client, failureOf, nodeServer, secured } from './support/servers.ts';

it('TLSSocket may be called without new, and be built upon', async () => {
  const { port } = await nodeServer({}, (socket) => socket.end('hello'));
  const options = { ca: ca.cert, servername: 'localhost' };
  const socket = tls.TLSSocket(connectTcp(port, '127.0.0.1'), options);
  const [text] = await once(socket, 'data');
  expect([`${text}`, socket instanceof TLSSocket, socket.constructor === tls.TLSSocket]).toEqual(['hello', true, true]);
  class Own extends tls.TLSSocket {
    own(): string {
      return `${this.authorized}`;
    }
  }
  const other = new Own(connectTcp(port, '127.0.0.1'), options);
  await once(other, 'data');
  expect([other.own(), other instanceof tls.TLSSocket]).toEqual(['true', true]);
  expect(client(port)).toBeInstanceOf(TLSSocket);
});

it('a secureContext of null is none', async () => {
  const { port } = await nodeServer();
  expect((await secured(port, { secureContext: null as never })).authorized).toBe(true);
});

it('takes certificates in OpenSSL’s other PEM forms', async () => {
  const { port } = await nodeServer();
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-forms-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'ca.pem'), ca.cert);
  const args = ['x509', '-in', path.join(folder, 'ca.pem'), '-trustout', '-addtrust', 'serverAuth'];
  const trusted = execFileSync('openssl', args, { encoding: 'utf8' });
  expect(trusted).toContain('BEGIN TRUSTED CERTIFICATE');
  const x509 = ca.cert.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE');
  for (const form of [trusted, x509, Buffer.from(trusted), [x509]]) {
    expect((await secured(port, { ca: form })).authorized).toBe(true);
  }
});

it('a client that does not renegotiate when asked to ends at handshakeTimeout', async () => {
  const { port, sockets } = await ourServer({ maxVersion: 'TLSv1.2', handshakeTimeout: 300 });
  const raw = connectTcp(port, '127.0.0.1');
  const socket = client(port, { socket: raw });
  await once(socket, 'secureConnect');
  await expect.poll(() => sockets.length).toBe(1);
  raw.pause();
  let done = false;
  sockets[0]!.renegotiate({}, () => {
    done = true;
  });
  const failure = await failureOf(sockets[0]!);
  expect([failure.code, done]).toEqual(['ERR_TLS_HANDSHAKE_TIMEOUT', false]);
});

describe('switches of Node', () => {
  it.each([
    [[], '', {}],
    [['--tls-min-v1.3'], '', { DEFAULT_MIN_VERSION: 'TLSv1.3' }],
    [['--tls-min-v1.3'], '--tls-min-v1.0', { DEFAULT_MIN_VERSION: 'TLSv1' }],
    [['--tls-max-v1.2'], '', { DEFAULT_MAX_VERSION: 'TLSv1.2' }],
    [['--tls-max-v1.2', '--tls-max-v1.3'], '', { DEFAULT_MAX_VERSION: 'TLSv1.3' }],
    [['--tls-cipher-list=A:!B'], '--tls-cipher-list=C', { DEFAULT_CIPHERS: 'A:!B' }],
    [['--tls-cipher-list', 'A'], '', { DEFAULT_CIPHERS: 'A' }],
    [
      [],
      '--no-warnings "--tls-cipher-list=A B\\"C" --tls-max-v1.2',
      { DEFAULT_CIPHERS: 'A B"C', DEFAULT_MAX_VERSION: 'TLSv1.2' },
    ],
  ])('%j and NODE_OPTIONS=%s', (commandLine, options, expected) => {
    expect(defaultsFromFlags(commandLine as string[], options as string)).toEqual(expected);
  });
});
