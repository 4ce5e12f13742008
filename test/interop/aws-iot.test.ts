import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { Telsa } from '../../src/faces/telsa.ts';
import type { SigningKey } from '../../src/index.ts';
import { ALPN, type Endpoint, type Port } from '../peers/aws-iot/endpoint.mjs';
import { type DeviceOptions, dial, echo, needAwsIot, startAwsIot, visit } from '../support/aws-iot.ts';

const ready = needAwsIot();
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof VERSIONS)[number];

let endpoint: Endpoint;
const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = device.publicKey.export({ format: 'der', type: 'spki' });
const key = device.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;

beforeAll(async () => {
  if (ready) endpoint = await startAwsIot();
}, 120_000);

function identity(kind?: 'good' | 'expired' | 'stranger'): DeviceOptions {
  return { key, cert: endpoint.issueDevice('thermometer', publicKey, kind) };
}

function only(version: Version): DeviceOptions {
  return { minVersion: version, maxVersion: version };
}

describe.skipIf(!ready)('an endpoint like that of AWS IoT', () => {
  it.each<[Port, Version, string]>([
    ['mqtt', 'TLSv1.2', 'prime256v1'],
    ['mqtt', 'TLSv1.3', 'any'],
    ['rsa', 'TLSv1.2', 'RSA'],
    ['rsa', 'TLSv1.3', 'RSA'],
    ['ecdsa', 'TLSv1.2', 'prime256v1'],
    ['ecdsa', 'TLSv1.3', 'prime256v1'],
    ['tls12', 'TLSv1.2', 'RSA'],
    ['tls13', 'TLSv1.3', 'RSA'],
  ])('serves MQTT on its port %s in %s', async (port, version, serverKey) => {
    const seen = await visit(endpoint, port, { ...identity(), ...only(version) });
    expect(seen).toMatchObject({ version, admitted: { version, device: 'thermometer', alpn: null } });
    expect(seen.admitted?.serverName).toBe(endpoint.serverName);
    if (serverKey !== 'any') expect(seen.serverKey).toBe(serverKey);
  });

  it.each([
    ['tls12', 'TLSv1.2'],
    ['tls13', 'TLSv1.3'],
    ['mqtt', 'TLSv1.3'],
  ] as const)('settles the version by itself on its port %s', async (port, version) => {
    expect((await visit(endpoint, port, identity())).version).toBe(version);
  });

  it.each(VERSIONS)('serves MQTT on port 443 to those who name the protocol, in %s', async (version) => {
    for (const port of ['alpn', 'nginx'] as const) {
      const seen = await visit(endpoint, port, { ...identity(), ...only(version), ALPNProtocols: [ALPN] });
      expect(seen).toMatchObject({ version, alpn: ALPN });
    }
    // The one who reads the name is not the one who answers.
    const options = { ...identity(), ...only(version), ALPNProtocols: [ALPN] };
    expect(await visit(endpoint, 'passThrough', options)).toMatchObject({ version, alpn: false });
    expect(await visit(endpoint, 'mosquitto', { ...identity(), ...only(version) })).toMatchObject({ version });
  });

  it('is trusted by its new root, or by the old one that has signed the new', async () => {
    const { rsa, ecdsa, old } = endpoint.roots;
    for (const [port, ca] of [
      ['rsa', rsa],
      ['ecdsa', ecdsa],
      ['rsa', old],
      ['ecdsa', old],
    ] as const) {
      expect((await visit(endpoint, port, { ...identity(), ca })).admitted?.device).toBe('thermometer');
    }
    const other = visit(endpoint, 'rsa', { ...identity(), ca: ecdsa });
    await expect(other).rejects.toMatchObject({ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' });
  });

  it('speaks all suites of its policy that signet-tls has', async () => {
    const suites = 'ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-AES128-SHA AES128-GCM-SHA256';
    for (const ciphers of suites.split(' ')) {
      const seen = await visit(endpoint, 'tls12', { ...identity(), ciphers });
      expect(seen.admitted?.suite).toBe(ciphers);
    }
    for (const ciphers of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']) {
      expect((await visit(endpoint, 'tls13', { ...identity(), ciphers })).suite).toBe(ciphers);
    }
  });

  it('resumes a session, for which the key signs no second time', async () => {
    let signatures = 0;
    const counting: DeviceOptions = { ...identity(), key: signer(() => (signatures += 1)) };
    for (const version of VERSIONS) {
      signatures = 0;
      const first = dial(endpoint, 'rsa', { ...counting, ...only(version) });
      const [session] = (await once(first, 'session')) as [Buffer];
      first.destroy();
      const second = dial(endpoint, 'rsa', { ...counting, ...only(version), session });
      await once(second, 'secureConnect');
      expect(second.isSessionReused()).toBe(true);
      expect(signatures).toBe(1);
      second.destroy();
    }
  });
});

describe.skipIf(!ready)('Telsa', () => {
  it.each([
    ['tls12', 'rsa', 'TLSv1.2'],
    ['tls13', 'ec', 'TLSv1.3'],
    ['mqtt', 'ec', 'TLSv1.3'],
    ['mqtt', 'rsa', 'TLSv1.2'],
  ] as const)('reaches its port %s with a function that signs with %s', async (port, kind, version) => {
    const pair = kind === 'ec' ? device : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { rsa, ecdsa } = endpoint.roots;
    const telsa = new Telsa({
      host: endpoint.serverName,
      port: 8883,
      socket: createConnection(endpoint.ports[port], endpoint.host),
      ca: rsa + ecdsa,
      cert: endpoint.issueDevice('telsa', pair.publicKey.export({ format: 'der', type: 'spki' })),
      key: (data, callback) => callback(null, sign('sha256', data, pair.privateKey)),
    });
    await echo(telsa);
    expect(endpoint.admitted.at(-1)).toMatchObject({ port, device: 'telsa', version });
    const closed = once(telsa, 'close');
    telsa.end();
    await closed;
  });
});

describe.skipIf(!ready)('what the endpoint refuses', () => {
  it.each(VERSIONS)('in %s is told by its alert, as an error with a code and a remedy', async (version) => {
    const required =
      version === 'TLSv1.3'
        ? ['certificate_required', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED']
        : ['handshake_failure', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'];
    const cases: [DeviceOptions, string, string][] = [
      [{ ...identity(), servername: '' }, 'unrecognized_name', 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'],
      [{ ...identity(), servername: 'other.example' }, 'unrecognized_name', 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'],
      [{}, required[0]!, required[1]!],
      [identity('stranger'), 'unknown_ca', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
      [identity('expired'), 'certificate_expired', 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'],
    ];
    for (const [options, alert, code] of cases) {
      const error = await refusal(visit(endpoint, 'mqtt', { ...options, ...only(version) }));
      // Since OpenSSL 3.2 Node's codes have another word for it.
      expect(error.code.replace('SSL/TLS', 'SSLV3')).toBe(code);
      expect(error.cause).toMatchObject({ code: 'ERR_TLS_ALERT_RECEIVED', received: alert });
      expect(error.cause.remedy.length).toBeGreaterThan(20);
    }
  });

  it.each([
    ['tls12', 'TLSv1.3'],
    ['tls13', 'TLSv1.2'],
  ] as const)('port %s refuses %s', async (port, version) => {
    const error = await refusal(visit(endpoint, port, { ...identity(), ...only(version) }));
    expect(error.cause).toMatchObject({ received: 'protocol_version' });
  });

  it.each(VERSIONS)('is another protocol, or none, on port 443, in %s', async (version) => {
    for (const ALPNProtocols of [[], ['http/1.1']]) {
      const options = { ...identity(), ...only(version), ALPNProtocols };
      await expect(visit(endpoint, 'alpn', options)).rejects.toThrow('the connection was closed');
      await expect(visit(endpoint, 'passThrough', options)).rejects.toMatchObject({ code: 'ECONNRESET' });
    }
    const options = { ...identity(), ...only(version), ALPNProtocols: ['http/1.1'] };
    const error = await refusal(visit(endpoint, 'nginx', options));
    expect(error.cause).toMatchObject({ received: 'no_application_protocol' });
  });

  it('is a certificate of another key, which signet-tls does not even send', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
    const options = { cert: endpoint.issueDevice('thermometer', other), key: signer() };
    const error = await refusal(visitOrThrow(options));
    expect([error.code, error.cause?.code]).toContain('ERR_TLS_KEY_MISMATCH');
  });
});

/** The device's key as a chip would hold it. */
function signer(signed: () => unknown = () => {}): SigningKey {
  return {
    publicKey,
    schemes: ['ecdsa_secp256r1_sha256'],
    sign: ({ message }) => {
      signed();
      return sign('sha256', message, device.privateKey);
    },
  };
}

/** What is wrong with the options themselves is thrown at once. */
async function visitOrThrow(options: DeviceOptions): Promise<unknown> {
  return visit(endpoint, 'mqtt', options);
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly cause: { readonly code: string; readonly received?: string; readonly remedy: string };
}

async function refusal(promise: Promise<unknown>): Promise<Refusal> {
  return promise.then(
    () => Promise.reject(new Error('it was let in')),
    (error: Refusal) => error,
  );
}
