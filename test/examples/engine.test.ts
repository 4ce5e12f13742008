import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { makeCa } from '../support/pki.ts';
import { run } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('examples/engine.mjs', () => {
  it('says hello over an engine and a socket', async () => {
    await ensureDist();
    const ca = makeCa({ name: 'Example CA' });
    const { cert, key } = ca.issue({ name: 'localhost', san: ['dns:localhost'] });
    writeFileSync(join(folder, 'ca.pem'), ca.cert);
    const server = tls.createServer({ cert, key }, (socket) =>
      socket.on('data', (data) => socket.write(`you said ${data}`)),
    );
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const { code, output } = await run(process.execPath, [
      'examples/engine.mjs',
      'localhost',
      port,
      join(folder, 'ca.pem'),
    ]);
    server.close();
    expect(output).toContain('TLSv1.3');
    expect(output).toContain('you said hello');
    expect(code).toBe(0);
  });
});
