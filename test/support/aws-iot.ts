import { spawnSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { MqttClient } from 'mqtt';
import { afterAll, expect } from 'vitest';
import { type ConnectOptions, connect, type TLSSocket } from '../../src/index.ts';
import type { Admitted, Endpoint, Port } from '../peers/aws-iot/endpoint.mjs';
import { ensureDist } from './dist.ts';
import { need } from './need.ts';
import { findTool, needTool } from './tools.ts';

/** Whether all that the endpoint is made of is installed (Debian: haproxy, nginx, libnginx-mod-stream, mosquitto). */
export function needAwsIot(): boolean {
  const tools = [needTool('haproxy'), needTool('nginx'), needTool('mosquitto')];
  return need(hasStreams(), "nginx's stream module is installed") && !tools.includes(null);
}

function hasStreams(): boolean {
  if (existsSync('/usr/lib/nginx/modules/ngx_stream_module.so')) return true;
  const nginx = findTool('nginx');
  return nginx !== null && spawnSync(nginx.path, ['-V'], { encoding: 'utf8' }).stderr.includes('--with-stream ');
}

/** An endpoint for the tests of one file. */
export async function startAwsIot(): Promise<Endpoint> {
  ensureDist();
  // Its certificates are made with what is built.
  const { startEndpoint } = await import('../peers/aws-iot/endpoint.mjs');
  const endpoint = await startEndpoint();
  afterAll(() => endpoint.close());
  return endpoint;
}

export interface Visit {
  readonly version: string | null;
  readonly suite: string;
  readonly alpn: string | false | null;
  /** 'RSA', or the curve of the server's key. */
  readonly serverKey: string;
  /** As the endpoint's log tells; undefined where it is not haproxy that listens there. */
  readonly admitted: Admitted | undefined;
}

/** Options of `connect` that a device has. */
export type DeviceOptions = Omit<ConnectOptions, 'host' | 'port'>;

/** mqtt.js over signet-tls: publishes a message and has it back. Rejects with the connection's error. */
export async function visit(endpoint: Endpoint, port: Port, options: DeviceOptions): Promise<Visit> {
  const socket = dial(endpoint, port, options);
  const broken = new Promise<never>((_, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
  });
  try {
    await Promise.race([echo(socket), broken]);
    return { ...facts(socket), admitted: endpoint.admitted.filter((one) => one.port === port).at(-1) };
  } finally {
    broken.catch(() => {});
    socket.destroy();
  }
}

/** A connection to the endpoint by its own name. */
export function dial(endpoint: Endpoint, port: Port, options: DeviceOptions): TLSSocket {
  const { rsa, ecdsa } = endpoint.roots;
  return connect({
    host: endpoint.host,
    port: endpoint.ports[port],
    servername: endpoint.serverName,
    ca: rsa + ecdsa,
    ...options,
  });
}

/** Publishes a message and has it back, with MQTT.js. */
export async function echo(socket: Duplex): Promise<void> {
  const clientId = `device-${randomBytes(4).toString('hex')}`;
  const client = new MqttClient(() => socket, { clientId, protocolVersion: 5, reconnectPeriod: 0 });
  client.on('error', () => {}); // It is the socket's, whose user hears it.
  await new Promise((resolve) => client.once('connect', resolve));
  await client.subscribeAsync(clientId, { qos: 1 });
  const message = new Promise((resolve) => client.once('message', (_, payload) => resolve(payload.toString())));
  await client.publishAsync(clientId, 'hello', { qos: 1 });
  expect(await message).toBe('hello');
}

function facts(socket: TLSSocket): Omit<Visit, 'admitted'> {
  const key = new X509Certificate(socket.getPeerX509Certificate()!.raw).publicKey;
  return {
    version: socket.getProtocol() ?? null,
    suite: socket.getCipher()!.standardName,
    alpn: socket.alpnProtocol,
    serverKey: key.asymmetricKeyDetails?.namedCurve ?? 'RSA',
  };
}
