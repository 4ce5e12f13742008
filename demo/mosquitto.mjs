// A real mosquitto with its own TLS, and a folder with its files for as long as it runs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DemoError } from './demo-error.mjs';

/** Where Debian and Homebrew put it, which is not on everybody's PATH. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const START_MS = 3000;

/**
 * Starts the broker on a free port of 127.0.0.1.
 * @param {import('./aedes.mjs').Identity} identity
 * @param {import('./tidy.mjs').Tidy} tidy
 */
export async function startMosquitto(identity, tidy) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-demo-'));
  tidy.add(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const program = run(writeFiles(folder, identity, port));
  tidy.add(() => program.stop());
  const [, release] = await program.says(/mosquitto version (\S+) running/);
  return {
    name: `mosquitto ${release}, with its own TLS`,
    host: '127.0.0.1',
    port,
    servername: identity.servername,
    deviceSeen: () => /New client connected .* u'([^']+)'/.exec(program.log())?.[1] ?? null,
    close: () => program.stop(),
  };
}

/** Returns the path of the configuration. */
function writeFiles(folder, { ca, cert, key }, port) {
  const file = (name) => path.join(folder, name);
  const lines = [
    `listener ${port} 127.0.0.1`,
    `cafile ${file('ca.crt')}`,
    `certfile ${file('server.crt')}`,
    `keyfile ${file('server.key')}`,
    'tls_version tlsv1.2',
    'require_certificate true',
    'use_identity_as_username true',
    'persistence false',
    'log_dest stderr',
    // Started by root it would become a user who cannot read its files.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  const files = { 'ca.crt': ca, 'server.crt': cert, 'server.key': key, 'mosquitto.conf': `${lines.join('\n')}\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text, { mode: 0o600 });
  return file('mosquitto.conf');
}

function run(config) {
  const PATH = [process.env.PATH, ...MORE_FOLDERS].join(path.delimiter);
  const child = spawn('mosquitto', ['-c', config], {
    env: { ...process.env, PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  let failure = null;
  const ended = new Promise((resolve) => {
    const end = (reason) => {
      failure ??= reason;
      resolve();
    };
    child.on('error', end);
    child.on('close', () => end(new Error(`it ended: ${log.trim()}`)));
  });
  child.stderr.setEncoding('latin1').on('data', (text) => {
    log += text;
  });
  return {
    log: () => log,
    async says(pattern) {
      for (const end = performance.now() + START_MS; performance.now() < end && failure === null; ) {
        const found = pattern.exec(log);
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw notStarted(failure, log);
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function notStarted(failure, log) {
  if (failure?.code === 'ENOENT') {
    return new DemoError(
      'mosquitto is not installed here: install it (on Debian: apt-get install mosquitto), or leave --broker out.',
    );
  }
  const reason = failure?.message ?? `it said nothing but: ${log.trim()}`;
  return new DemoError(`mosquitto did not start (${reason}): repair it, or leave --broker out.`);
}

/** Mosquitto cannot choose one by itself. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
