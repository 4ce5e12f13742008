// A web server and a client over signet-tls: Node's http does HTTP, and is handed connections that are secure already.
// Run it as: node examples/https.mjs FOLDER, where FOLDER has cert.pem and key.pem for localhost, and ca.pem.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'signet-tls';

const [folder] = process.argv.slice(2);
const [cert, key, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => readFileSync(`${folder}/${name}`));

const web = http.createServer((request, response) => {
  response.end(`${request.method} ${request.url} over ${request.socket.getProtocol()}\n`);
});
const server = tls.createServer({ cert, key, ALPNProtocols: ['http/1.1'] });
server.on('secureConnection', (socket) => web.emit('connection', socket));
server.on('tlsClientError', (error) => console.error(`${error.code}: ${error.message}`));

/** An agent that keeps connections alive, and resumes sessions with servers it has been to. */
class Agent extends http.Agent {
  sessions = new Map();

  createConnection(options) {
    const name = `${options.host}:${options.port}`;
    const socket = tls.connect({ ...options, ca, session: this.sessions.get(name) });
    return socket.on('session', (session) => this.sessions.set(name, session));
  }
}

const agent = new Agent({ keepAlive: true });

function get(path) {
  return new Promise((resolve, reject) => {
    const { port } = server.address();
    const request = http.get({ agent, host: 'localhost', port, path }, async (response) => {
      const { socket } = response;
      const chunks = await response.toArray();
      resolve({ text: Buffer.concat(chunks).toString(), reused: socket.isSessionReused(), socket });
    });
    request.on('error', reject);
  });
}

server.listen(0, 'localhost', async () => {
  const first = await get('/first');
  first.socket.destroy();
  const second = await get('/second');
  console.log(`${first.text}${second.text}the second connection resumed the session of the first: ${second.reused}`);
  agent.destroy();
  server.close();
});
