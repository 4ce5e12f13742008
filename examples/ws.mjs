// WebSockets over signet-tls with ws (npm install ws). Run it as: node examples/ws.mjs FOLDER, where FOLDER has cert.pem
// and key.pem for localhost, and ca.pem.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'signet-tls';
import { WebSocket, WebSocketServer } from 'ws';

const [folder] = process.argv.slice(2);
const [cert, key, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => readFileSync(`${folder}/${name}`));

const web = http.createServer();
const sockets = new WebSocketServer({ server: web });
sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`you said ${data}`)));
const server = tls.createServer({ cert, key }, (socket) => web.emit('connection', socket));

server.listen(0, 'localhost', () => {
  const { port } = server.address();
  const createConnection = () => tls.connect({ host: 'localhost', port, ca });
  const socket = new WebSocket(`wss://localhost:${port}`, { createConnection });
  socket.on('open', () => socket.send('hello'));
  socket.on('message', (data) => {
    console.log(String(data));
    socket.close();
  });
  socket.on('close', () => {
    sockets.close();
    server.close();
  });
});
