import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { ensureDist } from '../support/dist.ts';
import { EKU, makeCa } from '../support/pki.ts';
import { freePort, type Running, start } from '../support/tools.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'signet-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  ensureDist();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(root, path.join(folder, 'node_modules/signet-tls'));
  const ca = makeCa({ name: 'Readme CA' });
  const server = ca.issue({ name: 'localhost', san: ['dns:localhost'], eku: [EKU.server] });
  const device = ca.issue({ name: 'device 7', eku: [EKU.client] });
  const files = {
    'ca.pem': ca.cert,
    'devices-ca.pem': ca.cert,
    'server.pem': server.chain,
    'server-key.pem': server.key,
    'device.pem': device.chain,
    'device-key.pem': device.key,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}, 120_000);

const CHIP = `
import { createPrivateKey, sign } from 'node:crypto';
const key = createPrivateKey(readFileSync('device-key.pem'));
const chip = { sign: async (data) => sign('sha256', data, key) };
`;

const SESSIONS = `
import { once } from 'node:events';
const options = {
  host: 'broker.example', port: 8883, ca: readFileSync('ca.pem'),
  cert: readFileSync('device.pem'), key: readFileSync('device-key.pem'),
};
`;

const AGAIN = `
for (let i = 0; i < 2; i++) {
  const socket = open();
  await once(socket, 'secureConnect');
  if (i === 0) await once(socket, 'session');
  console.log('reused', socket.isSessionReused());
  socket.end();
}
`;

/** Only names and ports differ from what README.md says, and what it takes for granted is put before it. */
function program(index: number, port: number, before: string = '', after: string = ''): Running {
  const section = readFileSync(path.join(root, 'README.md'), 'utf8').split('\n## Quick start\n')[1]!.split('\n## ')[0]!;
  const block = [...section.matchAll(/^```js\n([\s\S]*?)^```$/gm)][index]![1]!;
  const imports = index === 2 ? "import { readFileSync } from 'node:fs';\nimport { connect } from 'signet-tls';" : '';
  const code = `${imports}${before}${block}${after}`;
  const file = path.join(folder, `block-${index}.mjs`);
  writeFileSync(file, code.replaceAll('broker.example', 'localhost').replaceAll('8883', `${port}`));
  return start(process.execPath, [file], { cwd: folder });
}

it('the server, the client and the sessions of the quick start work as they are written', async () => {
  const port = await freePort();
  const server = program(1, port);
  const client = await retried(() => program(0, port, CHIP), /hello/);
  await server.says(/device 7 false/);
  client.child.kill();
  const sessions = program(2, port, SESSIONS, AGAIN);
  await sessions.says(/reused false\s+reused true/);
  await server.says(/device 7 true/);
  await sessions.exited;
  server.child.kill();
  await Promise.all([client.exited, server.exited]);
});

/** The server of the README does not say when it listens. */
async function retried(begin: () => Running, expected: RegExp): Promise<Running> {
  for (let i = 0; i < 20; i++) {
    const running = begin();
    await running.says(/hello|ECONNREFUSED/);
    if (expected.test(running.output())) return running;
    await running.exited;
  }
  throw new Error('nobody listens');
}
