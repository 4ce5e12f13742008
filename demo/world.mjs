// What the device finds in the world: its secure element, certificates, and a broker.
import { readFileSync } from 'node:fs';
import { startAedes } from './aedes.mjs';
import { Chip } from './chip.mjs';
import { DemoError } from './demo-error.mjs';
import { startMosquitto } from './mosquitto.mjs';
import { Authority } from './pki.mjs';

const SERVER_NAME = 'broker.test';

/**
 * @typedef {object} World
 * @property {object} connect options for `tls.connect`: where to, whom to trust, what to present
 * @property {Chip | null} chip
 * @property {() => string | null} deviceSeen the name that the broker read in the device's certificate, if it tells
 */

/**
 * Makes all of it, with the fault that `--fail` asks for.
 * @param {ReturnType<import('./options.mjs').parseOptions>} options
 * @param {string} device
 * @param {import('./report.mjs').Report} report
 * @param {import('./tidy.mjs').Tidy} tidy
 * @returns {Promise<World>}
 */
export async function ownWorld({ latency, broker: kind, fail }, device, report, tidy) {
  const chip = new Chip({ latency, fault: /^chip-(.*)/.exec(fail)?.[1] });
  tidy.add(() => chip.close());
  const key = await chip.signingKey(report);
  report.fact(
    'secure element',
    `process ${chip.pid} made a P-256 key; it takes ${latency} ms to sign and exports nothing`,
  );

  report.fact('public key', `${Buffer.from(key.publicKey.slice(-65)).toString('hex', 0, 24)}...`);

  const authority = new Authority('Demo Root');
  const stranger = new Authority('Another Root');
  const server = authority.issueServer(SERVER_NAME, { expired: fail === 'expired' });
  const cert = (fail === 'refused' ? stranger : authority).issueDevice(device, key.publicKey);
  report.fact('certificates', `for ${SERVER_NAME}, and for ${device} with the secure element's public key`);

  const start = kind === 'mosquitto' ? startMosquitto : startAedes;
  const broker = await start({ servername: SERVER_NAME, ca: authority.cert, ...server }, tidy);
  const { host, port, servername, deviceSeen } = broker;
  report.fact('broker', `${broker.name}, on ${host}:${port}; demands a client certificate`);
  if (fail === 'no-broker') await broker.close();
  const ca = (fail === 'wrong-ca' ? stranger : authority).cert;
  return { connect: { host, port, servername, ca, cert, key }, chip, deviceSeen };
}

/** A broker that runs somewhere, and what its owner gave the device. See `ownWorld`. */
export async function theirWorld({ latency, host, port, ca, cert, key: keyFile }, report, tidy) {
  const chip = keyFile === undefined ? null : new Chip({ latency, keyFile });
  if (chip !== null) tidy.add(() => chip.close());
  const key = await chip?.signingKey(report).catch((error) => {
    throw new DemoError(`The secure element cannot use ${keyFile} (${error.message}): give a P-256 key as PEM.`);
  });
  if (chip !== null)
    report.fact('secure element', `process ${chip.pid} read ${keyFile}; it takes ${latency} ms to sign`);
  report.fact('broker', `yours, on ${host}:${port}`);
  const pem = (file) => (file === undefined ? undefined : readFileSync(file, 'utf8'));
  return { connect: { host, port, ca: pem(ca), cert: pem(cert), key }, chip, deviceSeen: () => null };
}
