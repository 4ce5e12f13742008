// What the demo does, from beginning to end.
import { randomBytes } from 'node:crypto';
import { runDevice } from './device.mjs';
import { Report } from './report.mjs';
import { Tidy } from './tidy.mjs';
import { ownWorld, theirWorld } from './world.mjs';

/** Milliseconds on top of the time that the secure element takes anyway. */
const SIGN_PATIENCE = 2000;
const PATIENCE = 5000;

/** The user has had enough. */
export class Interrupted extends Error {
  constructor(exitCode) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

/**
 * Rejects with what went wrong, or with `Interrupted`; everything is tidied up by then.
 * @param {ReturnType<import('./options.mjs').parseOptions>} options
 */
export async function tellStory(options) {
  const tidy = new Tidy();
  try {
    await Promise.race([story(options, tidy), interruption()]);
  } finally {
    await tidy.run();
  }
}

function interruption() {
  return new Promise((_, reject) => {
    process.once('SIGINT', () => reject(new Interrupted(130)));
    process.once('SIGTERM', () => reject(new Interrupted(143)));
  });
}

async function story(options, tidy) {
  const { verbose, tls, latency } = options;
  const report = new Report({ out: process.stdout, verbose });
  const name = `device-${randomBytes(3).toString('hex')}`;
  report.line('signet-tls: a device publishes over mutual TLS with a key it never sees');

  report.heading('Set up');
  const own = options.host === undefined;
  const { connect, keyOutcome, deviceSeen } = await (own
    ? ownWorld(options, name, report, tidy)
    : theirWorld(options, report, tidy));

  report.heading('Handshake');
  report.startClock();
  const versions = tls === undefined ? {} : { minVersion: `TLSv${tls}`, maxVersion: `TLSv${tls}` };
  const patience = { signTimeout: latency + SIGN_PATIENCE, timeout: latency + PATIENCE };
  const count = await runDevice({ ...connect, ...versions, ...patience, name }, report);

  report.heading('Outcome');
  report.fact('readings', `${count} published, acknowledged and received back`);
  if (deviceSeen() !== null) report.fact('device', `the broker knows it as ${deviceSeen()}`);
  if (keyOutcome() !== null) report.fact('private key', keyOutcome());
}
