import { describe, expect, it } from 'vitest';
import { credentialChooser } from '../../src/config/credentials.ts';
import type { Session } from '../../src/handshake/session.ts';
import { nodeProvider, secp521r1 } from '../../src/providers/node.ts';
import { credentialOf, pairClient, pairServer, promptGroups, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';
import type { KeyType } from '../support/pki.ts';

const VERSIONS = ['TLSv1.3', 'TLSv1.2'] as const;

/** Both ends agree, and data flows both ways. */
function expectOpen(pair: Pair): void {
  expect(pair.client.error ?? pair.server.error).toBeNull();
  expect([pair.client.state, pair.server.state]).toEqual(['open', 'open']);
  pair.client.send(new Uint8Array([1, 2, 3]));
  pair.server.send(new Uint8Array(40_000).fill(7));
  pair.run();
  expect(Array.from(pair.received('server').subarray(-3))).toEqual([1, 2, 3]);
  expect(pair.received('client').length).toBeGreaterThanOrEqual(40_000);
  const label = 'EXPORTER-test';
  expect(pair.client.exportKeys(label, null, 32)).toEqual(pair.server.exportKeys(label, null, 32));
}

function sessionsOf(pair: Pair): Session[] {
  return pair.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []));
}

describe.each(VERSIONS)('a pair of engines, %s', (version) => {
  const versions = [version];

  it.each<KeyType>(['P-256', 'P-384', 'P-521', 'rsa', 'rsa-pss', 'ed25519'])('authenticates a server by %s', (key) => {
    const groups = [...promptGroups(nodeProvider), secp521r1]; // TLS 1.2 holds certificates to them
    const server = pairServer({ versions, groups, credentials: credentialChooser([credentialOf(key)]) });
    const pair = new Pair(pairClient({ versions, groups }), server).run();
    expectOpen(pair);
    expect(pair.client.facts.version).toBe(version);
    expect(pair.client.facts.peerScheme).toBe(pair.server.facts.ownScheme);
  });

  it.each<KeyType>(['P-256', 'P-384', 'rsa', 'ed25519'])('authenticates a client by %s', (key) => {
    const credentials = credentialChooser([credentialOf(key, 'client')]);
    const server = pairServer({ versions, clientAuth: 'require' });
    const pair = new Pair(pairClient({ versions, credentials }), server).run();
    expectOpen(pair);
    expect(pair.server.facts.peer?.chain[0]).toEqual(credentialOf(key, 'client').chain[0]);
    expect(pair.client.facts.ownScheme).toBe(pair.server.facts.peerScheme);
  });

  it('lets a client without a certificate in only where none is demanded', () => {
    expectOpen(new Pair(pairClient({ versions }), pairServer({ versions, clientAuth: 'request' })).run());
    const refused = new Pair(pairClient({ versions }), pairServer({ versions, clientAuth: 'require' })).run();
    expect(refused.server.error?.code).toBe('ERR_TLS_NO_PEER_CERTIFICATE');
    expect(refused.client.error?.received).toBe(version === 'TLSv1.3' ? 'certificate_required' : 'handshake_failure');
  });

  it('resumes by ticket, more than once, and keeps the identities', () => {
    const tickets = ticketsOf();
    const settings = { versions, tickets, clientAuth: 'require' } as const;
    const credentials = credentialChooser([credentialOf('P-256', 'client')]);
    const first = new Pair(pairClient({ versions, credentials }), pairServer(settings)).run();
    expectOpen(first);
    let sessions = sessionsOf(first);
    expect(sessions.length).toBe(version === 'TLSv1.3' ? 2 : 1);
    for (let round = 0; round < 3; round++) {
      const session = sessions[0]!;
      const client = pairClient({ versions, credentials, sessions: { load: () => session } });
      const pair = new Pair(client, pairServer(settings)).run();
      expectOpen(pair);
      expect([pair.client.facts.resumed, pair.server.facts.resumed]).toEqual([true, true]);
      expect(pair.server.facts.peer?.chain).toEqual(first.server.facts.peer?.chain);
      expect(pair.client.facts.peer?.chain).toEqual(first.client.facts.peer?.chain);
      sessions = sessionsOf(pair);
      expect(sessions.length).toBe(1);
    }
  });

  it('does a full handshake where the ticket is not ours', () => {
    const first = new Pair(pairClient({ versions }), pairServer({ versions, tickets: ticketsOf() })).run();
    const session = sessionsOf(first)[0]!;
    const client = pairClient({ versions, sessions: { load: () => session } });
    const pair = new Pair(client, pairServer({ versions, tickets: ticketsOf() })).run();
    expectOpen(pair);
    expect([pair.client.facts.resumed, pair.server.facts.resumed]).toEqual([false, false]);
  });

  it('agrees on a protocol', () => {
    const client = pairClient({ versions, alpn: ['mqtt', 'x-amzn-mqtt-ca'] });
    const pair = new Pair(client, pairServer({ versions, alpn: ['x-amzn-mqtt-ca', 'mqtt'] })).run();
    expectOpen(pair);
    expect([pair.client.facts.alpn, pair.server.facts.alpn]).toEqual(['x-amzn-mqtt-ca', 'x-amzn-mqtt-ca']);
    const none = new Pair(pairClient({ versions, alpn: ['h2'] }), pairServer({ versions, alpn: ['mqtt'] })).run();
    expect([none.server.error?.code, none.client.error?.received]).toEqual(['ERR_TLS_ALPN', 'no_application_protocol']);
  });

  it('keeps records within the limits that either side announces', () => {
    const client = pairClient({ versions, recordSizeLimit: 500 });
    expectOpen(new Pair(client, pairServer({ versions, recordSizeLimit: 300 })).run());
    expectOpen(new Pair(pairClient({ versions, maxFragmentLength: 512 }), pairServer({ versions })).run());
  });

  it('works however the bytes are cut', () => {
    const one = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    const credentials = credentialChooser([credentialOf('P-256', 'client')]);
    const server = pairServer({ versions, clientAuth: 'require', tickets: ticketsOf() });
    expectOpen(new Pair(pairClient({ versions, credentials }), server, { cut: one }).run());
  });
});

describe('TLS 1.3 between our engines', () => {
  it('asks again for the group that the server wants', () => {
    const groups = pairServer().groups.filter((group) => group.name === 'secp384r1');
    const pair = new Pair(pairClient(), pairServer({ groups })).run();
    expectOpen(pair);
    expect([pair.client.facts.retried, pair.server.facts.retried]).toEqual([true, true]);
    expect(pair.client.facts.group).toBe('secp384r1');
  });

  it('agrees by X25519MLKEM768, loaded when it is needed', async () => {
    const { groups } = nodeProvider;
    const pair = await new Pair(pairClient({ groups }), pairServer({ groups })).runLater();
    expectOpen(pair);
    expect([pair.client.facts.group, pair.server.facts.group]).toEqual(['X25519MLKEM768', 'X25519MLKEM768']);
    const old = await new Pair(pairClient({ groups }), pairServer()).runLater();
    expectOpen(old);
    expect([old.client.facts.group, old.client.facts.retried]).toEqual(['x25519', false]);
  });

  it('changes keys in both directions', () => {
    const pair = new Pair(pairClient(), pairServer()).run();
    for (let i = 0; i < 3; i++) {
      pair.client.updateKeys(true);
      pair.run();
      pair.server.updateKeys(true);
      expectOpen(pair.run());
    }
  });

  it('shows a certificate after the handshake', () => {
    const credentials = credentialChooser([credentialOf('P-256', 'client')]);
    const client = pairClient({ credentials, postHandshakeAuth: true });
    const pair = new Pair(client, pairServer({ postHandshakeAuth: true })).run();
    expectOpen(pair);
    expect(pair.server.facts.peer).toBeNull();
    pair.server.requestCertificate();
    expectOpen(pair.run());
    expect(pair.server.facts.peer?.chain[0]).toEqual(credentialOf('P-256', 'client').chain[0]);
    expect(pair.client.facts.credential).toBe(credentialOf('P-256', 'client'));
    expect(pair.client.facts.ownScheme).toBe(pair.server.facts.peerScheme);
    pair.server.updateKeys(true);
    expectOpen(pair.run());
    expect(() => new Pair(pairClient(), pairServer()).run().server.requestCertificate()).toThrow();
  });
});

describe('TLS 1.2 between our engines', () => {
  const versions = ['TLSv1.2'] as const;

  it('resumes by session id', () => {
    const kept = new Map<string, Uint8Array>();
    const sessions = {
      save: (id: Uint8Array, state: Uint8Array) => void kept.set(String(id), state),
      load: (id: Uint8Array) => kept.get(String(id)) ?? null,
    };
    const first = new Pair(pairClient({ versions }), pairServer({ versions, sessions })).run();
    expectOpen(first);
    const session = sessionsOf(first)[0]!;
    expect(session.id.length).toBe(32);
    const pair = new Pair(
      pairClient({ versions, sessions: { load: () => session } }),
      pairServer({ versions, sessions }),
    );
    expectOpen(pair.run());
    expect(pair.client.facts.resumed).toBe(true);
  });

  it('renegotiates where that is allowed, and not more often', () => {
    const server = pairServer({ versions, renegotiation: { limit: 2, window: 600_000 } });
    const pair = new Pair(pairClient({ versions }), server).run();
    pair.client.renegotiate();
    expectOpen(pair.run());
    pair.client.renegotiate();
    expectOpen(pair.run());
    pair.client.renegotiate();
    pair.run();
    expect(pair.server.error?.code).toBe('ERR_TLS_RENEGOTIATION_REFUSED');
  });

  it('answers a HelloRequest by rule', () => {
    const server = pairServer({ versions, renegotiation: { limit: 2, window: 600_000 } });
    const freely = new Pair(pairClient({ versions, renegotiation: 'freely' }), server).run();
    freely.server.renegotiate();
    expectOpen(freely.run());
    expect(freely.serverEvents.filter((event) => event.type === 'secure').length).toBe(2);
    const warn = new Pair(pairClient({ versions }), server).run();
    warn.server.renegotiate();
    expectOpen(warn.run());
    const never = new Pair(pairClient({ versions, renegotiation: 'never' }), server).run();
    never.server.renegotiate();
    never.run();
    expect(never.client.error?.code).toBe('ERR_TLS_RENEGOTIATION_REFUSED');
  });

  it('notices a downgrade', () => {
    expectOpen(new Pair(pairClient(), pairServer({ versions: ['TLSv1.2'] })).run());
    const able = pairServer();
    const forced = { ...able, flows: able.flows, versions: able.versions };
    const pair = new Pair(pairClient(), {
      ...forced,
      chooseConfig: () => ({ ...able, flows: { 'TLSv1.3': able.flows['TLSv1.2']! } }),
    });
    expect(pair.run().client.error?.code).toBe('ERR_TLS_DOWNGRADE');
  });
});

describe.each(VERSIONS)('a client configuration, %s', (version) => {
  const versions = [version];

  it('resumes by itself, and never uses a TLS 1.3 ticket twice', () => {
    const client = pairClient({ versions });
    const server = pairServer({ versions, tickets: ticketsOf() });
    const resumed = [0, 1, 2, 3].map(() => {
      const pair = new Pair(client, server).run();
      expectOpen(pair);
      return pair.client.facts.resumed;
    });
    expect(resumed).toEqual([false, true, true, true]);
  });

  it('survives a store that fails', () => {
    const sessions = {
      load: () => null,
      save: () => {
        throw new Error('disk full');
      },
    };
    const pair = new Pair(pairClient({ versions, sessions }), pairServer({ versions, tickets: ticketsOf() })).run();
    expectOpen(pair);
  });
});
