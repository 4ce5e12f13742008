import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import tls, { type TLSSocket } from '../../src/index.ts';
import { parseCertificate } from '../../src/x509/index.ts';
import { ca, leafOf, only, VERSIONS } from '../faces/node/support/servers.ts';
import { needTool, run } from '../support/tools.ts';

const chromium = needTool('chromium');
const KILOBYTE = 1024;

/** It may speak to nobody but the server of the test, and whom it trusts is said by the key. */
function flags(folder: string, spki: Uint8Array): string[] {
  const pin = createHash('sha256').update(spki).digest('base64');
  const quiet = [
    'background-networking',
    'component-update',
    'sync',
    'default-apps',
    'extensions',
    'domain-reliability',
  ];
  return [
    '--headless',
    '--no-sandbox',
    '--no-first-run',
    '--no-proxy-server',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    ...quiet.map((what) => `--disable-${what}`),
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    `--ignore-certificate-errors-spki-list=${pin}`,
    `--user-data-dir=${folder}`,
  ];
}

interface Visit {
  readonly url: string;
  readonly version: string | null;
  readonly group: string | null | undefined;
  readonly reused: boolean | null;
}

/** A page with scripts, which come one after another, each over a connection of its own. */
function answer(request: IncomingMessage, response: ServerResponse, visits: Visit[]): void {
  const socket = request.socket as unknown as TLSSocket;
  const { group } = socket.facts;
  visits.push({ url: request.url!, version: socket.getProtocol(), group, reused: socket.isSessionReused() });
  response.setHeader('connection', 'close');
  if (request.url === '/') {
    response.setHeader('content-type', 'text/html');
    const scripts = [1, 2, 3, 4].map((n) => `<script src="/${n}.js"></script>`);
    response.end(`<!doctype html><title>a page</title><link rel="icon" href="data:,"><body>${scripts.join('')}</body>`);
  } else {
    response.setHeader('content-type', 'text/javascript');
    response.end(`document.body.append('loaded ${request.url}; ');/*${'x'.repeat(300 * KILOBYTE)}*/`);
  }
}

describe.skipIf(chromium === null)('our server with Chromium', () => {
  it.each(VERSIONS)('a page with its scripts, and sessions that are resumed, in %s', async (version) => {
    const visits: Visit[] = [];
    const errors: Error[] = [];
    const http = createServer((request, response) => answer(request, response, visits));
    const leaf = leafOf();
    const options = { cert: leaf.chain, key: leaf.key, ALPNProtocols: ['http/1.1'], ...only(version) };
    const server = tls.createServer(options, (socket) => http.emit('connection', socket));
    server.on('tlsClientError', (error: Error) => errors.push(error));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-chromium-'));
    onTestFinished(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const { port } = server.address() as AddressInfo;
    const args = [...flags(folder, parseCertificate(leaf.der).spki), '--dump-dom', `https://localhost:${port}/`];
    const { output } = await run(chromium!.path, args, { env: { ...process.env, HOME: folder } });
    for (const n of [1, 2, 3, 4]) expect(output).toContain(`loaded /${n}.js; `);
    expect(visits.map(({ url }) => url).sort()).toEqual(['/', '/1.js', '/2.js', '/3.js', '/4.js']);
    const group = version === 'TLSv1.3' ? 'X25519MLKEM768' : 'x25519';
    for (const visit of visits) expect(visit.version).toBe(version);
    expect(visits[0]).toMatchObject({ url: '/', group, reused: false });
    expect(visits.some(({ reused }) => reused === true)).toBe(true);
    // It may open connections that it does not use after all.
    expect(errors.filter((error) => (error as { code?: string }).code !== 'ECONNRESET')).toEqual([]);
  });

  it('refuses a certificate of nobody that it knows, and the server hears of it', async () => {
    const errors: (Error & { code?: string })[] = [];
    const leaf = leafOf();
    const server = tls.createServer({ cert: leaf.chain, key: leaf.key });
    server.on('tlsClientError', (error: Error) => errors.push(error));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-chromium-'));
    onTestFinished(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const { port } = server.address() as AddressInfo;
    const args = [...flags(folder, parseCertificate(ca.der).spki), '--dump-dom', `https://localhost:${port}/`];
    await run(chromium!.path, args, { env: { ...process.env, HOME: folder } });
    expect(errors[0]?.code).toMatch(/ALERT_(CERTIFICATE_UNKNOWN|UNKNOWN_CA)/);
  });
});
