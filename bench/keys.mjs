// `npm run bench -- --keys`: what a key in a soft token or TPM costs, and what our way to it adds to the device's own work.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import nodeTls from 'node:tls';
import tls from 'signet-tls';
import { nodeProvider } from 'signet-tls/providers/node';
import { openPkcs11 } from 'signet-tls/signers/pkcs11';
import { openTpm2 } from 'signet-tls/signers/tpm2';
import { publicKey } from 'signet-tls/x509';
import { Authority } from '../demo/pki.mjs';
import { CKM } from '../dist/signers/pkcs11/constants.js';
import { PinKeeper } from '../dist/signers/pkcs11/pin.js';
import { routeFor } from '../dist/signers/pkcs11/route.js';
import { Session } from '../dist/signers/pkcs11/session.js';
import { parsePkcs11Uri } from '../dist/signers/pkcs11/uri.js';
import { openTransport } from '../dist/signers/tpm2/address.js';
import { slowModule, softHsm, softTpm } from './devices.mjs';

const SCHEME = 'ecdsa_secp256r1_sha256';
const STALL_MS = 200;

/** Rows as `{ device, ... }` in microseconds, or `{ device, missing }`. */
export async function keyRows({ scale, print }) {
  const signatures = Math.max(50, 4000 * scale);
  const handshakes = Math.max(20, 300 * scale);
  const rows = [];
  const add = (row) => {
    rows.push(row);
    print(row);
  };
  const hsm = softHsm();
  if (hsm.missing !== undefined) add({ device: 'SoftHSM2', missing: hsm.missing });
  else {
    for (const route of ['p11-kit', 'pkcs11js']) {
      try {
        add({ device: `SoftHSM2 by ${route}`, ...(await tokenRow(hsm, route, signatures, handshakes)) });
      } catch (error) {
        if (error.code !== 'ERR_TLS_KEY_MODULE') throw error;
        add({ device: `SoftHSM2 by ${route}`, missing: error.message });
      }
    }
    hsm.close();
  }
  const tpm = await softTpm();
  if (tpm.missing !== undefined) add({ device: 'swtpm', missing: tpm.missing });
  else {
    add({ device: 'swtpm', ...(await tpmRow(tpm, signatures, handshakes)) });
    tpm.close();
  }
  return rows;
}

async function tokenRow(hsm, route, signatures, handshakes) {
  const options = { module: hsm.module, route };
  const opened = await openPkcs11(hsm.uri, options);
  const raw = await rawToken(hsm, route);
  const operations = {
    raw: (asked) => raw.sign(asked.digest()),
    ours: (asked) => opened.key.sign(asked),
  };
  const costs = await interleaved(operations, signatures);
  const { roundTrip } = await interleaved({ roundTrip: () => raw.roundTrip() }, signatures);
  await raw.close();
  const verified = await verification(opened.key, signatures);
  const perSecond = await handshakesPerSecond(opened.key, handshakes);
  await opened.close();
  return { ...costs, roundTrip, verified, perSecond, ...(await stallOf(hsm, route)) };
}

/** C_SignInit and C_Sign as the route has them, with nothing of a SigningKey around. */
async function rawToken(hsm, route) {
  const uri = parsePkcs11Uri(hsm.uri);
  const { signal } = new AbortController();
  const module = await (await routeFor(uri, { module: hsm.module, route })).open(signal);
  const session = await Session.open(module, uri, new PinKeeper(undefined, uri), signal);
  const { slot } = session.token;
  return {
    roundTrip: () => module.slotInfo(slot),
    sign: (digest) => session.perform('sign', { type: CKM.ECDSA }, digest, 64, false),
    close: () => session.close(),
  };
}

/** TPM2_Sign as bytes, sent again and again: its password session may be repeated. */
async function tpmRow(tpm, signatures, handshakes) {
  const transport = openTransport(tpm.address);
  let last = null;
  const transmit = (command) => {
    last = Uint8Array.from(command);
    return transport.transmit(command);
  };
  const opened = await openTpm2('tpm2:0x81010001', { tpm: { transmit } });
  await opened.key.sign(request(randomBytes(130)));
  const command = last;
  const operations = {
    raw: () => transport.transmit(command),
    ours: (asked) => opened.key.sign(asked),
  };
  const costs = await interleaved(operations, signatures);
  const verified = await verification(opened.key, signatures);
  const row = { ...costs, verified, perSecond: await handshakesPerSecond(opened.key, handshakes) };
  await opened.close();
  transport.destroy();
  return row;
}

function request(message) {
  // As the engine's own are, which costs less than a real AbortSignal.
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const digest = () => createHash('sha256').update(message).digest();
  return { scheme: SCHEME, message, digest, signal, context: { role: 'client', version: 'TLSv1.3' } };
}

/** Medians in microseconds, each operation in turn with the others, and once before so that its process is awake. */
async function interleaved(operations, count) {
  const names = Object.keys(operations);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let i = 0; i < count + count / 5; i++) {
    for (const name of names) {
      const asked = request(randomBytes(130));
      await operations[name](asked);
      const start = performance.now();
      await operations[name](asked);
      if (i >= count / 5) times[name].push((performance.now() - start) * 1000);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

/** What it takes to verify a signature before it is sent. */
async function verification(key, count) {
  const verifier = nodeProvider.verifiers.find((one) => one.kind === 'ecdsa' && one.hash === 'sha256');
  const message = randomBytes(130);
  const signature = await key.sign(request(message));
  const verifyingKey = publicKey(key.publicKey);
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    if (verifier.verify(verifyingKey, message, signature) !== true) throw new Error('a good signature is refused');
    times.push((performance.now() - start) * 1000);
  }
  return median(times);
}

/** Full handshakes of a client that shows a certificate for this key, one after the other. */
async function handshakesPerSecond(key, count) {
  const authority = new Authority('Bench CA');
  const cert = authority.issueDevice('bench', key.publicKey);
  const identity = authority.issueServer('bench.test');
  const options = { ...identity, ca: authority.cert, requestCert: true, noDelay: true };
  const server = nodeTls.createServer(options, (socket) => socket.end('.'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const context = tls.createSecureContext({ ca: authority.cert, cert, key });
  const { port } = server.address();
  const one = async () => {
    const socket = tls.connect({ port, host: '127.0.0.1', servername: 'bench.test', secureContext: context });
    socket.setNoDelay(true).resume();
    await once(socket, 'end');
    socket.destroy();
  };
  for (let i = 0; i < count / 5; i++) await one();
  const start = performance.now();
  for (let i = 0; i < count; i++) await one();
  const seconds = (performance.now() - start) / 1000;
  server.close();
  return count / seconds;
}

/** The longest time that the event loop stood still while the token took its time. */
async function stallOf(hsm, route) {
  const slow = slowModule(hsm, STALL_MS);
  if (slow === null) return {};
  Object.assign(process.env, slow.env);
  const opened = await openPkcs11(hsm.uri, { module: slow.module, route, env: slow.env });
  let worst = 0;
  for (let i = 0; i < 5; i++) {
    const pending = opened.key.sign(request(randomBytes(130)));
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      worst = Math.max(worst, now - last - 5);
      last = now;
    }, 5);
    await pending;
    clearInterval(timer);
  }
  await opened.close();
  for (const name of Object.keys(slow.env)) delete process.env[name];
  return { stallMs: worst };
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
