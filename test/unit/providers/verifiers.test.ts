import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ecdsaDerToRaw, ecdsaRawToDer, type PublicKey, type SignatureVerifier } from '../../../src/crypto/index.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { random, WHOLE } from '../../support/providers.ts';

interface Case {
  readonly kind: string;
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512' | null;
  readonly label: string;
  readonly key: PublicKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const HASHES = ['sha256', 'sha384', 'sha512'] as const;
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CASES: readonly Case[] = [...ecCases(), ...rsaCases(), ...edwardsCases()];

describe.each(WHOLE)('verifiers of the $name provider', ({ verifiers }) => {
  test.each(CASES)('$kind $hash $label: what OpenSSL signed verifies, and nothing else', async (one) => {
    const verifier = find(verifiers, one)!;
    const message = random(100);
    const signature = one.sign(message);
    expect(await verifier.verify(one.key, message, signature)).toBe(true);
    expect(await verifier.verify(one.key, message.subarray(1), signature)).toBe(false);
    for (const at of [0, 1, signature.length >> 1, signature.length - 1]) {
      const changed = signature.slice();
      changed[at]! ^= 1;
      expect(await verifier.verify(one.key, message, changed)).toBe(false);
    }
    for (const bad of [
      new Uint8Array(0),
      signature.subarray(1),
      signature.subarray(0, -1),
      new Uint8Array([...signature, 0]),
      new Uint8Array([0, ...signature]),
    ]) {
      expect(await verifier.verify(one.key, message, bad)).toBe(false);
    }
  });

  test('keys of another kind do not fit, whatever the signature says', async () => {
    for (const verifier of verifiers) {
      for (const one of CASES) {
        if (find([verifier], one) !== undefined) continue;
        const message = random(10);
        expect(await verifier.verify(one.key, message, one.sign(message))).toBe(false);
      }
    }
  });

  test('broken keys verify nothing and throw nothing', async () => {
    for (const verifier of verifiers) {
      for (const { key, sign: make } of CASES) {
        const raw = key.raw.slice();
        raw.fill(0xff, 1);
        const zero = new Uint8Array(key.rsa?.n.length ?? 0);
        const broken = {
          ...key,
          raw,
          spki: key.spki.subarray(0, 10),
          ...(key.rsa === undefined ? {} : { rsa: { n: zero, e: zero } }),
        };
        expect(await verifier.verify(broken, random(10), make(random(10)))).toBe(false);
      }
    }
  });

  test('ECDSA takes a high s, and r or s out of range never', async () => {
    const one = CASES.find(({ label }) => label === 'P-256')!;
    const verifier = find(verifiers, one)!;
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const message = random(10);
    const raw = ecdsaDerToRaw(one.sign(message), 32)!;
    const s = BigInt(`0x${Buffer.from(raw.subarray(32)).toString('hex')}`);
    const other = ecdsaRawToDer(joined(raw.subarray(0, 32), order - s));
    expect(await verifier.verify(one.key, message, other)).toBe(true);
    for (const bad of [0n, order, order + s]) {
      if (bad >= 2n ** 256n) continue;
      expect(await verifier.verify(one.key, message, ecdsaRawToDer(joined(raw.subarray(0, 32), bad)))).toBe(false);
    }
  });

  test('PSS means a salt as long as the hash, and MGF1 with the same hash', async () => {
    const { publicKey: pub, privateKey } = RSA;
    const key = keyOf(pub);
    const verifier = verifiers.find(({ kind, hash }) => kind === 'rsa-pss' && hash === 'sha256')!;
    const message = random(10);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    for (const saltLength of [0, 20, 31, 33, 64]) {
      expect(
        await verifier.verify(key, message, sign('sha256', message, { key: privateKey, padding, saltLength })),
      ).toBe(false);
    }
    expect(
      await verifier.verify(key, message, sign('sha384', message, { key: privateKey, padding, saltLength: 32 })),
    ).toBe(false);
  });

  test('an RSASSA-PSS key is held to its parameters, and never does PKCS #1 v1.5', async () => {
    const restricted = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
      saltLength: 32 as never, // @types/node 20 takes it for a text
    });
    const free = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const message = random(10);
    for (const hash of HASHES) {
      const verifier = verifiers.find((one) => one.kind === 'rsa-pss' && one.hash === hash)!;
      const made = sign(hash, message, {
        key: free.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
      const key = keyOf(free.publicKey);
      expect(await verifier.verify(key, message, made)).toBe(true);
      expect(await verifier.verify({ ...key, pss: { hash: 'sha512', saltLength: 64 } }, message, made)).toBe(
        hash === 'sha512',
      );
    }
    const verifier = verifiers.find(({ kind, hash }) => kind === 'rsa-pss' && hash === 'sha256')!;
    const options = { key: restricted.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(await verifier.verify(keyOf(restricted.publicKey), message, sign('sha256', message, options))).toBe(true);
    const pkcs1 = verifiers.find(({ kind, hash }) => kind === 'rsa-pkcs1' && hash === 'sha256')!;
    const { publicKey: pub, privateKey } = RSA;
    const signature = sign('sha256', message, privateKey);
    expect(await pkcs1.verify(keyOf(pub), message, signature)).toBe(true);
    expect(await pkcs1.verify({ ...keyOf(pub), kind: 'rsa-pss' }, message, signature)).toBe(false);
  });
});

test('the default offer is the same in both providers, in the same order', () => {
  const [node, noble] = WHOLE.map(({ provider }) =>
    provider.verifiers.map(({ kind, hash, curves }) => [kind, hash, curves]),
  );
  expect(noble).toEqual(node);
});

function find(verifiers: readonly SignatureVerifier[], { kind, hash, key }: Case): SignatureVerifier | undefined {
  return verifiers.find(
    (verifier) =>
      verifier.kind === kind &&
      verifier.hash === hash &&
      (key.kind !== 'rsa-pss' || kind === 'rsa-pss') &&
      (verifier.curves === undefined || verifier.curves.includes(key.curve!)),
  );
}

function ecCases(): Case[] {
  const curves = {
    'P-256': 'P-256',
    'P-384': 'P-384',
    'P-521': 'P-521',
    secp256k1: 'secp256k1',
    brainpoolP256r1: 'brainpoolP256r1',
    brainpoolP384r1: 'brainpoolP384r1',
    brainpoolP512r1: 'brainpoolP512r1',
  };
  const cases: Case[] = [];
  for (const [label, namedCurve] of Object.entries(curves)) {
    const pair = generateKeyPairSync('ec', { namedCurve });
    for (const hash of label.startsWith('P-') ? (['sha1', ...HASHES] as const) : HASHES) {
      cases.push({
        kind: 'ecdsa',
        hash,
        label,
        key: keyOf(pair.publicKey),
        sign: (message) => sign(hash, message, pair.privateKey),
      });
    }
  }
  return cases;
}

function rsaCases(): Case[] {
  const { publicKey: pub, privateKey } = RSA;
  const key = keyOf(pub);
  const cases: Case[] = [];
  for (const hash of HASHES) {
    const pss = {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
    cases.push({ kind: 'rsa-pss', hash, label: '2048', key, sign: (message) => sign(hash, message, pss) });
  }
  for (const hash of ['sha1', ...HASHES] as const) {
    cases.push({ kind: 'rsa-pkcs1', hash, label: '2048', key, sign: (message) => sign(hash, message, privateKey) });
  }
  return cases;
}

function edwardsCases(): Case[] {
  const pairs = { ed25519: generateKeyPairSync('ed25519'), ed448: generateKeyPairSync('ed448') };
  return Object.entries(pairs).map(([kind, pair]) => ({
    kind,
    hash: null,
    label: '',
    key: keyOf(pair.publicKey),
    sign: (message: Uint8Array) => sign(null, message, pair.privateKey),
  }));
}

function keyOf(key: KeyObject): PublicKey {
  return publicKey(new Uint8Array(key.export({ format: 'der', type: 'spki' })));
}

function joined(r: Uint8Array, s: bigint): Uint8Array {
  return new Uint8Array([...r, ...Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
}
