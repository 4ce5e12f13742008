import { EMPTY, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import { type ServerOptions, serverSettings } from '../../../src/config/server.ts';
import { TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256 } from '../../../src/providers/node/optin/suites-psk.ts';
import { TLS_RSA_WITH_AES_128_CBC_SHA } from '../../../src/providers/node/optin/suites-rsa.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { PacedSession } from '../../support/paced.ts';
import type { Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { PeerClient13 } from '../../support/peer-client13.ts';
import { countedServer, countedTickets, NOW, serverSession } from '../../support/server.ts';
import { accepting } from '../../support/verifiers.ts';
import { type Suspended, testSuspension } from './suspended.ts';

const credential = credentialOf('ed25519', 'client');
const credentials = { select: () => credentialOf('ed25519') };
const versions = ['TLSv1.2'] as const;
const demands = { clientAuth: 'require' } as const;
const wantsStaple = extension('status_request', {
  status_type: 1,
  request: { responder_id_list: [], request_extensions: EMPTY },
});
const PSK = { identity: fromLatin1('door'), key: new Uint8Array(16).fill(3) };
const wantsTicket = extension('session_ticket', EMPTY);

/** A server that is asked everything which a server can be asked. */
function asking(options: Partial<ServerOptions>): Partial<ServerOptions> {
  const provider = countedProvider('server');
  const base = { provider, verifier: accepting, now: () => NOW, credentials, ...options };
  return {
    ...base,
    chooseConfig: () => serverSettings(base),
    stapler: () => new Uint8Array([0x30, 0]),
  };
}

function session(peer: () => Peer, server: () => Partial<ServerOptions>): () => PacedSession<Peer> {
  return () => new PacedSession(countedServer(server()), peer());
}

/** Sessions by id, some there from the beginning. */
function store(kept: ReadonlyMap<string, Uint8Array> = new Map()): NonNullable<ServerOptions['sessions']> {
  const all = new Map(kept);
  return {
    save: (id, state) => void all.set(toHex(id), state.slice()),
    load: (id) => all.get(toHex(id))?.slice() ?? null,
  };
}

const withTickets = (): Partial<ServerOptions> => ({ ...demands, tickets: countedTickets() });
const ticket = serverSession(new PeerClient13({ credential }), withTickets()).peer.ticket();
const ticketed = serverSession(new PeerClient12({ credential, extensions: [wantsTicket] }), {
  ...withTickets(),
  versions,
}).peer.session;
const kept: Map<string, Uint8Array> = new Map();
const named = serverSession(new PeerClient12(), {
  provider: countedProvider('a server before'),
  versions,
  sessions: { load: () => null, save: (id, state) => void kept.set(toHex(id), state.slice()) },
}).peer.session;

const KINDS: readonly Suspended[] = [
  {
    name: 'a server of TLS 1.3 that is asked everything',
    make: session(
      () => new PeerClient13({ credential, extensions: [wantsStaple] }),
      () => asking(withTickets()),
    ),
    tasks: [
      'choose-config',
      'select-credential',
      'key-agree',
      'sign',
      'verify-signature',
      'verify-peer',
      'verify-signature',
      'open-ticket',
      'open-ticket',
    ],
  },
  {
    name: 'a server of TLS 1.3 that staples, after a HelloRetryRequest',
    make: session(
      () => new PeerClient13({ shares: [], extensions: [wantsStaple] }),
      () => ({ credentials, stapler: () => new Uint8Array([0x30, 0]) }),
    ),
    tasks: ['select-credential', 'key-agree', 'staple', 'sign', 'verify-signature'],
  },
  {
    name: 'a server of TLS 1.3 that resumes, and judges the client again',
    make: session(
      () => new PeerClient13({ credential, tickets: [ticket] }),
      () => ({ ...withTickets(), credentials, reverify: true }),
    ),
    tasks: ['open-ticket', 'verify-peer', 'key-agree', 'open-ticket'],
  },
  {
    name: 'a server of TLS 1.2 that keeps sessions',
    make: session(
      () => new PeerClient12({ credential }),
      () => ({ ...asking({ ...demands, versions, sessions: store() }), versions }),
    ),
    tasks: [
      'choose-config',
      'select-credential',
      'key-share',
      'sign',
      'verify-signature',
      'verify-peer',
      'key-agree',
      'verify-signature',
      'store-session',
    ],
  },
  {
    name: 'a server of TLS 1.2 that staples and gives a ticket',
    make: session(
      () => new PeerClient12({ extensions: [wantsStaple, wantsTicket] }),
      () => ({ credentials, versions, tickets: countedTickets(), stapler: () => new Uint8Array([0x30, 0]) }),
    ),
    tasks: ['select-credential', 'staple', 'key-share', 'sign', 'verify-signature', 'key-agree', 'open-ticket'],
  },
  {
    name: 'a server of TLS 1.2 that resumes by ticket',
    make: session(
      () => new PeerClient12({ credential, session: ticketed }),
      () => ({ ...withTickets(), credentials, versions }),
    ),
    tasks: ['open-ticket', 'open-ticket'],
  },
  {
    name: 'a server of TLS 1.2 that resumes by session id',
    make: session(
      () => new PeerClient12({ session: named }),
      () => ({ credentials, versions, sessions: store(kept) }),
    ),
    tasks: ['load-session'],
  },
  {
    name: 'a server with static RSA',
    make: session(
      () => new PeerClient12({ suite: TLS_RSA_WITH_AES_128_CBC_SHA }),
      () => ({ versions, suites: [TLS_RSA_WITH_AES_128_CBC_SHA], credentials: { select: () => credentialOf('rsa') } }),
    ),
    tasks: ['select-credential', 'rsa-decrypt'],
  },
  {
    name: 'a server with pre-shared keys',
    make: session(
      () => new PeerClient12({ suite: TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, psk: PSK }),
      () => ({ versions, suites: [TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256], psk: { find: () => PSK.key.slice() } }),
    ),
    tasks: ['key-share', 'select-psk', 'key-agree'],
  },
];

testSuspension(KINDS);
