import { createPublicKey, type KeyObject, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callbackKey, type SignFunction } from '../../../src/config/callback-key.ts';
import { ecdsaDerToRaw, ecdsaRawToDer, type SignRequest } from '../../../src/crypto/index.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { type KeyType, testKey } from '../../support/pki.ts';

const message = new TextEncoder().encode('what TLS signs');

function request(): SignRequest {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  return {
    scheme: 'ecdsa_secp256r1_sha256',
    message,
    digest: () => message,
    signal,
    context: { role: 'client', version: 'TLSv1.2' },
  };
}

function spki(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}

function keyOf(type: KeyType, sign: SignFunction) {
  return callbackKey(sign, publicKey(spki(testKey(type, 'callback'))));
}

async function failure(sign: SignFunction, type: KeyType = 'P-256'): Promise<{ code: string; cause: unknown }> {
  try {
    await keyOf(type, sign).sign(request());
  } catch (error) {
    return error as { code: string; cause: unknown };
  }
  throw new Error('it did not fail');
}

const privateP256 = testKey('P-256', 'callback');
const der = () => new Uint8Array(nodeSign('sha256', message, privateP256));
const raw = () => new Uint8Array(nodeSign('sha256', message, { key: privateP256, dsaEncoding: 'ieee-p1363' }));

describe('the scheme follows from the key', () => {
  it.each([
    ['rsa', 'rsa_pkcs1_sha256'],
    ['rsa-pss', 'rsa_pss_pss_sha256'],
    ['P-256', 'ecdsa_secp256r1_sha256'],
    ['P-384', 'ecdsa_secp384r1_sha384'],
    ['P-521', 'ecdsa_secp521r1_sha512'],
    ['secp256k1', 'ecdsa_secp256r1_sha256'],
    ['brainpoolP256r1', 'ecdsa_brainpoolP256r1tls13_sha256'],
    ['ed25519', 'ed25519'],
    ['ed448', 'ed448'],
  ] as const)('%s signs with %s', (type, scheme) => {
    const key = keyOf(type, () => {});
    expect(key.schemes).toEqual([scheme]);
    expect(key.publicKey).toEqual(spki(testKey(type, 'callback')));
  });
});

describe('answers', () => {
  it('are taken from the callback, as DER', async () => {
    const signature = der();
    const key = keyOf('P-256', (data, callback) => {
      expect(data).toBe(message);
      setImmediate(() => callback(null, signature));
    });
    expect(await key.sign(request())).toBe(signature);
  });

  it('are turned into DER where they are r and s', async () => {
    const signature = await keyOf('P-256', (_data, callback) => callback(null, raw())).sign(request());
    expect(ecdsaDerToRaw(signature, 32)).not.toBe(null);
  });

  it('are taken from a promise, or directly', async () => {
    const signature = der();
    expect(await keyOf('P-256', async () => signature).sign(request())).toBe(signature);
    expect(await keyOf('P-256', () => signature).sign(request())).toBe(signature);
  });

  it('count once', async () => {
    const signature = der();
    const key = keyOf('P-256', (_data, callback) => {
      callback(null, signature);
      callback(new Error('too late'));
      callback(null, new Uint8Array(1));
    });
    expect(await key.sign(request())).toBe(signature);
    const first = new Error('first');
    const { cause } = await failure((_data, callback) => {
      callback(first);
      callback(null, signature);
    });
    expect(cause).toBe(first);
  });

  it('of RSA and EdDSA keys pass as they are', async () => {
    const rsa = new Uint8Array(256).fill(1);
    expect(await keyOf('rsa', (_data, callback) => callback(null, rsa)).sign(request())).toBe(rsa);
    const ed = new Uint8Array(64).fill(1);
    expect(await keyOf('ed25519', (_data, callback) => callback(null, ed)).sign(request())).toBe(ed);
  });
});

describe('failures', () => {
  it.each<[string, SignFunction]>([
    ['an error', (_data, callback) => callback(failed)],
    ['a thrown error', () => throwing(failed)],
    ['a rejected promise', () => Promise.reject(failed)],
  ])('%s is the cause', async (_name, sign) => {
    expect(await failure(sign)).toMatchObject({ code: 'ERR_TLS_SIGN_FAILED', cause: failed });
  });

  it.each(['the PIN is wrong', 7, {}, undefined])('a reason that is no Error (%s) does no harm', async (reason) => {
    expect((await failure(() => Promise.reject(reason))).code).toBe('ERR_TLS_SIGN_FAILED');
    expect((await failure(() => throwing(reason))).code).toBe('ERR_TLS_SIGN_FAILED');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'c2ln'],
    ['no bytes', new Uint8Array(0)],
    ['a raw signature of another size', new Uint8Array(48).fill(1)],
    ['DER with something behind it', new Uint8Array([...der(), 0])],
    ['DER with a negative number', new Uint8Array([0x30, 6, 2, 1, 0x80, 2, 1, 1])],
    ['DER of numbers too large', ecdsaRawToDer(new Uint8Array(66).fill(1))],
  ])('%s is no signature', async (_name, value) => {
    expect((await failure((_data, callback) => callback(null, value))).code).toBe('ERR_TLS_SIGN_BAD_RESULT');
  });

  it('an RSA signature has the length of the modulus', async () => {
    const sign: SignFunction = (_data, callback) => callback(null, new Uint8Array(255).fill(1));
    expect((await failure(sign, 'rsa')).code).toBe('ERR_TLS_SIGN_BAD_RESULT');
  });
});

const failed = new Error('no such slot');

function throwing(reason: unknown): never {
  throw reason;
}
