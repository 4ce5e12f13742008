import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ecdsaDerToRaw, type SigningKey, type SignRequest } from '../../src/crypto/index.ts';
import { signingKeyFrom } from '../../src/providers/node.ts';
import { checkKey } from '../../src/signers/check.ts';
import { certificateFor, publicKeyOf } from '../support/signers.ts';

const ec = signingKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const rsa = signingKeyFrom(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const other = signingKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const P256: SigningKey = { ...ec, schemes: ['ecdsa_secp256r1_sha256'] };

/** The findings that are bad, as lines. */
async function faults(key: SigningKey, options: Parameters<typeof checkKey>[1] = {}): Promise<string> {
  const { ok, findings, text } = await checkKey(key, { timeout: 200, ...options });
  const bad = findings.filter((one) => !one.ok);
  expect(ok).toBe(bad.length === 0);
  for (const { says } of findings) expect(text).toContain(says);
  return bad.map(({ subject, says }) => `${subject}: ${says}`).join('\n');
}

const signing = (sign: (request: SignRequest) => unknown, key: SigningKey = P256): SigningKey => ({
  ...key,
  sign: sign as SigningKey['sign'],
});

describe('the conformance kit', () => {
  it('tells in words what a good key can do', async () => {
    const { ok, text } = await checkKey(rsa);
    expect(ok).toBe(true);
    expect(text.replace(/[\d.]+ ms/g, 'T ms').split('\n')).toEqual([
      'ok   The key is RSA with 2048 bits.',
      'ok   It serves TLS 1.3 and 1.2, best with rsa_pss_rsae_sha256.',
      'ok   rsa_pss_rsae_sha256 works, in T ms.',
      'ok   rsa_pss_rsae_sha384 works, in T ms.',
      'ok   rsa_pss_rsae_sha512 works, in T ms.',
      'ok   rsa_pkcs1_sha256 works, in T ms.',
      'ok   rsa_pkcs1_sha384 works, in T ms.',
      'ok   rsa_pkcs1_sha512 works, in T ms.',
      'ok   It refuses schemes that it does not list.',
      'ok   8 signatures at once all verify, T ms each.',
      'ok   Requests can be called off, and the key goes on signing.',
      'ok   It decrypts for static RSA, raw.',
    ]);
  });

  it('takes the public half from a certificate', async () => {
    const { publicKey, ...silent } = P256 as Required<SigningKey>;
    const cert = certificateFor(publicKeyOf(publicKey));
    expect((await checkKey(silent, { cert })).text).toContain('EC on P-256, by its certificate');
    expect(await faults(silent)).toContain('does not tell its public half');
    expect(await faults(P256, { cert: certificateFor(publicKeyOf(other.publicKey)) })).toContain('not for this key');
    expect(await faults({ ...P256, publicKey: new Uint8Array([1]) })).toContain('cannot be read');
  });

  it.each<[string, SigningKey, string]>([
    ['another key', signing((request) => other.sign(request)), 'does not verify'],
    [
      'a throwing one',
      signing(() => {
        throw new Error('status 0x0f');
      }),
      'status 0x0f',
    ],
    ['a rejecting one', signing(() => Promise.reject(new Error('status 0x0f'))), 'status 0x0f'],
    ['a silent one', signing(() => new Promise(() => {})), 'no answer within 200 ms'],
    ['one without bytes', signing(() => 'signature'), 'something else than a Uint8Array'],
    ['r and s', signing((request) => ecdsaDerToRaw(ec.sign(request) as Uint8Array, 32)), 'r and s side by side'],
    ['a short one', signing((request) => (rsa.sign(request) as Uint8Array).slice(1), rsa), '255 bytes instead of 256'],
    [
      'one that hashes twice',
      signing((request) => ec.sign({ ...request, message: request.digest() })),
      'does not verify',
    ],
    [
      'one for short messages',
      signing((request) => ec.sign({ ...request, message: request.message.subarray(0, 1024) })),
      '5000 bytes',
    ],
    [
      'one that writes into its message',
      signing((request) => {
        const done = ec.sign(request);
        request.message.fill(0);
        return done;
      }),
      'changes the message',
    ],
    [
      'one that signs anything',
      { ...P256, sign: (request: SignRequest) => ec.sign({ ...request, scheme: 'ecdsa_secp256r1_sha256' }) },
      'which it does not list',
    ],
    ['a scheme of no RFC', { ...P256, schemes: ['rot13' as never] }, 'not the RFC name'],
    ['a scheme of another kind of key', { ...P256, schemes: ['ed25519'] }, 'a key of kind ec cannot'],
    ['no scheme', { ...P256, schemes: [] }, 'None of its schemes'],
  ])('finds out %s', async (_, key, words) => {
    expect(await faults(key)).toContain(words);
  });

  it('finds out keys that mix up what is asked at once', async () => {
    let last: Uint8Array = new Uint8Array();
    const mixing = signing(async (request) => {
      last = request.message;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return ec.sign({ ...request, message: last });
    });
    expect(await faults(mixing)).toContain('concurrency: Of 8 signatures at once 7 are bad');
  });

  it('finds out keys that a cancelled request leaves stuck, or that fail afterwards', async () => {
    const stuck = signing((request) => (request.signal.aborted ? new Promise(() => {}) : ec.sign(request)));
    expect(await faults(stuck)).toContain('called off before is never answered');
    let spoiled = false;
    const failing = signing((request) => {
      if (request.signal.aborted) spoiled = true;
      if (spoiled) throw new Error('session is gone');
      return ec.sign(request);
    });
    expect(await faults(failing)).toContain('the key fails: session is gone');
  });

  it('finds out decryption that is none', async () => {
    const decrypting = (padding: 'none' | 'pkcs1', run: () => unknown): SigningKey =>
      ({ ...rsa, schemes: ['rsa_pkcs1_sha256'], rsaDecrypt: { padding, run } }) as SigningKey;
    expect(await faults(decrypting('pkcs1', () => new Uint8Array(48)))).toContain('something else than was encrypted');
    expect(await faults(decrypting('none', () => new Uint8Array(10)))).toContain('something else than was encrypted');
    expect(await faults(decrypting('none', () => Promise.reject(new Error('no'))))).toContain('rsaDecrypt fails: no');
    expect(await faults(decrypting('none', () => new Promise(() => {})))).toContain(
      'never answers where the padding is bad',
    );
  });
});
