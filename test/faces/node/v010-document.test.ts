import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../../support/dist.ts';
import { need } from '../../support/need.ts';
import { findTool, freePort, start } from '../../support/tools.ts';

// The programs in Node v0.10's documentation of tls, with another `require`, and a port that is free.

const root = path.join(import.meta.dirname, '../../..');
const file = path.join(root, '../shared/documents/node-v0.10-tls.txt');
const openssl = findTool('openssl');
const ready = need(existsSync(file), 'the documentation of Node v0.10 lies in ../shared/documents') && openssl !== null;
const folder = mkdtempSync(path.join(tmpdir(), 'signet-v010-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  if (!ready) return;
  ensureDist();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(root, path.join(folder, 'node_modules/signet-tls'));
  makeKeys('server');
  makeKeys('client');
  // Whom the programs with archives trust comes in the archives.
  makeArchive('server', 'client');
  makeArchive('client', 'server');
}, 120_000);

/** As the documentation says it: version 1, self-signed, with nothing but a common name. 1024 bits are gone. */
function makeKeys(name: string): void {
  run('genrsa', '-out', `${name}-key.pem`, '2048');
  run('req', '-new', '-key', `${name}-key.pem`, '-out', `${name}-csr.pem`, '-subj', '/CN=localhost');
  run('x509', '-req', '-in', `${name}-csr.pem`, '-signkey', `${name}-key.pem`, '-out', `${name}-cert.pem`);
}

function makeArchive(name: string, other: string): void {
  const files = ['-in', `${name}-cert.pem`, '-inkey', `${name}-key.pem`, '-certfile', `${other}-cert.pem`];
  run('pkcs12', '-export', ...files, '-out', `${name}.pfx`, '-passout', 'pass:');
}

function run(...args: string[]): void {
  execFileSync(openssl!.path, args, { cwd: folder, stdio: 'ignore' });
}

const COMMENTS =
  /\/\/ Th(is is|ese are) necessary only if (using the client certificate authentication|the \w+ uses the self-signed certificate)\.?/g;

/** In the order of the document: the two servers, then the two clients. Line ends are lost in it, comments remain. */
function programs(): string[] {
  const blocks = readFileSync(file, 'utf8').split("var tls = require('tls');").slice(1);
  return blocks.map((block) => {
    const end = /console\.log\('server bound'\); \}\);|server\.close\(\); \}\);/.exec(block)!;
    const code = block.slice(0, end.index + end[0].length).replace(COMMENTS, '');
    return `var tls = require('signet-tls');${code}`;
  });
}

function startProgram(index: number, port: number): ReturnType<typeof start> {
  const code = programs()[index]!.replace('8000', `${port}`);
  const name = path.join(folder, `program-${index}-${port}.cjs`);
  writeFileSync(name, code);
  return start(process.execPath, [name], { cwd: folder });
}

describe.skipIf(!ready)('the programs of the documentation of Node v0.10', () => {
  it('are four', () => {
    expect(programs()).toHaveLength(4);
  });

  it.each([
    ['PEM', 'PEM', 0, 2],
    ['PEM', 'archives', 0, 3],
    ['archives', 'PEM', 1, 2],
    ['archives', 'archives', 1, 3],
  ])('the server with %s, the client with %s', async (_server, _client, server, client) => {
    const port = await freePort();
    const listening = startProgram(server, port);
    await listening.says(/server bound/);
    const connected = startProgram(client, port);
    await connected.says(/client connected authorized/);
    await listening.says(/server connected authorized/);
    await connected.says(/welcome!/);
    connected.child.stdin!.write('and back\n');
    await connected.says(/and back/);
    connected.child.kill();
    listening.child.kill();
    await Promise.all([connected.exited, listening.exited]);
  });

  it.each([0, 1])('openssl s_client reaches server %i, as the documentation has it', async (server) => {
    const port = await freePort();
    const listening = startProgram(server, port);
    await listening.says(/server bound/);
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-cert', 'client-cert.pem', '-key', 'client-key.pem'];
    const client = start(openssl!.path, args, { cwd: folder });
    await client.says(/welcome!/);
    client.child.kill();
    await client.exited;
    listening.child.kill();
    await listening.exited;
  });
});
