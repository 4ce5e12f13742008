// An MQTT broker (aedes) behind a server of node:tls that demands SNI, a client certificate, and TLS 1.2 or 1.3.
import { once } from 'node:events';
import { createSecureContext, createServer } from 'node:tls';
import { Aedes } from 'aedes';

/**
 * @typedef {object} Identity What a broker needs to know.
 * @property {string} servername the name that clients must ask for
 * @property {string} cert its own certificate, PEM
 * @property {string} key PEM
 * @property {string} ca who issues the certificates of devices, PEM
 */

/**
 * Starts the broker on a free port of 127.0.0.1.
 * @param {Identity} identity
 * @param {import('./tidy.mjs').Tidy} tidy
 */
export async function startAedes({ servername, cert, key, ca }, tidy) {
  const aedes = await Aedes.createBroker();
  const context = createSecureContext({ cert, key, ca });
  // The server has no certificate but by SNI, so it can serve nobody who does not name it.
  const SNICallback = (name, done) => done(null, name === servername ? context : undefined);
  let device = null;
  const server = createServer({ SNICallback, requestCert: true, minVersion: 'TLSv1.2', noDelay: true }, (socket) => {
    device = socket.getPeerCertificate().subject?.CN ?? null;
    socket.on('error', () => {});
    aedes.handle(socket);
  });
  server.on('tlsClientError', () => {});
  const connections = new Set();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    await new Promise((resolve) => aedes.close(resolve));
    const closed = new Promise((resolve) => server.close(resolve));
    for (const connection of connections) connection.destroy();
    await closed;
  };
  tidy.add(close);
  return {
    name: 'aedes, behind node:tls',
    host: '127.0.0.1',
    port: server.address().port,
    servername,
    /** The common name in the certificate of the device that connected last. */
    deviceSeen: () => device,
    close,
  };
}
