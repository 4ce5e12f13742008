import { createHash, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { signingKeyFrom as signingKey } from '../../src/providers/node.ts';
import { signatureV4 } from '../../src/signers/aws-kms/signature-v4.ts';
import { type AwsKms, awsKmsClient, openAwsKms } from '../../src/signers/aws-kms.ts';
import { azureKeyVaultClient, openAzureKeyVault } from '../../src/signers/azure-key-vault.ts';
import { googleKmsClient, openGoogleKms } from '../../src/signers/google-kms.ts';
import { openKeyless } from '../../src/signers/keyless.ts';
import {
  certificateFor,
  expectGoodKey,
  expectHandshakes,
  expectStaticRsa,
  failure,
  signRequest,
} from '../support/signers.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const spki = (key: KeyObject) => new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Signs a digest with the key as the clouds do; ECDSA by raw means is not in Node, so that digests come as messages. */
function signDigest(key: KeyObject, algorithm: string, digest: Uint8Array): Uint8Array {
  const hash = `sha${algorithm.slice(-3)}`;
  // The message whose digest it is: the stand-ins see it pass by.
  const message = messages.get(Buffer.from(digest).toString('hex'))!;
  if (/PSS|^PS/.test(algorithm)) return sign(hash, message, { key, padding: 6, saltLength: digest.length });
  return sign(hash, message, key);
}

const messages = new Map<string, Uint8Array>();

/** Remembers what digests are of, since Node signs no bare digests. */
function remembering<T extends { key: { sign(request: never): unknown } }>(opened: T): T {
  const original = opened.key.sign.bind(opened.key) as (request: { message: Uint8Array }) => unknown;
  Object.assign(opened.key, {
    sign: (request: { message: Uint8Array }) => {
      for (const hash of ['sha256', 'sha384', 'sha512']) {
        messages.set(createHash(hash).update(request.message).digest('hex'), request.message);
      }
      return original(request);
    },
  });
  return opened;
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A service on the loopback; the test checks what arrives and answers. */
async function service(handle: (call: Call) => { status?: number; body: unknown }): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { status = 200, body } = handle({
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        text,
      });
      response.writeHead(status).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('AWS KMS', () => {
  it('signs requests as the published vectors say', () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
    const scope = { region: 'us-east-1', service: 'service', date: '20150830T123600Z' };
    const get = signatureV4({ method: 'GET', path: '/', headers, body: '' }, scope, credentials);
    expect(get).toContain(
      'Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date',
    );
    expect(get).toContain('Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
    const post = signatureV4({ method: 'POST', path: '/', headers, body: '' }, scope, credentials);
    expect(post).toContain('Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b');
  });

  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'very-secret', sessionToken: 'session' };

  /** Recomputes the signature from what arrived, header by header. */
  function checkSignature({ method, headers, text }: Call): void {
    const match =
      /^AWS4-HMAC-SHA256 Credential=AKID\/(\d{8})\/eu-central-1\/kms\/aws4_request, SignedHeaders=([^,]+), Signature=(\w{64})$/.exec(
        headers.authorization!,
      )!;
    const names = match[2]!.split(';');
    expect(names).toEqual(['content-type', 'host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']);
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const hash = (value: string) => createHash('sha256').update(value).digest('hex');
    const canonical = `${method}\n/\n\n${lines}\n${match[2]}\n${hash(text)}`;
    const date = headers['x-amz-date'] as string;
    expect(date).toMatch(/^\d{8}T\d{6}Z$/);
    const scope = `${match[1]}/eu-central-1/kms/aws4_request`;
    const key = [match[1]!, 'eu-central-1', 'kms', 'aws4_request'].reduce<Buffer | string>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      'AWS4very-secret',
    );
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`;
    expect(createHmac('sha256', key).update(toSign).digest('hex')).toBe(match[3]);
  }

  const ALGORITHMS = {
    ec: ['ECDSA_SHA_256'],
    rsa: ['RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512', 'RSASSA_PKCS1_V1_5_SHA_256'],
  };

  async function kmsFor(key: KeyObject, algorithms: readonly string[]): Promise<AwsKms> {
    const endpoint = await service((call) => {
      checkSignature(call);
      const input = JSON.parse(call.text);
      if (input.KeyId !== 'alias/device') {
        return { status: 400, body: { __type: 'NotFoundException', message: 'Alias is not found' } };
      }
      if (call.headers['x-amz-target'] === 'TrentService.GetPublicKey') {
        return { body: { PublicKey: base64(spki(key)), KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: algorithms } };
      }
      expect(call.headers['x-amz-target']).toBe('TrentService.Sign');
      expect(input.MessageType).toBe('DIGEST');
      expect(algorithms).toContain(input.SigningAlgorithm);
      return {
        body: { Signature: base64(signDigest(key, input.SigningAlgorithm, Buffer.from(input.Message, 'base64'))) },
      };
    });
    return awsKmsClient({ region: 'eu-central-1', credentials: () => credentials, endpoint });
  }

  it.each([
    ['EC', ec, ALGORITHMS.ec],
    ['RSA', rsa, ALGORITHMS.rsa],
  ] as const)('signs with %s over fetch', async (_, key, algorithms) => {
    const opened = remembering(await openAwsKms('alias/device', await kmsFor(key, algorithms)));
    expect(opened.key.schemes).toHaveLength(algorithms.length);
    await expectGoodKey(opened.key);
    await opened.close();
  });

  it('takes a client of the SDK, and sends whole messages for Ed25519, which have a limit', async () => {
    const sdk: AwsKms = {
      getPublicKey: async () => ({
        PublicKey: spki(ed),
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: ['ED25519_SHA_512'],
      }),
      sign: async ({ Message, MessageType, SigningAlgorithm }) => {
        expect([MessageType, SigningAlgorithm]).toEqual(['RAW', 'ED25519_SHA_512']);
        expect(Message.length).toBeLessThanOrEqual(4096);
        return { Signature: sign(null, Message, ed) };
      },
    };
    const { key } = await openAwsKms('id', sdk);
    expect(await expectHandshakes(key)).toEqual(['TLSv1.3', 'TLSv1.2']);
    const long = Promise.resolve(key.sign(signRequest('ed25519', new Uint8Array(4097))));
    expect((await failure('ERR_TLS_KEY_SCHEME', long)).message).toContain('4097 bytes');
  });

  it('tells what AWS says', async () => {
    const kms = await kmsFor(ec, ALGORITHMS.ec);
    expect((await failure('ERR_TLS_KEY_NOT_FOUND', openAwsKms('alias/other', kms), ['very-secret'])).message).toContain(
      'alias/other',
    );
    const refusing = (name: string): AwsKms => ({
      getPublicKey: async () => Promise.reject(Object.assign(new Error('no'), { name })),
      sign: async () => ({}),
    });
    await failure('ERR_TLS_KEY_DENIED', openAwsKms('id', refusing('AccessDeniedException')));
    await failure('ERR_TLS_KEY_DEVICE', openAwsKms('id', refusing('KMSInternalException')));
    const usage = { PublicKey: spki(rsa), KeyUsage: 'ENCRYPT_DECRYPT' };
    const encrypting: AwsKms = { ...refusing(''), getPublicKey: async () => usage };
    expect((await failure('ERR_TLS_KEY_UNSUPPORTED', openAwsKms('id', encrypting))).message).toContain(
      'ENCRYPT_DECRYPT',
    );
  });
});

describe('Google KMS', () => {
  const VERSION = 'projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1';
  const pem = (key: KeyObject): string => createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();

  it.each([
    ['EC_SIGN_P256_SHA256', ec, 'ecdsa_secp256r1_sha256', 'sha256'],
    ['RSA_SIGN_PSS_2048_SHA256', rsa, 'rsa_pss_rsae_sha256', 'sha256'],
    ['RSA_SIGN_PKCS1_2048_SHA512', rsa, 'rsa_pkcs1_sha512', 'sha512'],
    ['EC_SIGN_ED25519', ed, 'ed25519', null],
  ] as const)('signs with %s over fetch', async (algorithm, key, scheme, hash) => {
    const endpoint = await service(({ method, url, headers, text }) => {
      expect(headers.authorization).toBe('Bearer token-1');
      if (method === 'GET') {
        expect(url).toBe(`/v1/${VERSION}/publicKey`);
        return { body: { pem: pem(key), algorithm } };
      }
      expect(url).toBe(`/v1/${VERSION}:asymmetricSign`);
      const { digest, data } = JSON.parse(text);
      if (hash === null) return { body: { signature: base64(sign(null, Buffer.from(data, 'base64'), key)) } };
      expect(Object.keys(digest)).toEqual([hash]);
      return { body: { signature: base64(signDigest(key, algorithm, Buffer.from(digest[hash], 'base64'))) } };
    });
    const kms = googleKmsClient({ token: async () => 'token-1', endpoint });
    const opened = remembering(await openGoogleKms(VERSION, kms));
    expect(opened.key.schemes).toEqual([scheme]);
    await expectGoodKey(opened.key);
  });

  it('takes a client of the SDK, and tells what Google says', async () => {
    const sdk = {
      getPublicKey: async () => [{ pem: pem(ed), algorithm: 'EC_SIGN_ED25519' }, undefined, undefined] as const,
      asymmetricSign: async ({ data }: { data?: Uint8Array }) =>
        [{ signature: sign(null, data!, ed) }, undefined] as const,
    };
    await expectGoodKey((await openGoogleKms(VERSION, sdk)).key);
    const other = async (algorithm: string) => [{ pem: pem(rsa), algorithm }] as const;
    const decrypting = { ...sdk, getPublicKey: () => other('RSA_DECRYPT_OAEP_2048_SHA256') };
    await failure('ERR_TLS_KEY_UNSUPPORTED', openGoogleKms(VERSION, decrypting));
    const endpoint = await service(() => ({
      status: 403,
      body: { error: { message: 'Permission denied', status: 'PERMISSION_DENIED' } },
    }));
    const denied = openGoogleKms(VERSION, googleKmsClient({ token: () => 'secret-token', endpoint }));
    expect((await failure('ERR_TLS_KEY_DENIED', denied, ['secret-token'])).message).toContain('Permission denied');
  });
});

describe('Azure Key Vault', () => {
  async function vaultFor(key: KeyObject, kty: string): Promise<string> {
    const jwk = createPublicKey(key).export({ format: 'jwk' });
    const at = await service(({ method, url, headers, text }) => {
      expect(headers.authorization).toBe('Bearer token-1');
      if (method === 'GET') {
        expect(url).toBe('/keys/device/1?api-version=7.4');
        return {
          body: { key: { ...jwk, kty, kid: 'https://vault/keys/device/1', key_ops: ['sign'] }, attributes: {} },
        };
      }
      expect(url).toBe('/keys/device/1/sign?api-version=7.4');
      const { alg, value } = JSON.parse(text);
      expect(value).toMatch(/^[\w-]+$/);
      const digest = Buffer.from(value, 'base64url');
      const message = messages.get(digest.toString('hex'))!;
      const hash = `sha${alg.slice(2)}`;
      const signature = alg.startsWith('ES')
        ? sign(hash, message, { key, dsaEncoding: 'ieee-p1363' })
        : signDigest(key, alg, digest);
      return { body: { kid: 'https://vault/keys/device/1', value: signature.toString('base64url') } };
    });
    return `${at}/keys/device/1`;
  }

  it.each([
    ['EC-HSM', ec],
    ['EC', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
    ['RSA', rsa],
  ])('signs with %s over fetch', async (kty, key) => {
    const client = azureKeyVaultClient({ keyId: await vaultFor(key, kty), token: () => 'token-1' });
    const opened = remembering(await openAzureKeyVault(client));
    await expectGoodKey(opened.key);
  });

  it('tells what is no key for TLS, and what Azure says', async () => {
    const oct = { getKey: async () => ({ id: 'x', key: { kty: 'oct-HSM' } }), sign: async () => ({}) };
    await failure('ERR_TLS_KEY_UNSUPPORTED', openAzureKeyVault(oct));
    const at = await service(() => ({
      status: 401,
      body: { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer' } },
    }));
    const denied = openAzureKeyVault(
      azureKeyVaultClient({ keyId: `${at}/keys/device/1`, token: () => 'secret-token' }),
    );
    expect((await failure('ERR_TLS_KEY_DENIED', denied, ['secret-token'])).message).toContain('AKV10032');
  });
});

describe('a Keyless server', () => {
  /** As gokeyless answers: header of 8 bytes, then type, length, value. */
  async function keylessServer(
    key: KeyObject,
    fault: { reason?: number; hangUp?: boolean } = {},
  ): Promise<() => Promise<Socket>> {
    const server = createTcp((socket) => {
      let buffered = Buffer.alloc(0);
      socket.on('error', () => {});
      socket.on('data', (data: Buffer) => {
        buffered = Buffer.concat([buffered, data]);
        while (buffered.length >= 8 && buffered.length >= 8 + buffered.readUInt16BE(2)) {
          const packet = buffered.subarray(0, 8 + buffered.readUInt16BE(2));
          buffered = buffered.subarray(packet.length);
          if (fault.hangUp) return void socket.destroy();
          socket.write(answerTo(packet, key, fault.reason));
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    return async () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      closing.push(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    };
  }

  function answerTo(packet: Buffer, key: KeyObject, reason: number | undefined): Buffer {
    expect([...packet.subarray(0, 2)]).toEqual([1, 0]);
    expect(packet.length).toBe(1024);
    const items = new Map<number, Buffer>();
    for (let at = 8; at < packet.length; at += 3 + packet.readUInt16BE(at + 1)) {
      items.set(packet[at]!, packet.subarray(at + 3, at + 3 + packet.readUInt16BE(at + 1)));
    }
    const bits = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const content = bits.subarray(bits.length - (key.asymmetricKeyType === 'ec' ? 65 : 270));
    expect(items.get(0x04)).toEqual(createHash('sha1').update(content).digest());
    const [opcode, payload] = [items.get(0x11)![0]!, items.get(0x12)!];
    const item = (type: number, value: Buffer) =>
      Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 255]), value]);
    const body =
      reason === undefined
        ? Buffer.concat([item(0x11, Buffer.from([0xf0])), item(0x12, work(key, opcode, payload))])
        : Buffer.concat([item(0x11, Buffer.from([0xff])), item(0x12, Buffer.from([reason]))]);
    return Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 255]), packet.subarray(4, 8), body]);
  }

  function work(key: KeyObject, opcode: number, payload: Buffer): Buffer {
    if (opcode === 0x08)
      return Buffer.from(signingKey(key).rsaDecrypt!.run(payload, new AbortController().signal) as Uint8Array);
    const hash = ['256', '384', '512'][(opcode & 0x0f) - 5]!;
    return Buffer.from(signDigest(key, `${opcode >= 0x30 ? 'PSS' : ''}${hash}`, payload));
  }

  it.each([
    ['EC', ec],
    ['RSA', rsa],
  ])('signs with %s, many at once over one connection', async (_, key) => {
    const cert = certificateFor(createPublicKey(key));
    const opened = remembering(await openKeyless({ connect: await keylessServer(key), cert }));
    expect(opened.cert).toEqual(cert);
    await expectGoodKey(opened.key);
    if (key === rsa) await expectStaticRsa(opened.key);
    await opened.close();
  });

  it('is connected to again after it hung up', async () => {
    const fault = { hangUp: true };
    const opened = remembering(await openKeyless({ connect: await keylessServer(ec, fault), publicKey: spki(ec) }));
    await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(opened.key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    fault.hangUp = false;
    await expectHandshakes(opened.key);
    await opened.close();
  });

  it('says why it refuses, or cannot be reached', async () => {
    const asking = async (reason: number): Promise<Promise<Uint8Array>> => {
      const { key } = remembering(
        await openKeyless({ connect: await keylessServer(ec, { reason }), publicKey: spki(ec) }),
      );
      return Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256')));
    };
    await failure('ERR_TLS_KEY_NOT_FOUND', asking(2));
    expect((await failure('ERR_TLS_KEY_DEVICE', asking(1))).message).toContain('its cryptography failed');
    const unreachable = await openKeyless({
      connect: () => Promise.reject(new Error('ECONNREFUSED')),
      publicKey: spki(ec),
    });
    const asked = Promise.resolve(unreachable.key.sign(signRequest('ecdsa_secp256r1_sha256')));
    expect((await failure('ERR_TLS_KEY_MODULE', asked)).message).toContain('ECONNREFUSED');
    await failure('ERR_TLS_CONFIG', openKeyless({ connect: () => Promise.reject(new Error()) }));
    await failure(
      'ERR_TLS_KEY_UNSUPPORTED',
      openKeyless({ connect: () => Promise.reject(new Error()), publicKey: spki(ed) }),
    );
  });
});
