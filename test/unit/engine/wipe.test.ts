import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../../src/bytes/index.ts';
import { clientSettings } from '../../../src/config/client.ts';
import { Connection } from '../../../src/engine/connection.ts';
import type { ClientSettings } from '../../../src/handshake/client/settings.ts';
import { startClient } from '../../../src/handshake/client/start.ts';
import { credentialOf } from '../../support/configs.ts';
import { countedProvider } from '../../support/deterministic.ts';
import { PacedSession } from '../../support/paced.ts';
import { Peer12 } from '../../support/peer12.ts';
import { Peer13 } from '../../support/peer13.ts';
import { accepting } from '../../support/verifiers.ts';

/** A session whose secrets are watched: the very bytes, not copies. */
interface Watched {
  readonly session: PacedSession<Peer13> | PacedSession<Peer12>;
  readonly secrets: Uint8Array[];
}

function watched(version: 'TLSv1.3' | 'TLSv1.2', stopAt: number = Number.POSITIVE_INFINITY): Watched {
  const secrets: Uint8Array[] = [];
  const settings: ClientSettings = clientSettings({
    provider: countedProvider('client'),
    verifier: accepting,
    now: () => 0,
    serverName: 'localhost',
    sessions: null,
    versions: [version],
    credentials: { select: () => credentialOf('ed25519', 'client') },
  });
  const client = new Connection('client', settings, function* (hs) {
    const keep = hs.vault.keep.bind(hs.vault);
    hs.vault.keep = (bytes) => {
      secrets.push(bytes);
      return keep(bytes);
    };
    return yield* startClient(hs);
  });
  const peer =
    version === 'TLSv1.3' ? new Peer13({ requestCertificate: true }) : new Peer12({ requestCertificate: true });
  const session = new PacedSession<Peer13 | Peer12>(client, peer);
  session.pace = (_task, index) => (index === stopAt ? 'never' : 'now');
  return { session: session as Watched['session'], secrets };
}

function expectWiped(secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) expect(secret.every((byte) => byte === 0)).toBe(true);
}

/** What a connection holds on to inside. */
function inside(session: Watched['session']): Record<string, unknown> {
  const { inbox, incoming, outgoing, runner, hs } = session.client as unknown as {
    inbox: { empty: boolean };
    incoming: { buffered: number; opener: { protects: boolean } };
    outgoing: { flight: unknown[]; sealer: { expansion: number } };
    runner: { task: unknown; need: unknown; busy: boolean };
    hs: unknown;
  };
  return {
    inbox: inbox.empty,
    buffered: incoming.buffered,
    readKey: incoming.opener.protects,
    flight: outgoing.flight.length,
    writeKey: outgoing.sealer.expansion > 0,
    runner: [runner.task, runner.need, runner.busy],
    handshake: hs,
  };
}

const NOTHING = {
  inbox: true,
  buffered: 0,
  readKey: false,
  flight: 0,
  writeKey: false,
  runner: [null, null, false],
  handshake: null,
};

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('%s', (version) => {
  test('a connection that is destroyed at any step keeps nothing', () => {
    for (let step = 0; ; step++) {
      const { session, secrets } = watched(version, step);
      session.run();
      if (session.client.task === null) break;
      session.client.destroy();
      expect(session.client.state).toBe('failed');
      expectWiped(secrets);
      expect(inside(session)).toEqual(NOTHING);
    }
  });

  test('nor one that fails', () => {
    for (const open of [false, true]) {
      const { session, secrets } = watched(version, open ? undefined : 4);
      session.run();
      if (!open) session.client.reject(session.client.task!, new Error('no'));
      else session.peer.raw(new Uint8Array([23, 3, 3, 0, 40, ...Array(40).fill(9)]));
      session.run();
      expect(session.client.state).toBe('failed');
      expect(secrets.length).toBeGreaterThan(0);
      expectWiped(secrets);
      expect(inside(session)).toEqual(NOTHING);
    }
  });

  test('nor one that is closed', () => {
    const { session, secrets } = watched(version);
    session.run();
    session.client.close();
    session.peer.alert('warning', 'close_notify');
    session.run();
    expect(session.client.state).toBe('closed');
    expectWiped(secrets);
    expect(inside(session)).toEqual(NOTHING);
  });

  test('an open connection keeps its traffic keys, and neither handshake nor bytes', () => {
    const { session, secrets } = watched(version);
    session.run();
    session.peer.sendData(fromLatin1('data'));
    session.run();
    expect(inside(session)).toEqual({ ...NOTHING, readKey: true, writeKey: true });
    const alive = secrets.filter((secret) => secret.some((byte) => byte !== 0));
    // TLS 1.3: both traffic secrets, the exporter's and the resumption secret. TLS 1.2: the master secret.
    expect(alive).toHaveLength(version === 'TLSv1.3' ? 4 : 1);
  });
});
