import type { Facts } from '../../../src/handshake/facts.ts';
import type { Session } from '../../../src/handshake/session.ts';
import { Host, HostServer } from '../../support/host.ts';
import { identityOf, stapleOf } from './identities.ts';
import type { ClientPeer, Endpoint, ServerPeer } from './peer.ts';
import type { Row } from './row.ts';
import { clientFor, PROTOCOL, serverFor } from './settings.ts';
import { expectSame, LINE } from './talk.ts';

/** Our client against this server. Rejects with what went wrong and with what the peer has to say about it. */
export async function runClient(peer: ServerPeer, row: Row): Promise<void> {
  const endpoint = await peer.listen(row);
  try {
    let session: Session | null = null;
    if (row.resumption !== null) {
      session = await converse(peer, { ...row, retry: false }, endpoint, null);
      if (session === null) throw new Error('the server gave nothing to resume with');
    }
    await converse(peer, row, endpoint, session);
  } catch (reason) {
    throw new Error(`${reason instanceof Error ? reason.message : reason}\n${tail(endpoint.output())}`, {
      cause: reason,
    });
  }
}

/** Our server against this client. */
export async function runServer(peer: ClientPeer, row: Row): Promise<void> {
  const talk = peer.talks[row.topic] ?? peer.talks.echo;
  const server = new HostServer(serverFor(row), async (host) => talk(await host.secure()));
  try {
    const port = await server.listen();
    const outcome = await peer.connect(row, port).then(
      () => null,
      (reason: Error) => reason,
    );
    await server.settled();
    const [failure = outcome] = server.failures;
    if (failure !== null) throw new Error(`${failure.message}\n${tail(outcome?.message ?? '')}`, { cause: failure });
    const last = server.hosts.at(-1);
    if (last === undefined) throw new Error('nobody came');
    checkFacts(row, last.engine.facts as Facts, row.resumption !== null);
    if (row.clientKey !== null) {
      const shown = (last.engine.facts.peer?.chain[0] ?? []) as Uint8Array;
      expectSame('the client', Array.from(shown), Array.from(identityOf(row.clientKey, 'client').der));
      expectSame('its verdict', last.engine.facts.peer?.verdict.error ?? null, null);
    }
  } finally {
    server.close();
  }
}

/** One connection; returns the session it leaves behind. */
async function converse(
  peer: ServerPeer,
  row: Row,
  endpoint: Endpoint,
  session: Session | null,
): Promise<Session | null> {
  const host = Host.connect(clientFor(row, session, peer.options?.(row)), endpoint.port);
  try {
    if (row.topic === 'early data' && session !== null) {
      expectSame('early data sent', host.engine.sendEarly(Buffer.from(LINE)), LINE.length);
      host.turn();
    }
    await host.secure();
    checkFacts(row, host.engine.facts as Facts, session !== null);
    if (row.resumption !== null && session === null) await host.until(() => host.has('session'));
    await (peer.talks[row.topic] ?? peer.talks.echo)(host, endpoint);
    if (row.topic === 'post-handshake authentication')
      expectSame('certificate shown', host.engine.facts.credential !== null, true);
    for (const event of host.events) if (event.type === 'session') return event.session;
    return null;
  } finally {
    host.socket.destroy();
  }
}

function checkFacts(row: Row, facts: Facts, resumed: boolean): void {
  expectSame('version', facts.version, row.version);
  if (row.suite !== null) expectSame('suite', facts.suite.name, row.suite);
  if (row.group !== null && !(resumed && row.version === 'TLSv1.2')) expectSame('group', facts.group, row.group);
  expectSame('resumed', facts.resumed, resumed);
  if (row.version === 'TLSv1.3' && row.topic !== 'defaults') expectSame('HelloRetryRequest', facts.retried, row.retry);
  if (row.topic === 'alpn') expectSame('ALPN', facts.alpn, PROTOCOL);
  if (row.topic === 'early data' && resumed) expectSame('early data', facts.earlyData, 'accepted');
  if (row.topic === 'stapling' && facts.role === 'client') {
    expectSame('OCSP response', Array.from(facts.ocspResponse ?? []), Array.from(stapleOf(row.key)));
  }
  if (row.version === 'TLSv1.2') {
    expectSame('extended master secret', facts.extendedMasterSecret, row.topic !== 'no extended master secret');
  }
  if (resumed) return;
  const scheme = facts.role === 'client' ? facts.peerScheme : facts.ownScheme;
  if (row.scheme !== null) expectSame('signature', scheme, row.scheme);
  if (row.clientKey !== null && row.topic !== 'post-handshake authentication') {
    expectSame('certificate asked for', facts.certificateRequested, true);
    expectSame('client signed', (facts.role === 'client' ? facts.ownScheme : facts.peerScheme) !== null, true);
  }
}

function tail(text: string): string {
  return text.length > 1500 ? `... ${text.slice(-1500)}` : text;
}
