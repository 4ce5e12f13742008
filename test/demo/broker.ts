import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import type { Issued } from '../support/pki.ts';

export interface Broker {
  readonly port: number;
  /** The common name of each device that connected; null for one without a certificate. */
  readonly devices: readonly (string | null)[];
  close(): Promise<void>;
}

/** A broker that somebody runs; it asks for certificates of `clientCa`, or for none, and admits everybody or nobody. */
export async function startBroker(
  identity: Issued,
  clientCa: string | null,
  options: { admit?: boolean } = {},
): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _name, _password, done) => done(null, options.admit ?? true),
  });
  const devices: (string | null)[] = [];
  const trust = clientCa === null ? {} : { ca: clientCa, requestCert: true };
  const server = createServer({ cert: identity.chain, key: identity.key, ...trust }, (socket) => {
    devices.push(socket.getPeerCertificate()?.subject?.CN?.toString() ?? null);
    socket.on('error', () => {});
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    devices,
    async close() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
