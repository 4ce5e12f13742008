// node test/peers/aws-iot/run.mjs [FOLDER] [--key URI]: the endpoint, until Ctrl-C, and the files that a device needs.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openKey } from 'signet-tls/signers/open';
import { startEndpoint } from './endpoint.mjs';

const USAGE = `node test/peers/aws-iot/run.mjs [FOLDER] [--key URI]

Starts an endpoint like that of AWS IoT on this machine, and writes into FOLDER (default: aws-iot-local) what a device needs:
root-ca.pem, device.pem and, unless --key leads to a key that is kept elsewhere (docs/keys.md), device.key.
Ctrl-C ends it; the files stay, and are good for nothing any more.
`;

const WHAT = {
  mqtt: 'as 8883: TLS 1.2 and 1.3, server key EC or RSA',
  alpn: 'as 443: those alone who ask for x-amzn-mqtt-ca',
  tls12: 'TLS 1.2 alone, RSA',
  tls13: 'TLS 1.3 alone, RSA',
  rsa: 'RSA alone',
  ecdsa: 'EC alone',
  nginx: 'nginx: an alert where the protocol is another',
  passThrough: "nginx reads names only, mosquitto's own TLS behind it",
  mosquitto: "mosquitto's own TLS",
};

try {
  await main();
} catch (error) {
  console.error(`${error.message}${error.remedy === undefined ? '' : `: ${error.remedy}`}`);
  process.exitCode = 1;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(USAGE);
  const folder = path.resolve(positionals[0] ?? 'aws-iot-local');
  mkdirSync(folder, { recursive: true });
  const file = (name) => path.join(folder, name);
  const key = values.key ?? `file:${file('device.key')}`;
  if (values.key === undefined) writeFileSync(file('device.key'), newKey(), { mode: 0o600 });
  const publicKey = await publicKeyOf(key);
  const endpoint = await startEndpoint();
  writeFileSync(file('root-ca.pem'), endpoint.roots.rsa + endpoint.roots.ecdsa);
  writeFileSync(file('device.pem'), endpoint.issueDevice('device', publicKey));
  tell(endpoint, file, key);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => endpoint.close());
}

function newKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
}

async function publicKeyOf(uri) {
  const { key, close } = await openKey(uri);
  await close();
  return key.publicKey;
}

function tell({ serverName, host, ports }, file, key) {
  console.log(`${serverName} on ${host}`);
  for (const [name, what] of Object.entries(WHAT)) console.log(`  ${String(ports[name]).padEnd(5)}  ${what}`);
  console.log(`\nTry it:\n
  node examples/aws-iot.mjs ${serverName} --address ${host} --port ${ports.mqtt} \\
    --ca ${file('root-ca.pem')} --cert ${file('device.pem')} --key '${withoutSecrets(key)}'\n`);
}

/** PINs belong on no screen; whoever gave one knows it. */
function withoutSecrets(uri) {
  return uri.replace(/(pin-value=)[^&;]*/g, '$1...');
}
