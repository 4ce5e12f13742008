import { readFileSync } from 'node:fs';
import type { Host } from '../../support/host.ts';
import { start, type Tool } from '../../support/tools.ts';
import { filesOf, stapleOf, write } from '../support/identities.ts';
import type { ClientPeer } from '../support/peer.ts';
import { type Row, usesPsk } from '../support/row.ts';
import { clientGroups, PROTOCOL, PROTOCOLS, PSK } from '../support/settings.ts';
import { BULK_SIZE, echoToEnd, expectSame, LINE, pattern, secures, sha256 } from '../support/talk.ts';
import { gnuTlsAbilities, narrowedPriority, priority } from './gnutls.ts';

/** It prints each byte by itself, so that 5 MB take it seconds; gnutls-serv has them both ways. */
const PRINTED_SIZE = 500_000;

/** `gnutls-cli`, one process for each connection; it resumes within one. */
export function gnuTlsClient(cli: Tool): ClientPeer {
  let count = 0;
  const abilities = gnuTlsAbilities(cli);
  return {
    name: 'gnutls-cli',
    label: `GnuTLS ${cli.version}`,
    abilities: {
      ...abilities,
      // It ends with a segmentation fault, whatever the server (GnuTLS 3.7.9).
      hasSuite: (name) => abilities.hasSuite(name) && !/DHE_PSK|PSK_DHE/.test(name),
      topics: [
        'defaults',
        'alpn',
        'bulk',
        'no encrypt-then-MAC',
        'no extended master secret',
        'small records',
        'padding',
        'key update',
        'renegotiation',
        'hello request',
        'post-handshake authentication',
        'early data',
        'stapling',
        'several certificates',
      ],
    },
    async connect(row, port) {
      const log = write(`gnutls-cli-${++count}.log`, '');
      const saved = write(`gnutls-cli-${count}.ocsp`, '');
      const process = start(cli.path, [...argsFor(row, port, saved), '--logfile', log], { lifetimeMs: 12_000 });
      const printed: Buffer[] = [];
      const expected = isBulk(row)
        ? pattern(PRINTED_SIZE)
        : Buffer.from(LINE.repeat(row.topic === 'early data' ? 2 : 1));
      let missing = expected.length;
      process.child.stdout?.on('data', (piece: Buffer) => {
        printed.push(piece);
        missing -= piece.length;
        // It sends no close_notify in answer to ours, only where it is the first to end.
        if (missing === 0) process.child.stdin?.end();
      });
      process.child.stdin?.write(wordsFor(row));
      const code = await process.exited;
      const all = Buffer.concat(printed);
      const said = `${process.output().slice(0, 1000)}\n${readFileSync(log, 'latin1').slice(-1000)}`;
      if (code !== 0) throw new Error(`exit code ${code}: ${said}`);
      if (sha256(all) !== sha256(expected)) {
        throw new Error(`it printed ${all.length} bytes instead of ${expected.length}: ${said}`);
      }
      if (row.topic === 'alpn') expectSame('ALPN, as the peer sees it', said.includes(PROTOCOL), true);
      if (row.topic === 'stapling') {
        expectSame('OCSP response, as the peer sees it', readFileSync(saved).equals(stapleOf(row.key)), true);
      }
      if (row.resumption !== null) expectSame('resumed, as the peer sees it', /resumed session/.test(said), true);
    },
    talks: {
      echo: echoToEnd,
      bulk: answerBulk,
      'no encrypt-then-MAC': answerBulk,
      'key update': async (host) => {
        // One after the other: where it waits for new keys and is asked for some, it ends with illegal_parameter.
        const line = await host.read(LINE.length);
        host.engine.updateKeys(true);
        host.send(line);
        await echoToEnd(host);
      },
      renegotiation: async (host) => {
        await host.until(() => secures(host) === 2);
        await echoToEnd(host);
      },
      'hello request': async (host) => {
        host.engine.renegotiate();
        host.turn();
        await host.until(() => secures(host) === 2);
        await echoToEnd(host);
      },
      'post-handshake authentication': authenticateLater,
    },
  };
}

function argsFor(row: Row, port: number, saved: string): string[] {
  const args = ['--port', String(port), '--x509cafile', filesOf(row.key, 'server').ca];
  const priorityOf = row.topic === 'several certificates' ? narrowedPriority : priority;
  args.push('--priority', priorityOf(row, clientGroups(row)), '--single-key-share');
  if (row.clientKey !== null) {
    const { cert, key } = filesOf(row.clientKey, 'client');
    args.push('--x509certfile', cert, '--x509keyfile', key);
  }
  if (row.topic === 'post-handshake authentication') args.push('--post-handshake-auth');
  if (row.resumption !== null) args.push('--resume', '--waitresumption');
  if (usesPsk(row)) args.push('--pskusername', PSK.identity, '--pskkey', PSK.key.toString('hex'));
  if (row.resumption === 'session id') args.push('--noticket');
  if (row.topic === 'early data') args.push('--earlydata', write('gnutls-early.txt', LINE));
  if (row.topic === 'stapling') args.push('--save-ocsp', saved);
  if (row.topic === 'alpn') for (const protocol of PROTOCOLS) args.push('--alpn', protocol);
  if (row.topic === 'small records') args.push('--recordsize', '600');
  if (row.topic === 'key update' || row.topic === 'renegotiation') args.push('--inline-commands');
  return [...args, 'localhost'];
}

function wordsFor(row: Row): Buffer | string {
  if (isBulk(row)) return pattern(BULK_SIZE);
  if (row.topic === 'key update') return `^rekey^\n${LINE}`;
  if (row.topic === 'renegotiation') return `^renegotiate^\n${LINE}`;
  return LINE;
}

function isBulk({ topic }: Row): boolean {
  return topic === 'bulk' || topic === 'no encrypt-then-MAC';
}

async function answerBulk(host: Host): Promise<void> {
  const bytes = pattern(BULK_SIZE);
  expectSame('SHA-256 of what came', sha256(await host.read(BULK_SIZE)), sha256(bytes));
  host.send(bytes.subarray(0, PRINTED_SIZE));
  await echoToEnd(host);
}

async function authenticateLater(host: Host): Promise<void> {
  expectSame('a certificate before it is asked for', host.engine.facts.peer ?? null, null);
  host.engine.requestCertificate();
  host.turn();
  await host.until(() => (host.engine.facts.peer ?? null) !== null);
  await echoToEnd(host);
}
