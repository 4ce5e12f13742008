// A signer for other processes: it holds one key and signs for whoever may reach it, by the protocol of docs/keys.md.
//
//   node examples/remote-signer.mjs KEY-URI unix:/run/signer.sock
//   SIGNER_TOKEN=... node examples/remote-signer.mjs KEY-URI 127.0.0.1:8200
//
// KEY-URI is anything that openKey takes. A UNIX socket is guarded by its mode (0600); a port by the token that clients send
// as "authorization: Bearer ...". From another machine, put it behind HTTPS with client certificates.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { openKey } from 'signet-tls/signers/open';

const LONGEST_BODY = 64 * 1024;

const [uri, place] = process.argv.slice(2);
const { key, cert, name, close } = await openKey(uri);
const server = createServer((request, response) => {
  answer(request).then(
    (body) => send(response, 200, body),
    (error) => send(response, error.status ?? 500, { error: error.message }),
  );
});

process.umask(0o177);
const port = /^127\.0\.0\.1:(\d+)$/.exec(place);
if (port !== null && !process.env.SIGNER_TOKEN)
  throw new Error('set SIGNER_TOKEN: anybody on this machine can reach a port');
server.listen(port === null ? place.replace(/^unix:/, '') : { host: '127.0.0.1', port: Number(port[1]) }, () => {
  const address = server.address();
  console.log(`${name} signs at ${typeof address === 'string' ? address : `http://127.0.0.1:${address.port}`}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
    close();
  });
}

async function answer(request) {
  if (port !== null && !isAllowed(request.headers.authorization ?? '')) throw refusal(401, 'the token is wrong');
  if (request.method === 'GET' && request.url === '/') return describe();
  if (request.method !== 'POST') throw refusal(404, 'there is nothing else to get');
  const stop = new AbortController();
  request.socket.once('close', () => stop.abort(new Error('the client has gone')));
  const body = JSON.parse(await read(request));
  if (request.url === '/sign') return sign(body, stop.signal);
  if (request.url === '/decrypt' && key.rsaDecrypt !== undefined) {
    return { plaintext: base64(await key.rsaDecrypt.run(bytes(body.ciphertext), stop.signal)) };
  }
  throw refusal(404, 'there is no such operation');
}

function describe() {
  return {
    schemes: key.schemes,
    takes: 'message',
    ...(key.publicKey && { publicKey: base64(key.publicKey) }),
    ...(cert && { certificate: base64(cert) }),
    ...(key.rsaDecrypt && { decrypts: key.rsaDecrypt.padding }),
  };
}

async function sign({ scheme, message, context }, signal) {
  if (!key.schemes.includes(scheme)) throw refusal(400, `this key does not sign with ${scheme}`);
  const content = bytes(message);
  const digest = () =>
    createHash(/sha\d+$/.exec(scheme)[0])
      .update(content)
      .digest();
  return { signature: base64(await key.sign({ scheme, message: content, digest, signal, context })) };
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LONGEST_BODY) throw refusal(413, 'the request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function isAllowed(authorization) {
  const hash = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(authorization), hash(`Bearer ${process.env.SIGNER_TOKEN}`));
}

function refusal(status, message) {
  return Object.assign(new Error(message), { status });
}

function bytes(text) {
  if (typeof text !== 'string') throw refusal(400, 'bytes are missing: give them as base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function base64(content) {
  return Buffer.from(content).toString('base64');
}
