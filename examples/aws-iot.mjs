// A device with its key in hardware says hello to AWS IoT Core, and hears itself. examples/aws-iot.md tells how to get there.
//
//   node examples/aws-iot.mjs ENDPOINT --key KEY-URI [--cert FILE] [--ca FILE] [--alpn] [--client-id NAME]
//
// ENDPOINT is what `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints. KEY-URI is anything that openKey takes;
// without --cert the certificate that is stored with the key is used, and without --ca the authorities that Node trusts.
// --alpn connects to port 443, which firewalls let pass. --address and --port lead somewhere else, to a local endpoint say.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import tls from 'signet-tls';
import { openKey } from 'signet-tls/signers/open';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    key: { type: 'string' },
    cert: { type: 'string' },
    ca: { type: 'string' },
    alpn: { type: 'boolean', default: false },
    address: { type: 'string' },
    port: { type: 'string' },
    'client-id': { type: 'string', default: 'device' },
  },
});
const [endpoint] = positionals;
if (endpoint === undefined || values.key === undefined) {
  console.error(
    'node examples/aws-iot.mjs ENDPOINT --key KEY-URI [--cert FILE] [--ca FILE] [--alpn] [--client-id NAME]',
  );
  process.exit(2);
}
const { key, cert, name, close } = await openKey(values.key);
const read = (file) => (file === undefined ? undefined : readFileSync(file));

const options = {
  host: values.address ?? endpoint,
  port: Number(values.port ?? (values.alpn ? 443 : 8883)),
  servername: endpoint, // AWS finds the account by it, and shows no certificate without it.
  ca: read(values.ca),
  cert: read(values.cert) ?? pem(cert),
  key,
  ...(values.alpn && { ALPNProtocols: ['x-amzn-mqtt-ca'] }),
};

// Called again for each reconnection. A session that is resumed needs no signature.
let session;
function connect() {
  const socket = tls.connect({ ...options, session });
  socket.on('session', (newest) => (session = newest));
  socket.on('secureConnect', () => {
    const how = socket.isSessionReused() ? 'resumed' : `signed by ${name}`;
    console.log(`${socket.getProtocol()}, ${socket.getCipher().standardName}, ${how}`);
  });
  return socket;
}

const clientId = values['client-id'];
const client = new mqtt.MqttClient(connect, { clientId, protocolVersion: 5, reconnectPeriod: 2000, keepalive: 60 });

client.on('connect', async () => {
  await client.subscribeAsync(`${clientId}/hello`, { qos: 1 });
  await client.publishAsync(`${clientId}/hello`, JSON.stringify({ at: new Date().toISOString() }), { qos: 1 });
});
client.on('message', async (topic, payload) => {
  console.log(`${topic} ${payload}`);
  await end();
});
client.on('error', async (error) => {
  const { code, message, remedy = '' } = error.cause ?? error; // `cause` says it in plain English.
  console.error(`${code}: ${message}. ${remedy}`);
  process.exitCode = 1;
  await end();
});
client.on('close', () => {
  // No reason is told where a policy or the ALPN name forbids the connection: AWS just closes it.
  if (!client.disconnecting) console.error('The endpoint closed the connection; trying again.');
});

async function end() {
  await client.endAsync(true);
  await close();
}

function pem(der) {
  if (der === null) throw new Error('No certificate is stored with the key: give it with --cert.');
  const base64 = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
