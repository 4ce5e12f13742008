import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type TLSSocket } from '../../src/index.ts';
import { ALPN, type Endpoint } from '../peers/aws-iot/endpoint.mjs';
import { needAwsIot, startAwsIot } from '../support/aws-iot.ts';
import { need } from '../support/need.ts';

/** What is used here of aws-iot-device-sdk 2. */
interface Sdk {
  device(options: object): Device;
}
interface Device {
  on(event: string, listener: (...args: never[]) => void): Device;
  subscribe(topic: string, options: object, done: () => void): void;
  publish(topic: string, message: string, options: object): void;
  end(force: boolean, done: () => void): void;
}

const require = createRequire(import.meta.url);
const ready = [needSdk(), needAwsIot()].every(Boolean);

function needSdk(): boolean {
  let found = true;
  try {
    require.resolve('aws-iot-device-sdk');
  } catch {
    found = false;
  }
  return need(found, 'aws-iot-device-sdk is installed (npm install --no-save --save-dev aws-iot-device-sdk@2.2.16)');
}

// As examples/aws-iot.md tells: the SDK takes no stream, but the module in which it opens its connections can be replaced.
describe.skipIf(!ready)("AWS's SDK for devices, version 1", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-aws-sdk-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let endpoint: Endpoint;
  let signatures = 0;
  const sockets: TLSSocket[] = [];

  beforeAll(async () => {
    endpoint = await startAwsIot();
    const name = require.resolve('aws-iot-device-sdk/device/lib/tls');
    const open = (client: { emit(event: string, error: Error): void }, options: { host: string }): TLSSocket => {
      const key = (data: Uint8Array, callback: (error: null, signature: Uint8Array) => void): void => {
        signatures += 1;
        callback(null, sign('sha256', data, privateKey));
      };
      const socket = connect({ ...options, host: endpoint.host, servername: options.host, key });
      socket.on('error', (error) => client.emit('error', error));
      sockets.push(socket);
      return socket;
    };
    Object.assign(require.cache, { [name]: { id: name, filename: name, loaded: true, exports: open } });
  }, 120_000);

  it.each([
    ['mqtt', {}],
    ['alpn', { ALPNProtocols: [ALPN] }],
  ] as const)('publishes and receives on the port %s, with a key that it never sees', async (port, more) => {
    const { device } = require('aws-iot-device-sdk') as Sdk;
    const caPath = path.join(folder, 'root-ca.pem');
    writeFileSync(caPath, endpoint.roots.rsa + endpoint.roots.ecdsa);
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const clientCert = Buffer.from(endpoint.issueDevice('sdk', spki));
    const one = device({
      host: endpoint.serverName,
      port: endpoint.ports[port],
      clientId: `sdk-${port}`,
      caPath,
      clientCert,
      privateKey: Buffer.alloc(0),
      ...more,
    });
    signatures = 0;
    const message = await new Promise((resolve, reject) => {
      one.on('error', reject);
      one.on('message', (_topic: string, payload: Buffer) => resolve(payload.toString()));
      const topic = `sdk/${port}`;
      one.on('connect', () => one.subscribe(topic, { qos: 1 }, () => one.publish(topic, 'hello', { qos: 1 })));
    });
    expect(message).toBe('hello');
    expect(signatures).toBe(1);
    expect(sockets.at(-1)!.getProtocol()).toBe('TLSv1.3');
    expect(endpoint.admitted.at(-1)).toMatchObject({ port, device: 'sdk' });
    await new Promise<void>((resolve) => one.end(true, resolve));
  });
});
