// Soft devices for `npm run bench -- --keys`: each makes a P-256 key, and goes with its folder when the bench is over.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'];
const quiet = { stdio: ['ignore', 'ignore', 'ignore'] };
const PIN = '1234';

/** A token of SoftHSM2, or the reason why there is none. */
export function softHsm() {
  const module = MODULES.find((file) => existsSync(file));
  const missing = lacking(['softhsm2-util', 'pkcs11-tool', 'p11-kit'], module === undefined ? ['softhsm2'] : []);
  if (missing !== null) return { missing };
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  mkdirSync(path.join(folder, 'tokens'));
  const conf = path.join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${folder}/tokens\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = conf;
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'bench', '--pin', PIN, '--so-pin', PIN], quiet);
  const token = ['--module', module, '--token-label', 'bench', '--login', '--pin', PIN];
  const make = ['--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'bench', '--id', '01'];
  execFileSync('pkcs11-tool', [...token, ...make], quiet);
  return {
    folder,
    module,
    uri: `pkcs11:token=bench;object=bench?pin-value=${PIN}`,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The same module with a C_Sign that takes so many milliseconds longer; null where there is no compiler. */
export function slowModule({ folder, module }, milliseconds) {
  if (lacking(['gcc']) !== null) return null;
  const source = fileURLToPath(new URL('../test/support/slow-module.c', import.meta.url));
  const file = path.join(folder, 'slow.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-o', file, source, '-ldl']);
  return { module: file, env: { SLOW_MODULE: module, SLOW_SIGN_MS: `${milliseconds}` } };
}

/** A swtpm with a key at 0x81010001, or the reason why there is none. */
export async function softTpm() {
  const missing = lacking(['swtpm', 'tpm2_createprimary']);
  if (missing !== null) return { missing };
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-bench-'));
  const port = await freePorts();
  const flags = ['--flags', 'not-need-init,startup-clear'];
  const servers = ['--server', `type=tcp,port=${port}`, '--ctrl', `type=tcp,port=${port + 1}`];
  const swtpm = spawn('swtpm', ['socket', '--tpm2', '--tpmstate', `dir=${folder}`, ...servers, ...flags], quiet);
  const address = `swtpm:host=127.0.0.1,port=${port}`;
  await reachable(port + 1);
  const env = { ...process.env, TPM2TOOLS_TCTI: address };
  const tool = (name, ...args) => execFileSync(name, args, { ...quiet, env });
  const key = path.join(folder, 'key');
  tool('tpm2_createprimary', '-C', 'o', '-G', 'ecc256', '-c', `${key}.primary`);
  tool(
    'tpm2_create',
    '-C',
    `${key}.primary`,
    '-G',
    'ecc256',
    '-u',
    `${key}.pub`,
    '-r',
    `${key}.priv`,
    '-c',
    `${key}.ctx`,
  );
  tool('tpm2_flushcontext', '-t');
  tool('tpm2_evictcontrol', '-C', 'o', '-c', `${key}.ctx`, '0x81010001');
  tool('tpm2_flushcontext', '-t');
  const close = () => {
    swtpm.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { address, port, close };
}

function lacking(tools, more = []) {
  const found = (tool) => (process.env.PATH ?? '').split(':').some((folder) => existsSync(path.join(folder, tool)));
  const missing = [...tools.filter((tool) => !found(tool)), ...more];
  return missing.length === 0 ? null : missing.join(', ');
}

/** Two in a row: swtpm's tools expect the one for control behind the one for commands. */
async function freePorts() {
  for (;;) {
    const first = await listen(0);
    const { port } = first.address();
    const second = await listen(port + 1).catch(() => null);
    await new Promise((resolve) => first.close(resolve));
    if (second === null) continue;
    await new Promise((resolve) => second.close(resolve));
    return port;
  }
}

function listen(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function reachable(port) {
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1');
    const ok = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('swtpm does not answer');
}
