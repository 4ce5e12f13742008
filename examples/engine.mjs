// The engine without a socket: a client over any transport that can carry bytes both ways.
// Here the transport is a TCP connection to the host and port given; run it as: node examples/engine.mjs HOST PORT CA.pem
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { clientSettings, createClientEngine, pathVerifier, settle } from 'signet-tls/engine';
import { nodeProvider } from 'signet-tls/providers/node';
import { AnchorSet, anchorFromCertificate, parseCertificate } from 'signet-tls/x509';

const [host = 'localhost', port = '8443', caFile] = process.argv.slice(2);
const pem = readFileSync(caFile, 'utf8').replace(/-----[^-]+-----|\s/g, '');
const anchors = new AnchorSet([anchorFromCertificate(parseCertificate(Buffer.from(pem, 'base64')))]);

const engine = createClientEngine(
  clientSettings({
    provider: nodeProvider,
    now: Date.now,
    serverName: host,
    verifier: pathVerifier({ anchors, verifiers: nodeProvider.verifiers, now: Date.now }),
  }),
);

const transport = net.connect({ host, port: Number(port) });

/** After anything has happened: run tasks, send output, hand out events. */
function turn() {
  settle(engine, turn);
  for (let event = engine.takeEvent(); event !== null; event = engine.takeEvent()) on(event);
  for (let bytes = engine.takeOutput(); bytes !== null; bytes = engine.takeOutput()) transport.write(bytes);
  if (engine.state === 'failed') {
    console.error(`${engine.error.code}: ${engine.error.message}. ${engine.error.remedy}`);
    process.exitCode = 1;
  }
  if (engine.state === 'failed' || engine.state === 'closed') transport.end();
}

function on(event) {
  if (event.type === 'secure') {
    console.log(`${engine.facts.version}, ${engine.facts.suite.name}, ${engine.facts.group}`);
    engine.send(Buffer.from('hello'));
  }
  if (event.type === 'data') {
    console.log(Buffer.from(event.bytes).toString());
    engine.close();
  }
  if (event.type === 'end') engine.close();
}

transport.on('connect', turn);
transport.on('data', (bytes) => {
  engine.receive(bytes);
  turn();
});
transport.on('end', () => {
  engine.receiveEnd();
  turn();
});
transport.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
