import type { Host } from '../../support/host.ts';
import { freePort, type Running, start, type Tool, waitForPort } from '../../support/tools.ts';
import { OPENSSL, OPENSSL_SUITES_12, OPENSSL_SUITES_13, openSslGroups } from '../support/abilities.ts';
import { filesOf, otherKey, stapleOf, write } from '../support/identities.ts';
import type { Endpoint, ServerPeer } from '../support/peer.ts';
import { type Row, type Topic, usesPsk } from '../support/row.ts';
import { dhParameters, PROTOCOL, PSK } from '../support/settings.ts';
import {
  BULK_SIZE,
  expectCleanEnd,
  expectSame,
  LINE,
  pattern,
  renegotiate,
  secures,
  sendLine,
  sha256,
} from '../support/talk.ts';

const LIFETIME_MS = 300_000;
const GROUPS = [...OPENSSL.groups, ...new Set([...OPENSSL.moreGroups['TLSv1.3'], ...OPENSSL.moreGroups['TLSv1.2']])];

/** Topics that need a process of their own: the commands typed to it mean the one connection that it has. */
const INTERACTIVE: readonly Topic[] = [
  'key update',
  'post-handshake authentication',
  'hello request',
  'truncation',
  'early data',
];

/** `openssl s_server`; it sends back each line reversed. */
export function openSslServer(tool: Tool): ServerPeer {
  const running = new Map<string, Promise<Endpoint>>();
  return {
    name: 'openssl s_server',
    label: `OpenSSL ${tool.version}`,
    abilities: {
      ...OPENSSL,
      topics: [
        'defaults',
        'alpn',
        'bulk',
        'small records',
        'renegotiation',
        'peer closes',
        'padding',
        'no encrypt-then-MAC',
        'stapling',
        'several certificates',
        ...INTERACTIVE,
      ],
    },
    listen(row) {
      const args = argsFor(row);
      if (isBulk(row) || INTERACTIVE.includes(row.topic)) return begin(tool, args);
      const label = args.join(' ');
      const known = running.get(label) ?? begin(tool, args);
      running.set(label, known);
      return known;
    },
    options: (row) => (row.topic === 'small records' ? { maxFragmentLength: 512 } : {}),
    talks: {
      echo: (host) => sendLine(host, REVERSED),
      bulk: exchangeBulk,
      'no encrypt-then-MAC': exchangeBulk,
      renegotiation: (host) => renegotiate(host, REVERSED),
      'hello request': answerHelloRequest,
      'key update': updateKeysBoth,
      'post-handshake authentication': authenticateLater,
      'peer closes': letItClose,
      'early data': printsEarlyLine,
      truncation: letItLeave,
    },
  };
}

const REVERSED = `${[...LINE.trim()].reverse().join('')}\n`;

function argsFor(row: Row): string[] {
  const { cert, key } = filesOf(row.key, 'server');
  const args = ['s_server', '-cert', cert, '-cert_chain', cert, '-key', key];
  args.push(row.version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2');
  args.push('-cipher', OPENSSL_SUITES_12, '-ciphersuites', OPENSSL_SUITES_13);
  args.push('-groups', openSslGroups(row.retry && row.group !== null ? [row.group] : GROUPS));
  // Its own choice has 1,024 bits for some suites, which we refuse.
  args.push('-dhparam', write('dh.pem', dhParameters()));
  if (row.clientKey !== null) {
    const later = row.topic === 'post-handshake authentication';
    args.push('-CAfile', filesOf(row.clientKey, 'client').ca, '-verify_return_error');
    if (!later) args.push('-Verify', '5');
  }
  if (usesPsk(row)) args.push('-psk', PSK.key.toString('hex'), '-psk_identity', PSK.identity);
  if (row.resumption === 'session id') args.push('-no_ticket');
  if (row.topic === 'alpn') args.push('-alpn', PROTOCOL);
  if (row.topic === 'renegotiation') args.push('-client_renegotiation');
  if (row.topic === 'padding') args.push('-record_padding', '700');
  if (row.topic === 'early data') args.push('-early_data');
  if (row.topic === 'stapling') args.push('-status_file', write('staple.der', stapleOf(row.key)));
  if (row.topic === 'several certificates') {
    const { cert: other, key: itsKey } = filesOf(otherKey(row.key), 'server');
    args.push('-dcert', other, '-dcert_chain', other, '-dkey', itsKey);
  }
  if (isBulk(row)) args.push('-quiet');
  else if (!INTERACTIVE.includes(row.topic)) args.push('-rev');
  return args;
}

function isBulk({ topic }: Row): boolean {
  return topic === 'bulk' || topic === 'no encrypt-then-MAC';
}

async function begin(tool: Tool, args: readonly string[]): Promise<Endpoint> {
  if (args.includes('-quiet')) return beginQuietly(tool, args);
  const process = start(tool.path, [...args, '-accept', '127.0.0.1:0'], { lifetimeMs: LIFETIME_MS });
  const port = Number((await process.says(/ACCEPT .*:(\d+)/))[1]);
  return { port, process, output: () => process.output() };
}

/** It does not tell its port then. */
async function beginQuietly(tool: Tool, args: readonly string[]): Promise<Endpoint> {
  const port = await freePort();
  const process = start(tool.path, [...args, '-accept', `127.0.0.1:${port}`], { lifetimeMs: LIFETIME_MS });
  await waitForPort(port, process);
  return { port, process, output: () => process.output() };
}

/** What it is sent stands on its standard output; what it sends is its standard input. */
async function exchangeBulk(host: Host, { process }: Endpoint): Promise<void> {
  const bytes = pattern(BULK_SIZE);
  const printed: Buffer[] = [];
  let size = 0;
  const complete = new Promise<void>((resolve) => {
    process.child.stdout?.on('data', (piece: Buffer) => {
      printed.push(piece);
      size += piece.length;
      if (size >= BULK_SIZE) resolve();
    });
  });
  process.child.stdin?.write(bytes);
  host.send(bytes);
  expectSame('SHA-256 of what came', sha256(await host.read(BULK_SIZE)), sha256(bytes));
  await Promise.race([complete, host.until(() => false)]);
  expectSame('SHA-256 of what it got', sha256(Buffer.concat(printed)), sha256(bytes));
  host.close();
  await process.stop();
}

/** "K" changes its keys and asks for ours; the line behind shows that both sides go on. */
async function updateKeysBoth(host: Host, { process }: Endpoint): Promise<void> {
  for (const command of ['K', 'k', 'K']) {
    await types(host, process, command);
    type(process, LINE.trim());
    expectSame('what came behind its KeyUpdate', (await host.read(LINE.length)).toString(), LINE);
    await printsLine(host, process);
  }
  for (const requestPeer of [true, false, true]) {
    host.engine.updateKeys(requestPeer);
    await printsLine(host, process);
    type(process, LINE.trim());
    expectSame('what came behind our KeyUpdate', (await host.read(LINE.length)).toString(), LINE);
  }
  host.close();
  await process.stop();
}

/** "c" asks for a certificate; whether it is content shows in what it goes on to say. */
async function authenticateLater(host: Host, { process }: Endpoint): Promise<void> {
  type(process, 'c');
  await host.until(() => host.engine.facts.credential !== null);
  await printsLine(host, process);
  type(process, LINE.trim());
  expectSame('what came after it', (await host.read(LINE.length)).toString(), LINE);
  host.close();
  await process.stop();
}

/** "r" sends a HelloRequest. */
async function answerHelloRequest(host: Host, { process }: Endpoint): Promise<void> {
  type(process, 'r');
  await host.until(() => secures(host) === 2);
  await printsLine(host, process);
  type(process, LINE.trim());
  expectSame('what came after it', (await host.read(LINE.length)).toString(), LINE);
  host.close();
  await process.stop();
}

/** "CLOSE" is what it closes on, as it never does when a command at its own end says so. */
async function letItClose(host: Host): Promise<void> {
  host.send('CLOSE\n');
  expectSame('what came before the end', (await host.readToEnd()).length, 0);
  expectCleanEnd(host);
  host.close();
  expectSame('state', host.engine.state, 'closed');
}

/** It prints what came early as well, and then says on its other stream that it did. */
async function printsEarlyLine(host: Host, { process }: Endpoint): Promise<void> {
  if (host.has('early-data')) {
    await process.says(/Early data received/);
    await process.says(new RegExp(`(?:${LINE}[^]*?){2}`));
  } else await printsLine(host, process);
  host.close();
}

/** "Q" ends the program, and with it the connection, without a word. */
async function letItLeave(host: Host, { process }: Endpoint): Promise<void> {
  await printsLine(host, process);
  type(process, 'Q');
  await host.readToEnd();
  const end = host.events.find((event) => event.type === 'end');
  expectSame('the end', end, { type: 'end', truncated: true });
}

/** Types a command and waits for its effect: what is typed right behind it is lost. */
async function types(host: Host, process: Running, line: string): Promise<void> {
  const { bytesRead } = host.socket;
  type(process, line);
  await host.until(() => host.socket.bytesRead > bytesRead);
}

function type(process: Running, line: string): void {
  process.child.stdin?.write(`${line}\n`);
}

/** Sends a line, and waits until the server prints it. */
async function printsLine(host: Host, process: Running): Promise<void> {
  const before = process.output().split(LINE).length;
  host.send(LINE);
  await process.says(new RegExp(`(?:${LINE}[^]*?){${before}}`));
}
