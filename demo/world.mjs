// What the device finds in the world: its key, certificates, and a broker.
import { readFileSync } from 'node:fs';
import { startAedes } from './aedes.mjs';
import { DemoError } from './demo-error.mjs';
import { deviceKey } from './keys.mjs';
import { startMosquitto } from './mosquitto.mjs';
import { Authority } from './pki.mjs';

const SERVER_NAME = 'broker.test';

/**
 * @typedef {object} World
 * @property {object} connect options for `tls.connect`: where to, whom to trust, what to present
 * @property {() => string | null} keyOutcome what became of the private key, if there is one
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
export async function ownWorld(options, device, report, tidy) {
  const { broker: kind, fail } = options;
  const { key, outcome } = await deviceKey(options, report, tidy);
  const broker = await (kind === 'aws-like' ? awsLike : ordinary)(options, tidy);
  const cert = broker.issueDevice(device, key.publicKey, fail === 'refused' ? 'stranger' : 'good');
  report.fact('certificates', `for ${broker.certified}, and for ${device} with the public key`);
  report.fact('broker', `${broker.name}, on ${broker.host}:${broker.port}; demands a client certificate`);
  if (fail === 'no-broker') await broker.close();
  const ca = fail === 'wrong-ca' ? new Authority('Another Root').cert : broker.ca;
  const { host, port, servername, protocols, deviceSeen } = broker;
  return { connect: { host, port, servername, ca, cert, key, ...protocols }, keyOutcome: outcome, deviceSeen };
}

/** One broker and one authority for all. */
async function ordinary({ broker: kind, fail }, tidy) {
  const authority = new Authority('Demo Root');
  const server = authority.issueServer(SERVER_NAME, { expired: fail === 'expired' });
  const start = kind === 'mosquitto' ? startMosquitto : startAedes;
  const broker = await start({ servername: SERVER_NAME, ca: authority.cert, ...server }, tidy);
  const issueDevice = (name, publicKey, whose) =>
    (whose === 'stranger' ? new Authority('Another Root') : authority).issueDevice(name, publicKey);
  return { ...broker, ca: authority.cert, certified: SERVER_NAME, issueDevice };
}

/** See test/peers/aws-iot. */
async function awsLike({ alpn, fail }, tidy) {
  const { startEndpoint } = await import('../test/peers/aws-iot/endpoint.mjs');
  const endpoint = await startEndpoint({ expired: fail === 'expired' });
  tidy.add(() => endpoint.close());
  const { serverName, host, ports, roots } = endpoint;
  return {
    name: `like AWS IoT on port ${alpn === undefined ? 8883 : 443}: haproxy before mosquitto`,
    host,
    port: alpn === undefined ? ports.mqtt : ports.alpn,
    servername: serverName,
    ca: roots.rsa + roots.ecdsa,
    certified: serverName.replace(/^[^.]+/, '*'),
    protocols: protocolsOf(alpn),
    issueDevice: (name, publicKey, whose) => endpoint.issueDevice(name, publicKey, whose),
    deviceSeen: () => endpoint.admitted.at(-1)?.device ?? null,
    close: () => endpoint.close(),
  };
}

/** A broker that runs somewhere, and what its owner gave the device. See `ownWorld`. */
export async function theirWorld(options, report, tidy) {
  const { host, port, alpn, ca, cert: certFile, key: given } = options;
  const own = given === undefined ? null : await deviceKey(options, report, tidy);
  report.fact('broker', `yours, on ${host}:${port}`);
  const pem = (file) => (file === undefined ? undefined : readFileSync(file, 'utf8'));
  const cert = pem(certFile) ?? own?.cert ?? undefined;
  if (own !== null && cert === undefined) {
    throw new DemoError('No certificate is stored with the key: give the one that belongs to it with --cert.');
  }
  return {
    connect: { host, port, ca: pem(ca), cert, key: own?.key, ...protocolsOf(alpn) },
    keyOutcome: () => own?.outcome() ?? null,
    deviceSeen: () => null,
  };
}

function protocolsOf(alpn) {
  return alpn === undefined ? {} : { ALPNProtocols: [alpn] };
}
