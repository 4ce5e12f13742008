// HTTP/2 over signet-tls, with a fallback to HTTP/1.1 by ALPN. Run it as: node examples/http2.mjs FOLDER, where FOLDER
// has cert.pem and key.pem for localhost, and ca.pem.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import tls from 'signet-tls';

const [folder] = process.argv.slice(2);
const [cert, key, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => readFileSync(`${folder}/${name}`));

const new2 = http2.createServer((_request, response) => response.end('hello over HTTP/2'));
const old = http.createServer((_request, response) => response.end('hello over HTTP/1.1'));
const server = tls.createServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
  (socket.alpnProtocol === 'h2' ? new2 : old).emit('connection', socket);
});

server.listen(0, 'localhost', async () => {
  const { port } = server.address();
  const connect = (protocol) => tls.connect({ host: 'localhost', port, ca, ALPNProtocols: [protocol] });

  const session = http2.connect('https://localhost', { createConnection: () => connect('h2') });
  const stream = session.request({ ':path': '/' });
  console.log(Buffer.concat(await stream.toArray()).toString());
  session.close();

  const [response] = await once(
    http.get({ createConnection: () => connect('http/1.1'), headers: { Connection: 'close' } }),
    'response',
  );
  console.log(Buffer.concat(await response.toArray()).toString());
  server.close();
});
