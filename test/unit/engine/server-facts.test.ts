import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { Facts } from '../../../src/handshake/facts.ts';
import { TLS_PSK_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-psk.ts';
import { TLS_RSA_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-rsa.ts';
import { credentialOf } from '../../support/configs.ts';
import type { Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { countedTickets, serverSession } from '../../support/server.ts';

const tickets = countedTickets();
const versions = ['TLSv1.2'] as const;
const MINE = credentialOf('ed25519', 'client');
const psk = { identity: new Uint8Array([1]), key: new Uint8Array(16).fill(3) };
const ticket = serverSession(new PeerClient13(), { tickets }).peer.ticket();
const asking = { extensions: [extension('session_ticket', EMPTY)] };
const session = serverSession(new PeerClient12(asking), { tickets, versions }).peer.session;

const HANDSHAKES: readonly [string, () => Peer, Partial<ServerOptions>][] = [
  ['TLS 1.3', () => new PeerClient13(), {}],
  ['TLS 1.3 with a certificate', () => new PeerClient13({ credential: MINE }), { clientAuth: 'request' }],
  ['TLS 1.3 after a HelloRetryRequest', () => new PeerClient13({ shares: [] }), {}],
  ['TLS 1.3, resumed', () => new PeerClient13({ tickets: [ticket] }), { tickets }],
  ['TLS 1.2', () => new PeerClient12(), { versions }],
  ['TLS 1.2 with a certificate', () => new PeerClient12({ credential: MINE }), { versions, clientAuth: 'request' }],
  ['TLS 1.2, resumed', () => new PeerClient12({ session }), { versions, tickets }],
  [
    'static RSA',
    () => new PeerClient12({ suite: TLS_RSA_WITH_AES_128_GCM_SHA256 }),
    { versions, suites: [TLS_RSA_WITH_AES_128_GCM_SHA256], credentials: { select: () => credentialOf('rsa') } },
  ],
  [
    'a pre-shared key',
    () => new PeerClient12({ suite: TLS_PSK_WITH_AES_128_GCM_SHA256, psk }),
    { versions, suites: [TLS_PSK_WITH_AES_128_GCM_SHA256], psk: { find: () => psk.key.slice() } },
  ],
];

/** What is known of every handshake; `null` is a fact too. */
const ALWAYS: readonly (keyof Facts)[] = [
  'role',
  'version',
  'suite',
  'group',
  'alpn',
  'serverName',
  'resumed',
  'retried',
  'peer',
  'peerScheme',
  'peerSchemes',
  'credential',
  'ownScheme',
  'certificateRequested',
  'authorities',
  'ownFinished',
  'peerFinished',
  'maxFragment',
  'ocspResponse',
  'scts',
];

describe('what a server knows', () => {
  test.each(HANDSHAKES)('after %s is complete', (_name, peer, options) => {
    const { engine } = serverSession(peer(), options);
    expect(engine.error).toBeNull();
    expect(ALWAYS.filter((name) => engine.facts[name] === undefined)).toEqual([]);
  });
});
