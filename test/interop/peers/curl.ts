import type { Host } from '../../support/host.ts';
import { start, type Tool } from '../../support/tools.ts';
import { OPENSSL, OPENSSL_SUITES_12, OPENSSL_SUITES_13, openSslGroups } from '../support/abilities.ts';
import { filesOf, write } from '../support/identities.ts';
import type { ClientPeer } from '../support/peer.ts';
import type { Row } from '../support/row.ts';
import { clientGroups } from '../support/settings.ts';
import { BULK_SIZE, expectCleanEnd, LINE, pattern, sha256 } from '../support/talk.ts';

/** curl, which posts something and gets it back; it resumes where it is given the same address twice. */
export function curlClient(tool: Tool): ClientPeer {
  return {
    name: 'curl',
    label: `curl ${tool.version}`,
    abilities: {
      ...OPENSSL,
      hasSuite: (name) => !name.includes('PSK'),
      // It wants no tickets in TLS 1.2.
      resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['session id'] },
      topics: ['defaults', 'bulk'],
    },
    async connect(row, port) {
      const process = start(tool.path, argsFor(row, port), { lifetimeMs: 12_000 });
      const printed: Buffer[] = [];
      process.child.stdout?.on('data', (piece: Buffer) => printed.push(piece));
      const code = await process.exited;
      const all = Buffer.concat(printed);
      const expected = Buffer.concat(addressesOf(row, port).map(() => contentOf(row)));
      if (code !== 0) throw new Error(`exit code ${code}: ${process.output()}`);
      if (sha256(all) !== sha256(expected)) throw new Error(`it got ${all.length} bytes instead of ${expected.length}`);
    },
    talks: { echo: answerPost },
  };
}

function argsFor(row: Row, port: number): string[] {
  const version = row.version === 'TLSv1.3' ? '1.3' : '1.2';
  const args = ['--silent', '--show-error', '--http1.1', `--tlsv${version}`, '--tls-max', version];
  args.push('--ciphers', OPENSSL_SUITES_12, '--tls13-ciphers', OPENSSL_SUITES_13);
  args.push('--curves', openSslGroups(clientGroups(row)), '--cacert', filesOf(row.key, 'server').ca);
  if (row.clientKey !== null) {
    const { cert, key } = filesOf(row.clientKey, 'client');
    args.push('--cert', cert, '--key', key);
  }
  const content = write(`curl-${row.topic}.txt`, contentOf(row).toString());
  args.push('--header', 'Expect:', '--data-binary', `@${content}`, '--resolve', `localhost:${port}:127.0.0.1`);
  return [...args, ...addressesOf(row, port)];
}

function addressesOf(row: Row, port: number): string[] {
  return Array<string>(row.resumption === null ? 1 : 2).fill(`https://localhost:${port}/`);
}

function contentOf(row: Row): Buffer {
  return row.topic === 'bulk' ? pattern(BULK_SIZE) : Buffer.from(LINE);
}

const END_OF_HEADER = '\r\n\r\n';

async function answerPost(host: Host): Promise<void> {
  let request = Buffer.alloc(0);
  while (!request.includes(END_OF_HEADER)) {
    const piece = await host.next();
    if (piece === null) throw new Error('the peer ended within its request');
    request = Buffer.concat([request, piece]);
  }
  const at = request.indexOf(END_OF_HEADER) + END_OF_HEADER.length;
  const size = Number(/content-length: (\d+)/i.exec(request.toString('latin1'))?.[1]);
  const early = request.subarray(at);
  const body = Buffer.concat([early, await host.read(size - early.length)]);
  host.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close${END_OF_HEADER}`);
  host.send(body);
  await host.readToEnd();
  expectCleanEnd(host);
  host.close();
}
