// A real mosquitto with its own TLS, and a folder with its files for as long as it runs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts, Program } from './program.mjs';

/**
 * Starts the broker on a free port of 127.0.0.1.
 * @param {import('./aedes.mjs').Identity} identity
 * @param {import('./tidy.mjs').Tidy} tidy
 */
export async function startMosquitto(identity, tidy) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-demo-'));
  tidy.add(() => rmSync(folder, { recursive: true, force: true }));
  const [port] = await freePorts(1);
  const program = new Program('mosquitto', ['-c', writeFiles(folder, identity, port)], {
    hint: 'or leave --broker out',
  });
  tidy.add(() => program.stop());
  const [, release] = await program.says(/mosquitto version (\S+) running/);
  return {
    name: `mosquitto ${release}, with its own TLS`,
    host: '127.0.0.1',
    port,
    servername: identity.servername,
    deviceSeen: () => /New client connected .* u'([^']+)'/.exec(program.log)?.[1] ?? null,
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
