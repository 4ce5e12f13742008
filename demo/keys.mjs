// The device's key: that of the secure element, which the demo starts, or one that is kept elsewhere.
import { toPem } from '../dist/asn1/index.js';
import { Chip } from './chip.mjs';
import { DemoError } from './demo-error.mjs';
import { isKeyUri } from './options.mjs';

/**
 * @typedef {object} DeviceKey
 * @property {import('signet-tls').SigningKey} key
 * @property {string | null} cert the certificate that is stored with it, PEM
 * @property {() => string} outcome what became of the private key
 */

/**
 * @param {{ latency: number, key?: string, fail?: string }} options
 * @param {import('./report.mjs').Report} report told of every signature
 * @param {import('./tidy.mjs').Tidy} tidy
 * @returns {Promise<DeviceKey>}
 */
export async function deviceKey(options, report, tidy) {
  const uri = options.key !== undefined && isKeyUri(options.key);
  const { key, cert, outcome } = await (uri ? keyOf(options.key, report, tidy) : keyOfChip(options, report, tidy));
  const publicKey = Buffer.from(key.publicKey);
  report.fact('public key', `${publicKey.toString('hex', Math.max(0, publicKey.length - 65)).slice(0, 48)}...`);
  let signatures = 0;
  return {
    key: watched(key, report, () => ++signatures),
    cert,
    outcome: () => outcome(signatures === 1 ? 'once' : `${signatures} times`),
  };
}

async function keyOf(uri, report, tidy) {
  const { openKey } = await import('signet-tls/signers/open');
  const { key, cert, name, close } = await openKey(uri);
  tidy.add(close);
  report.fact('key', name);
  if (key.publicKey === undefined) throw new DemoError(`No public key is to be had of ${name}: store it there too.`);
  const pem = cert === null ? null : toPem('CERTIFICATE', cert);
  return { key, cert: pem, outcome: (times) => `signed ${times}, where it is: ${name}` };
}

async function keyOfChip({ latency, key: keyFile, fail }, report, tidy) {
  const chip = new Chip({ latency, keyFile, fault: /^chip-(.*)/.exec(fail)?.[1] });
  tidy.add(() => chip.close());
  const key = await chip.signingKey().catch((error) => {
    throw new DemoError(`The secure element cannot use ${keyFile} (${error.message}): give a P-256 key as PEM.`);
  });
  const has = keyFile === undefined ? 'made a P-256 key' : `read ${keyFile}`;
  report.fact('secure element', `process ${chip.pid} ${has}; it takes ${latency} ms to sign and exports nothing`);
  return { key, cert: null, outcome: (times) => `never left process ${chip.pid}, which signed ${times}` };
}

/** The same key; each use shows in the report. */
function watched(key, report, count) {
  return {
    schemes: key.schemes,
    publicKey: key.publicKey,
    async sign(request) {
      await undefined; // First the trace tells what came before.
      const { scheme, message } = request;
      const [what, input] = /^ed/.test(scheme) ? ['message', message] : ['digest', request.digest()];
      report.step('->', 'chip', { what: 'sign', bytes: input.length, remark: `${what} ${short(input)}, ${scheme}` });
      const asked = performance.now();
      const signature = await key.sign(request);
      count();
      const took = `after ${(performance.now() - asked).toFixed(0)} ms`;
      const remark = `${short(signature)}, ${took}`;
      report.step('<-', 'chip', { what: 'signature', bytes: signature.length, remark });
      return signature;
    },
  };
}

function short(bytes) {
  return `${Buffer.from(bytes.subarray(0, 8)).toString('hex')}...`;
}
