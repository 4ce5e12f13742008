import { describe, expect, it } from 'vitest';
import { openWebCrypto, type WebCryptoKey } from '../../src/signers/webcrypto.ts';
import { expectGoodKey, expectHandshakes, failure, signRequest } from '../support/signers.ts';

const { subtle } = globalThis.crypto;
const EXPONENT = new Uint8Array([1, 0, 1]);
const rsa = (name: string, hash: string) => ({ name, hash, modulusLength: 2048, publicExponent: EXPONENT });

async function pair(algorithm: object): Promise<{ privateKey: WebCryptoKey; publicKey: WebCryptoKey }> {
  return (await subtle.generateKey(algorithm as never, false, ['sign', 'verify'])) as never;
}

describe('a CryptoKey that cannot be extracted', () => {
  it.each([
    [{ name: 'ECDSA', namedCurve: 'P-256' }, 'ecdsa_secp256r1_sha256'],
    [{ name: 'ECDSA', namedCurve: 'P-384' }, 'ecdsa_secp384r1_sha384'],
    [{ name: 'ECDSA', namedCurve: 'P-521' }, 'ecdsa_secp521r1_sha512'],
    [{ name: 'Ed25519' }, 'ed25519'],
    [rsa('RSA-PSS', 'SHA-256'), 'rsa_pss_rsae_sha256'],
    [rsa('RSA-PSS', 'SHA-512'), 'rsa_pss_rsae_sha512'],
    [rsa('RSASSA-PKCS1-v1_5', 'SHA-384'), 'rsa_pkcs1_sha384'],
  ])('signs: %o', async (algorithm, scheme) => {
    const { privateKey, publicKey } = await pair(algorithm);
    const { key, close } = await openWebCrypto(privateKey, { publicKey });
    expect(key.schemes).toEqual([scheme]);
    await expectGoodKey(key);
    await close();
    await failure('ERR_TLS_KEY_CLOSED', Promise.resolve(key.sign(signRequest(key.schemes[0]!))));
  });

  it('serves both versions where the same RSA key is given for both paddings, PSS first', async () => {
    const made = (await subtle.generateKey(rsa('RSA-PSS', 'SHA-256'), true, ['sign', 'verify'])) as {
      privateKey: never;
      publicKey: never;
    };
    const pkcs8 = await subtle.exportKey('pkcs8', made.privateKey);
    const spki = new Uint8Array(await subtle.exportKey('spki', made.publicKey));
    const load = (name: string) => subtle.importKey('pkcs8', pkcs8, { name, hash: 'SHA-256' }, false, ['sign']);
    const keys = [await load('RSASSA-PKCS1-v1_5'), await load('RSA-PSS')];
    const { key } = await openWebCrypto(keys, { publicKey: spki });
    expect(key.schemes).toEqual(['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256']);
    await expectGoodKey(key);
    expect(await expectHandshakes(key)).toEqual(['TLSv1.3', 'TLSv1.2']);
  });

  it('is refused where it cannot sign for TLS, and by a host without WebCrypto', async () => {
    const { privateKey, publicKey } = await pair({ name: 'ECDSA', namedCurve: 'P-256' });
    const fake = (more: object): WebCryptoKey => ({
      type: 'private',
      usages: ['sign'],
      algorithm: { name: 'X' },
      ...more,
    });
    const cases: [WebCryptoKey | WebCryptoKey[], string][] = [
      [publicKey, 'is public'],
      [fake({ usages: [] }), 'usage "sign"'],
      [fake({}), 'for X'],
      [fake({ algorithm: { name: 'ECDSA', namedCurve: 'K-256' } }), 'K-256'],
      [fake({ algorithm: { name: 'RSA-PSS', hash: { name: 'SHA-1' }, modulusLength: 2048 } }), 'without SHA-2'],
      [fake({ algorithm: { name: 'RSA-PSS', hash: { name: 'SHA-512' }, modulusLength: 1024 } }), 'too few'],
      [[], 'no CryptoKey'],
    ];
    for (const [key, words] of cases) {
      expect((await failure('ERR_TLS_KEY_UNSUPPORTED', openWebCrypto(key))).message).toContain(words);
    }
    const broken = {
      sign: async () => Promise.reject(new Error('the key store is locked')),
      exportKey: subtle.exportKey.bind(subtle) as never,
    };
    const { key } = await openWebCrypto(privateKey, { publicKey, subtle: broken });
    const error = await failure('ERR_TLS_KEY_DEVICE', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    expect(error.message).toContain('the key store is locked');
  });
});
