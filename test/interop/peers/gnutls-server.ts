import type { Host } from '../../support/host.ts';
import { freePort, start, type Tool } from '../../support/tools.ts';
import { filesOf, otherKey, stapleOf, write } from '../support/identities.ts';
import type { Endpoint, ServerPeer } from '../support/peer.ts';
import { type Row, usesPsk } from '../support/row.ts';
import { PROTOCOL, PSK } from '../support/settings.ts';
import { expectSame, renegotiate, secures, sendBulk, sendLine, updateKeys } from '../support/talk.ts';
import { ALL_GROUPS, gnuTlsAbilities, priority } from './gnutls.ts';

/** `gnutls-serv --echo`. */
export function gnuTlsServer(serv: Tool, cli: Tool): ServerPeer {
  const running = new Map<string, Promise<Endpoint>>();
  return {
    name: 'gnutls-serv',
    label: `GnuTLS ${serv.version}`,
    abilities: {
      ...gnuTlsAbilities(cli),
      topics: [
        'defaults',
        'alpn',
        'bulk',
        'small records',
        'padding',
        'key update',
        'post-handshake authentication',
        'renegotiation',
        'hello request',
        'no encrypt-then-MAC',
        'no extended master secret',
        'early data',
        'stapling',
        'several certificates',
      ],
    },
    listen(row) {
      const args = argsFor(row);
      const label = args.join(' ');
      const known = running.get(label) ?? begin(serv, args);
      running.set(label, known);
      return known;
    },
    options: (row) => (row.topic === 'small records' ? { recordSizeLimit: 512 } : {}),
    talks: {
      echo: (host) => sendLine(host),
      bulk: sendBulk,
      'no encrypt-then-MAC': sendBulk,
      'key update': updateKeys,
      // What came early it does not send back.
      'early data': (host) => sendLine(host),
      renegotiation: (host) => renegotiate(host),
      'hello request': (host) => command(host, '**REHANDSHAKE**', () => secures(host) === 2),
      'post-handshake authentication': (host) =>
        command(host, '**REAUTH**', () => (host.engine.facts.credential ?? null) !== null),
    },
  };
}

function argsFor(row: Row): string[] {
  const { cert, key } = filesOf(row.key, 'server');
  const args = ['--echo', '--x509certfile', cert, '--x509keyfile', key];
  args.push('--priority', priority(row, row.retry && row.group !== null ? [row.group] : ALL_GROUPS));
  if (row.clientKey === null) args.push('--disable-client-cert');
  else args.push('--x509cafile', filesOf(row.clientKey, 'client').ca, '--require-client-cert', '--verify-client-cert');
  if (usesPsk(row)) args.push('--pskpasswd', pskFile());
  if (row.resumption === 'session id') args.push('--noticket');
  if (row.topic === 'early data') args.push('--earlydata');
  if (row.topic === 'stapling') args.push('--ocsp-response', write(`${row.key}.ocsp`, stapleOf(row.key)));
  if (row.topic === 'several certificates') {
    const { cert: other, key: itsKey } = filesOf(otherKey(row.key), 'server');
    args.push('--x509certfile', other, '--x509keyfile', itsKey);
  }
  if (row.topic === 'alpn') args.push('--alpn', PROTOCOL, '--alpn-fatal');
  return args;
}

let passwords: string | null = null;

function pskFile(): string {
  passwords ??= write('gnutls-serv.psk', `${PSK.identity}:${PSK.key.toString('hex')}\n`);
  return passwords;
}

async function begin(serv: Tool, args: readonly string[]): Promise<Endpoint> {
  const port = await freePort();
  const process = start(serv.path, [...args, '--port', String(port)], { lifetimeMs: 300_000 });
  await process.says(/listening on IPv4 [\s\S]*done/);
  return { port, process, output: () => process.output() };
}

const EXECUTED = 'Successfully executed command\n';

/** A line that it obeys instead of sending it back. */
async function command(host: Host, line: string, done: () => boolean): Promise<void> {
  host.send(`${line}\n`);
  await host.until(done);
  expectSame('its answer', (await host.read(EXECUTED.length)).toString(), EXECUTED);
  await sendLine(host);
}
