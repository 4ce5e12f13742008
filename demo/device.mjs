// The device: MQTT over signet-tls, with a key that it never sees.
import { once } from 'node:events';
import mqtt from 'mqtt';
import tls from 'signet-tls';
import { DemoError } from './demo-error.mjs';

const READINGS = [
  { sensor: 'temperature', celsius: 21.4 },
  { sensor: 'humidity', percent: 48 },
  { sensor: 'pressure', hectopascal: 1013.2 },
];

/** HandshakeType of Finished (RFC 9846, section 4). */
const FINISHED = 20;

/**
 * Connects, publishes its readings, receives them back, and disconnects. Rejects with what went wrong first.
 * @param {object} options for `tls.connect`, and these:
 * @param {string} options.name client identifier and first part of its topics
 * @param {number} options.timeout milliseconds for everything
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<number>} how many readings came back
 */
export async function runDevice({ name, timeout, ...options }, report) {
  const progress = { stage: 'handshake', protocol: options.ALPNProtocols?.[0] };
  const trace = (item) => {
    report.trace(item);
    if (isOwnFinished(item)) progress.stage = 'login';
  };
  const socket = tls.connect({ ...options, trace });
  const trouble = whatGoesWrong(socket, progress, timeout);
  try {
    await Promise.race([once(socket, 'secureConnect'), trouble]);
    report.agreed(socket);
    return await Promise.race([exchangeReadings(socket, name, progress, report), trouble]);
  } finally {
    progress.stage = 'over';
    socket.destroy();
  }
}

async function exchangeReadings(socket, name, progress, report) {
  const options = { clientId: name, protocolVersion: 4, reconnectPeriod: 0, manualConnect: true };
  const client = new mqtt.MqttClient(() => socket, options);
  client.on('packetsend', (packet) => report.packet('->', packet));
  client.on('packetreceive', (packet) => report.packet('<-', packet));
  client.on('error', () => {}); // Later ones are the socket's, which tells them itself.
  client.connect();
  await once(client, 'connect'); // Rejects on 'error', such as a CONNACK that says no.
  progress.stage = 'open';
  const topics = `${name}/+`;
  await client.subscribeAsync(topics, { qos: 1 });
  const echoes = receive(client, READINGS.length);
  for (const reading of READINGS) {
    await client.publishAsync(`${name}/${reading.sensor}`, JSON.stringify(reading), { qos: 1 });
  }
  const received = await echoes;
  progress.stage = 'over';
  await client.endAsync();
  return received.size;
}

/** Resolves with the different messages once there are `count` of them. */
function receive(client, count) {
  const received = new Set();
  return new Promise((resolve) => {
    client.on('message', (topic, payload) => {
      received.add(`${topic} ${payload}`);
      if (received.size === count) resolve(received);
    });
  });
}

/** Rejects when the connection fails, ends too early, or takes too long. */
function whatGoesWrong(socket, progress, timeout) {
  const trouble = new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new DemoError(tooSlow(progress.stage, timeout))), timeout);
    socket.on('error', (error) => reject(isBreak(error) ? brokenOff(socket, progress, error) : error));
    socket.on('close', () => {
      clearTimeout(timer);
      if (progress.stage !== 'over') reject(brokenOff(socket, progress, null));
    });
  });
  trouble.catch(() => {}); // Nobody may be waiting any more.
  return trouble;
}

/** From here on the broker judges the device, which has said all it has to say. */
function isOwnFinished({ type, from, protocol, bytes }) {
  return type === 'message' && from === 'client' && protocol === 'handshake' && bytes[0] === FINISHED;
}

function isBreak({ code }) {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_TLS_TRUNCATED';
}

/** A server that refuses the device's certificate may send an alert, or just hang up. */
function brokenOff(socket, { stage, protocol }, error) {
  if (protocol !== undefined && socket.alpnProtocol === false) {
    return new DemoError(`The broker hung up; it knows no protocol ${protocol}: correct --alpn, or the port.`);
  }
  if (stage === 'login') {
    return new DemoError(
      "The broker hung up before it let the device in, most likely because it does not trust the device's certificate:" +
        ' have it issued by an authority that the broker trusts.',
    );
  }
  return error ?? new DemoError('The broker hung up too early: its log says why.');
}

function tooSlow(stage, timeout) {
  const what = { handshake: 'complete the handshake', login: 'let the device in' }[stage] ?? 'deliver all readings';
  return `The broker did not ${what} within ${timeout} ms: check that host and port are those of an MQTT broker with TLS.`;
}
