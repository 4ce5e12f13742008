import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EKU } from '../../support/pki.ts';
import { nodeClient, ourServer } from './support/ours.ts';
import { ca, client, failureOf, nodeServer } from './support/servers.ts';

const psk = Buffer.alloc(32, 3);
const rsa = ca.issue({ key: 'rsa', keyUsage: 1 | 4, eku: [EKU.server] });
const options = { maxVersion: 'TLSv1.2', checkServerIdentity: () => undefined } as const;
const bare = { cert: undefined, key: undefined };
const shown = { cert: rsa.chain, key: rsa.key };

/** A suite, what a server needs besides the key, and the group or size that clients see. */
const SUITES = [
  ['PSK-AES128-GCM-SHA256', bare, {}],
  ['ECDHE-PSK-AES256-CBC-SHA384', bare, { type: 'ECDH', name: 'X25519', size: 253 }],
  ['DHE-PSK-AES128-GCM-SHA256', { ...bare, dhparam: 'auto' }, { type: 'DH' }],
  ['DHE-PSK-CHACHA20-POLY1305', { ...bare, dhparam: 'auto' }, { type: 'DH' }],
  ['RSA-PSK-AES256-GCM-SHA384', shown, {}],
  ['RSA-PSK-AES128-CBC-SHA', shown, {}],
] as const;

const clients = { 'node:tls': nodeClient, ours: client } as const;
const keeper = (_socket: unknown, identity: string) => (identity === 'device' ? psk : null);
const known = { pskCallback: () => ({ psk, identity: 'device' }) };

describe.each(['node:tls', 'ours'] as const)('a client of %s', (kind) => {
  const connect = clients[kind] as typeof nodeClient;

  it.each(SUITES)('speaks %s with a server of ours', async (suite, more, exchange) => {
    const ciphers = `${suite}:@SECLEVEL=0`;
    const server = await ourServer({ ...options, ...more, ciphers, pskCallback: keeper }, (s) => void s.end('hello'));
    const socket = connect(server.port, { ...options, ...known, ciphers });
    const [text] = await once(socket, 'data');
    expect([`${text}`, socket.getCipher().name, socket.authorized]).toEqual(['hello', suite, true]);
    expect(socket.getEphemeralKeyInfo()).toMatchObject(exchange);
    expect(Object.keys(socket.getPeerCertificate()).length > 0).toBe(more === shown);
  });

  it('is told where its suite needs more than the server has', async () => {
    for (const ciphers of ['DHE-PSK-AES128-GCM-SHA256:@SECLEVEL=0', 'RSA-PSK-AES128-GCM-SHA256:@SECLEVEL=0']) {
      const { port } = await ourServer({ ...options, ...bare, ciphers, pskCallback: keeper });
      const socket = connect(port, { ...options, ...known, ciphers });
      expect((await failureOf(socket as never)).code).toMatch(/ALERT_HANDSHAKE_FAILURE/);
    }
  });
});

it.each(SUITES)('a client of ours speaks %s with node:tls', async (suite, more, exchange) => {
  // OpenSSL's own choice for DHE has 1,024 bits beside AES-128, which we refuse.
  const ciphers = `${suite}:@SECLEVEL=${suite.startsWith('DHE') ? 2 : 0}`;
  const server = { ...options, ...more, ciphers, pskCallback: keeper };
  const { port } = await nodeServer(server as never, (socket) => void socket.end('hello'));
  const socket = client(port, { ...options, ...known, ciphers });
  const [text] = await once(socket, 'data');
  expect([`${text}`, socket.getCipher()!.name, socket.authorized]).toEqual(['hello', suite, true]);
  expect(socket.getEphemeralKeyInfo()).toMatchObject(exchange);
});
