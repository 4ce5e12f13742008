// A soft secure element: a process that makes a P-256 key and signs digests with it, at the pace of a chip.
// What COMMANDS lacks cannot be done, and nothing there gives the key away.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { p256 } from '@noble/curves/nist.js';

/** SubjectPublicKeyInfo of a P-256 key, up to the uncompressed point (RFC 5480, section 2). */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

const { values: settings } = parseArgs({
  options: { latency: { type: 'string', default: '0' }, fault: { type: 'string' }, key: { type: 'string' } },
});

const COMMANDS = new Map([
  ['publicKey', publicKey],
  ['sign', sign],
]);

const keyMade = makeKey();
keyMade.catch(() => {}); // Whoever asks for something is told.

let idle = Promise.resolve();
process.on('message', (request) => {
  // One request at a time, like a chip: the next one waits.
  idle = idle.then(() => answer(request));
});
process.on('disconnect', () => process.exit());

async function answer({ id, command, input }) {
  try {
    const run = COMMANDS.get(command);
    if (run === undefined) throw new Error('there is no such command');
    reply({ id, output: await run(input) });
  } catch (error) {
    reply({ id, error: error.message });
  }
}

function reply(message) {
  if (process.connected) process.send(message);
}

async function publicKey() {
  return Buffer.concat([SPKI_PREFIX, p256.getPublicKey(await keyMade, false)]);
}

/** Signs a digest of 32 bytes; returns r and s, 32 bytes each. */
async function sign(digest) {
  if (!(digest instanceof Uint8Array && digest.length === 32)) throw new Error('sign takes a digest of 32 bytes');
  if (settings.fault === 'silent') return new Promise(() => {});
  await delay(Number(settings.latency));
  if (settings.fault === 'fails') throw new Error('status 0x0f, execution error');
  return p256.sign(digest, await keyMade, { prehash: false });
}

async function makeKey() {
  if (settings.key === undefined) return p256.utils.randomSecretKey();
  // Made elsewhere and put in, as some factories do.
  const { crv, d } = createPrivateKey(readFileSync(settings.key)).export({ format: 'jwk' });
  if (crv !== 'P-256') throw new Error('it is not a P-256 key');
  return new Uint8Array(Buffer.from(d, 'base64url'));
}
