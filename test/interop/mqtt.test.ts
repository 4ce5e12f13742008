import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, createServer } from '../../src/index.ts';
import { makeCa } from '../support/pki.ts';

const ca = makeCa();
const server = ca.issue();
const device = ca.issue({ name: 'device', eku: ['1.3.6.1.5.5.7.3.2'] });
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** A broker of aedes behind a server of ours, and MQTT.js over a client of ours. */
async function withBroker(
  version: (typeof VERSIONS)[number],
  work: (open: (trace?: ConnectOptions['trace'], more?: object) => MqttClient) => Promise<void>,
): Promise<void> {
  const aedes = await Aedes.createBroker();
  const listener = createServer(
    { cert: server.chain, key: server.key, ca: ca.cert, requestCert: true, minVersion: version, maxVersion: version },
    (socket) => {
      socket.on('error', () => {});
      aedes.handle(socket);
    },
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const identity = { cert: device.chain, key: device.key };
  const clients: MqttClient[] = [];
  await work((trace, more = identity) => {
    const options = { host: '127.0.0.1', port, ca: ca.cert, ...more, ...(trace && { trace }) };
    const client = new MqttClient(() => connect(options), { protocolVersion: 4, reconnectPeriod: 0 });
    clients.push(client);
    return client;
  });
  for (const client of clients) await client.endAsync(true);
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise((resolve) => listener.close(resolve));
}

describe.each(VERSIONS)('MQTT.js and aedes over %s', (version) => {
  it('carry 5 MB there and back', async () => {
    await withBroker(version, async (open) => {
      const client = open();
      await client.subscribeAsync('large', { qos: 1 });
      const message = new Promise<Buffer>((resolve) => client.once('message', (_, payload) => resolve(payload)));
      const content = Buffer.alloc(5_000_000, 'abcdefg');
      await client.publishAsync('large', content, { qos: 1 });
      expect((await message).equals(content)).toBe(true);
    });
  });

  it('send each packet in one record, although MQTT.js writes it in pieces', async () => {
    await withBroker(version, async (open) => {
      const sent: Uint8Array[] = [];
      const client = open((event) => {
        const own = event.type === 'message' && event.from === 'client' && event.protocol === 'application_data';
        if (own) sent.push(event.bytes);
      });
      await new Promise((resolve) => client.once('connect', resolve));
      expect(sent).toHaveLength(1);
      expect(sent[0]![0]).toBe(0x10); // CONNECT
      await client.publishAsync('topic', 'message', { qos: 1 });
      expect(sent).toHaveLength(2);
    });
  });

  it('hear why a connection failed: MQTT.js drops errors without a code', async () => {
    await withBroker(version, async (open) => {
      const strange = open(undefined, { ca: makeCa({ name: 'Another Root' }).cert });
      const error = await new Promise<Error>((resolve) => strange.once('error', resolve));
      expect((error as { code?: string }).code).toMatch(/^[A-Z]/);
    });
  });
});
