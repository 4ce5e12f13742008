import type { Host } from '../../support/host.ts';
import { type Running, start, type Tool } from '../../support/tools.ts';
import { OPENSSL, OPENSSL_SUITES_12, OPENSSL_SUITES_13, openSslGroups } from '../support/abilities.ts';
import { filesOf, write } from '../support/identities.ts';
import type { ClientPeer } from '../support/peer.ts';
import { type Row, type Topic, usesPsk } from '../support/row.ts';
import { clientGroups, PROTOCOLS, PSK, RENEGOTIATIONS } from '../support/settings.ts';
import {
  answerLine,
  BULK_SIZE,
  exchangeBulk,
  expectCleanEnd,
  expectSame,
  LINE,
  pattern,
  secures,
  sha256,
} from '../support/talk.ts';

/** Topics for which it reads commands at the beginnings of lines; otherwise it is quiet and sends what it reads. */
const INTERACTIVE: readonly Topic[] = ['key update', 'renegotiation', 'renegotiation limit', 'peer closes', 'stapling'];

/** `openssl s_client`, one process for each connection. */
export function openSslClient(tool: Tool): ClientPeer {
  return {
    name: 'openssl s_client',
    label: `OpenSSL ${tool.version}`,
    abilities: {
      ...OPENSSL,
      topics: [
        'defaults',
        'alpn',
        'bulk',
        'no encrypt-then-MAC',
        'small records',
        'padding',
        'hello request',
        'post-handshake authentication',
        'early data',
        'several certificates',
        ...INTERACTIVE,
      ],
    },
    async connect(row, port) {
      if (row.resumption === null) return connect(tool, row, port, []);
      const session = write(`session-${port}.pem`, '');
      await connect(tool, row, port, ['-sess_out', session]);
      const early = row.topic === 'early data' ? ['-early_data', write('early.txt', LINE)] : [];
      await connect(tool, row, port, ['-sess_in', session, ...early]);
    },
    talks: {
      echo: answerLine,
      bulk: exchangeBulk,
      'no encrypt-then-MAC': exchangeBulk,
      'key update': updateKeysBoth,
      renegotiation: (host) => echoUntilEnd(host, 2),
      'renegotiation limit': refuseTooMany,
      'hello request': async (host) => {
        host.engine.renegotiate();
        host.turn();
        await host.until(() => secures(host) === 2);
        await answerLine(host);
      },
      'post-handshake authentication': async (host) => {
        expectSame('a certificate before it is asked for', host.engine.facts.peer ?? null, null);
        host.engine.requestCertificate();
        host.turn();
        await host.until(() => (host.engine.facts.peer ?? null) !== null);
        await answerLine(host);
      },
      'peer closes': (host) => echoUntilEnd(host, 1),
      stapling: (host) => echoUntilEnd(host, 1),
    },
  };
}

function argsFor(row: Row, port: number): string[] {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost'];
  args.push('-CAfile', filesOf(row.key, 'server').ca, '-verify_return_error', '-verify_hostname', 'localhost');
  args.push(row.version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2');
  args.push('-cipher', OPENSSL_SUITES_12, '-ciphersuites', OPENSSL_SUITES_13);
  args.push('-groups', openSslGroups(clientGroups(row)));
  if (row.clientKey !== null) {
    const { cert, key } = filesOf(row.clientKey, 'client');
    args.push('-cert', cert, '-cert_chain', cert, '-key', key);
  }
  if (row.topic === 'post-handshake authentication') args.push('-enable_pha');
  if (usesPsk(row)) args.push('-psk', PSK.key.toString('hex'), '-psk_identity', PSK.identity);
  if (row.resumption === 'session id') args.push('-no_ticket');
  if (row.topic === 'alpn') args.push('-alpn', PROTOCOLS.join(','));
  if (row.topic === 'padding') args.push('-record_padding', '700');
  if (row.topic === 'small records') args.push('-maxfraglen', '512');
  if (row.topic === 'stapling') args.push('-status');
  if (row.topic === 'several certificates') args.push('-sigalgs', row.scheme!);
  if (!INTERACTIVE.includes(row.topic)) args.push('-quiet');
  return args;
}

async function connect(tool: Tool, row: Row, port: number, more: readonly string[]): Promise<void> {
  const process = start(tool.path, [...argsFor(row, port), ...more], { lifetimeMs: 12_000 });
  const printed: Buffer[] = [];
  process.child.stdout?.on('data', (piece: Buffer) => printed.push(piece));
  if (INTERACTIVE.includes(row.topic)) await COMMANDS[row.topic]?.(process);
  else if (!more.includes('-early_data')) process.child.stdin?.write(wordsFor(row));
  const code = await process.exited;
  const all = Buffer.concat(printed);
  const expected = wordsFor(row);
  const same = INTERACTIVE.includes(row.topic) || sha256(all) === sha256(expected);
  if (code !== 0 && row.topic !== 'renegotiation limit') throw new Error(`exit code ${code}: ${process.output()}`);
  if (!same) throw new Error(`it printed ${all.length} bytes instead of ${expected.length}: ${process.output()}`);
}

function wordsFor(row: Row): Buffer {
  return /bulk|MAC/.test(row.topic) ? pattern(BULK_SIZE) : Buffer.from(LINE);
}

/** What is typed to it, line by line; whatever is typed before the effect of a command is lost. */
const COMMANDS: { readonly [T in Topic]?: (process: Running) => Promise<void> } = {
  async 'key update'(process) {
    for (const [index, command] of KEY_UPDATES.entries()) {
      type(process, command);
      await process.says(new RegExp(`(?:KEYUPDATE[^]*?){${index + 1}}`));
      await converse(process, index + 1);
    }
    type(process, 'Q');
  },
  async renegotiation(process) {
    await converse(process, 1);
    type(process, 'R');
    await process.says(/RENEGOTIATING/);
    await converse(process, 2);
    type(process, 'Q');
  },
  async 'renegotiation limit'(process) {
    for (let i = 0; i <= RENEGOTIATIONS.limit; i++) {
      await converse(process, i + 1);
      type(process, 'R');
      await process.says(new RegExp(`(?:RENEGOTIATING[^]*?){${i + 1}}`));
    }
  },
  async stapling(process) {
    await process.says(/OCSP Response Status: successful[\s\S]*Cert Status: good/);
    await converse(process, 1);
    type(process, 'Q');
  },
  async 'peer closes'(process) {
    await converse(process, 1);
    type(process, 'Q');
  },
};

const KEY_UPDATES = ['K', 'k', 'K'];

/** Sends a line, and waits until so many have come back. */
async function converse(process: Running, count: number): Promise<void> {
  await process.says(/SSL-Session:|Verification: OK/);
  type(process, LINE.trim());
  await process.says(new RegExp(`(?:${LINE}[^]*?){${count}}`));
}

function type(process: Running, line: string): void {
  process.child.stdin?.write(`${line}\n`);
}

async function updateKeysBoth(host: Host): Promise<void> {
  for (const _ of KEY_UPDATES) {
    const line = await host.read(LINE.length);
    host.engine.updateKeys(true);
    host.send(line);
  }
  expectSame('what came at the end', (await host.readToEnd()).length, 0);
  await host.finish();
}

async function echoUntilEnd(host: Host, handshakes: number): Promise<void> {
  for (let piece = await host.next(); piece !== null; piece = await host.next()) host.send(piece);
  expectSame('handshakes', secures(host), handshakes);
  expectCleanEnd(host);
  host.close();
}

/** As many as are allowed, and not one more. */
async function refuseTooMany(host: Host): Promise<void> {
  const failure = await echoUntilEnd(host, 0).catch((error: { code?: string }) => error);
  expectSame('the end', failure?.code, 'ERR_TLS_RENEGOTIATION_REFUSED');
  expectSame('handshakes', secures(host), 1 + RENEGOTIATIONS.limit);
}
