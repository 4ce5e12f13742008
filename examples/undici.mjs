// fetch over signet-tls with undici (npm install undici). Run it as: node examples/undici.mjs FOLDER, where FOLDER has
// cert.pem and key.pem for localhost, and ca.pem.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'signet-tls';
import { Agent, fetch } from 'undici';

const [folder] = process.argv.slice(2);
const [cert, key, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => readFileSync(`${folder}/${name}`));

const web = http.createServer((request, response) =>
  response.end(`${request.url} over ${request.socket.getProtocol()}`),
);
const server = tls.createServer({ cert, key }, (socket) => web.emit('connection', socket));

const dispatcher = new Agent({
  connect({ hostname, port }, done) {
    const socket = tls.connect({ host: hostname, port: Number(port) || 443, ca, ALPNProtocols: ['http/1.1'] });
    socket.once('secureConnect', () => {
      socket.off('error', done);
      done(null, socket);
    });
    socket.once('error', done);
  },
});

server.listen(0, 'localhost', async () => {
  const response = await fetch(`https://localhost:${server.address().port}/hello`, { dispatcher });
  console.log(await response.text());
  await dispatcher.close();
  server.close();
});
