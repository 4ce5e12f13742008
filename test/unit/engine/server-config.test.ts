import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../../src/bytes/index.ts';
import { type ServerOptions, serverSettings } from '../../../src/config/server.ts';
import { TlsError } from '../../../src/errors/index.ts';
import type { HelloFacts } from '../../../src/handshake/server/settings.ts';
import * as node from '../../../src/providers/node.ts';
import { ExtensionType, HandshakeType } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { fields, lacking, other } from '../../support/hello.ts';
import { extension, protocols } from '../../support/peer-client.ts';
import { PeerClient12 } from '../../support/peer-client12.ts';
import { type ClientOptions13, PeerClient13 } from '../../support/peer-client13.ts';
import { countedTickets, NOW, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';
import { accepting } from '../../support/verifiers.ts';

const credentials = { select: () => credentialOf('ed25519') };

function settings(options: Partial<ServerOptions>) {
  const provider = countedProvider('chosen');
  return serverSettings({ provider, verifier: accepting, now: () => NOW, credentials, ...options });
}

/** A server that is given these settings once the hello is known. */
function choosing(options: Partial<ServerOptions>, client: ClientOptions13 = {}, before: Partial<ServerOptions> = {}) {
  return serverSession(new PeerClient13(client), { ...before, chooseConfig: () => settings(options) });
}

function factsSeen(client: ClientOptions13): HelloFacts {
  let seen: HelloFacts | null = null;
  const chooseConfig = (facts: HelloFacts): null => {
    seen = facts;
    return null;
  };
  const session = serverSession(new PeerClient13(client), { chooseConfig });
  expect(session.engine.error).toBeNull();
  return seen!;
}

const isOpen = ({ engine, peer }: Session<PeerClient13> | Session<PeerClient12>): boolean =>
  engine.error === null && engine.state === 'open' && peer.done;

describe('whoever chooses a configuration', () => {
  test('is told what the hello says', () => {
    const request = { responder_id_list: [], request_extensions: EMPTY };
    const extensions = [protocols('a', 'b'), extension('status_request', { status_type: 1, request })];
    expect(factsSeen({ extensions, suites: [0x1301, 0xaaaa], groups: [29, 23, 0x3a3a] })).toMatchObject({
      serverName: 'localhost',
      alpn: ['a', 'b'],
      versions: [0x0304],
      suites: [0x1301, 0xaaaa],
      groups: [29, 23, 0x3a3a],
      wantsOcsp: true,
    });
  });

  test('is told nothing that it does not say', () => {
    expect(factsSeen({ serverName: null })).toMatchObject({ serverName: null, alpn: [], wantsOcsp: false });
  });

  test('is told the old version of an old hello', () => {
    let versions: readonly number[] = [];
    const chooseConfig = (facts: HelloFacts): null => {
      versions = facts.versions;
      return null;
    };
    const change = { hello: fields({ legacy_version: 0x0304 }) };
    expect(isOpen(serverSession(new PeerClient12({ change }), { chooseConfig }))).toBe(true);
    expect(versions).toEqual([0x0304]);
  });

  test('chooses certificate, suites, groups and protocol', () => {
    const suites = [node.TLS_CHACHA20_POLY1305_SHA256];
    const chosen = {
      suites,
      versions: ['TLSv1.3'],
      alpn: ['b'],
      credentials: { select: () => credentialOf('P-256') },
    } as const;
    const client = { suite: suites[0]!, extensions: [protocols('a', 'b')] };
    const session = choosing(chosen, client, {
      alpn: ['a'],
      suites: [node.TLS_AES_128_GCM_SHA256],
      versions: ['TLSv1.3'],
    });
    expect(isOpen(session)).toBe(true);
    expect(session.engine.facts).toMatchObject({ suite: suites[0], alpn: 'b', ownScheme: 'ecdsa_secp256r1_sha256' });
  });

  test('chooses the version', () => {
    const chooseConfig = () => settings({ versions: ['TLSv1.2'] });
    expect(isOpen(serverSession(new PeerClient12(), { versions: ['TLSv1.3'], chooseConfig }))).toBe(true);
    expect(choosing({ versions: ['TLSv1.2'] }).code).toBe('ERR_TLS_VERSION');
  });

  test('chooses whether the client is to show a certificate', () => {
    const credential = credentialOf('ed25519', 'client');
    expect(choosing({ clientAuth: 'require' }, { credential }).engine.facts.peer?.chain).toEqual(credential.chain);
    expect(choosing({ clientAuth: 'require' }).code).toBe('ERR_TLS_NO_PEER_CERTIFICATE');
  });

  test('chooses who opens tickets', () => {
    const [ours, theirs] = [countedTickets(), countedTickets({ key: new Uint8Array(48).fill(1) })];
    const ticket = choosing({ tickets: ours }).peer.ticket();
    expect(choosing({ tickets: ours }, { tickets: [ticket] }).engine.facts.resumed).toBe(true);
    expect(choosing({ tickets: theirs }, { tickets: [ticket] }).engine.facts.resumed).toBe(false);
    expect(choosing({}, { tickets: [ticket] }, { tickets: ours }).engine.facts.resumed).toBe(false);
  });

  test('is asked once, even where the client is asked again', () => {
    let asked = 0;
    const chooseConfig = () => {
      asked += 1;
      return settings({});
    };
    const session = serverSession(new PeerClient13({ shares: [] }), { chooseConfig });
    expect([isOpen(session), session.engine.facts.retried, asked]).toEqual([true, true, 1]);
  });

  test('where it goes wrong, the client is told that it is not to blame', () => {
    const session = choosing({ alpn: [''] });
    expect([session.code, session.peer.alerts]).toEqual(['ERR_TLS_CONFIG', [{ level: 2, name: 'internal_error' }]]);
  });

  test('whoever it chose does not choose again', () => {
    const chosen = settings({
      chooseConfig: () => {
        throw new Error('nobody asks');
      },
    });
    expect(isOpen(serverSession(new PeerClient13(), { chooseConfig: () => chosen }))).toBe(true);
  });

  test('may refuse, and say why', () => {
    const refused = (reason: unknown) =>
      serverSession(new PeerClient13(), {
        chooseConfig: () => {
          throw reason;
        },
      });
    const named = refused(new TlsError('ERR_TLS_UNRECOGNIZED_NAME', { detail: 'no such host' }));
    expect(named.peer.alerts).toEqual([{ level: 2, name: 'unrecognized_name' }]);
    const error = new Error('the database is gone');
    const failed = refused(error);
    expect(failed.engine.error).toMatchObject({ code: 'ERR_TLS_INTERNAL', cause: error });
    expect(failed.peer.alerts).toEqual([{ level: 2, name: 'internal_error' }]);
  });
});

describe('the name in a hello', () => {
  const serverName = (name: string): string | null => factsSeen({ serverName: name }).serverName;

  test('comes as it is', () => {
    for (const name of [
      'a',
      'A.example',
      'xn--bcher-kva.example',
      'under_score.example',
      'a.example.',
      '10.0.0.1',
      '::1',
    ]) {
      expect(serverName(name)).toBe(name);
    }
    expect(serverName('a'.repeat(255))).toHaveLength(255);
  });

  test('of another kind is not heeded (RFC 6066, section 3)', () => {
    const hello = (list: readonly number[]) => other({ extension_type: 0, extension_data: new Uint8Array(list) });
    const alone = serverSession(new PeerClient13({ change: { hello: hello([0, 4, 7, 0, 1, 97]) } }));
    expect([alone.engine.error, alone.engine.facts.serverName]).toEqual([null, null]);
    for (const list of [
      [0, 8, 7, 0, 1, 97, 0, 0, 1, 98],
      [0, 8, 0, 0, 1, 98, 7, 0, 1, 97],
    ]) {
      const both = serverSession(new PeerClient13({ change: { hello: hello(list) } }));
      expect([both.engine.error, both.engine.facts.serverName]).toEqual([null, 'b']);
    }
  });

  test('is answered only in a full handshake', () => {
    const tickets = countedTickets();
    const first = serverSession(new PeerClient13(), { tickets });
    const again = serverSession(new PeerClient13({ tickets: [first.peer.ticket()] }), { tickets });
    const sizes = [first, again].map(
      ({ peer }) => peer.messages.find(([type]) => type === HandshakeType.encrypted_extensions)!.length,
    );
    expect(sizes).toEqual([10, 6]);
  });
});

describe('what clients leave out', () => {
  test('session_ticket, extended_master_secret, renegotiation_info, point formats: all of them', () => {
    const types = [
      ExtensionType.extended_master_secret,
      ExtensionType.renegotiation_info,
      ExtensionType.ec_point_formats,
    ];
    const session = serverSession(new PeerClient12({ serverName: null, change: { hello: lacking(...types) } }), {
      tickets: countedTickets(),
      versions: ['TLSv1.2'],
    });
    expect(isOpen(session)).toBe(true);
    expect(session.peer.serverHello.extensions).toBeNull();
  });
});
