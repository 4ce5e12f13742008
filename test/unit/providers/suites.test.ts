import { createDiffieHellmanGroup, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import type { Exchange12, Suite12 } from '../../../src/crypto/index.ts';
import { Task } from '../../../src/flow/index.ts';
import { createNobleProvider } from '../../../src/providers/noble.ts';
import { finiteField } from '../../../src/providers/node/optin.ts';
import { signingKeyFrom } from '../../../src/providers/node.ts';
import { CipherSuite } from '../../../src/wire/index.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { random, WHOLE } from '../../support/providers.ts';

describe.each(WHOLE)('suites of the $name provider', ({ provider, suites, hashes }) => {
  test('have the code points of the registry, each once', () => {
    for (const suite of suites) expect([suite.name, suite.id]).toEqual([suite.name, CipherSuite[suite.name as never]]);
    expect(new Set(suites.map(({ id }) => id)).size).toBe(suites.length);
  });

  test('are made of the parts that their names tell', () => {
    for (const suite of suites) {
      if (suite.version === 'TLSv1.3') {
        const aead = suite.aead.name.replace(/-/g, '_').replace('CCM_8', 'CCM_8');
        expect(`TLS_${aead}_${suite.hash.name.toUpperCase()}`).toBe(suite.name);
      } else expect([suite.name, partsOf(suite)]).toEqual([suite.name, expectedParts(suite.name)]);
    }
  });

  test('use the hashes that the provider lists', () => {
    for (const suite of suites) expect(hashes).toContain(suite.hash);
  });

  test('the default offer holds AEADs with forward secrecy and nothing else', () => {
    for (const suite of provider.suites) {
      if (suite.version === 'TLSv1.3') continue;
      expect([suite.exchange.kind, suite.bulk.kind]).toEqual(['ecdhe', expect.stringMatching(/gcm|chacha/)]);
      expect(suite.bulk.kind !== 'cbc' && suite.bulk.aead.tagSize).toBe(16);
    }
    expect(provider.suites.map(({ name }) => name)).toEqual(WHOLE[0]!.provider.suites.map(({ name }) => name));
  });
});

describe.each(WHOLE)('static RSA of the $name provider', ({ suites }) => {
  const { exchange } = suites.find(({ name }) => name === 'TLS_RSA_WITH_AES_128_CBC_SHA') as Suite12;
  const { encrypt } = exchange as Extract<Exchange12, { kind: 'rsa' }>;
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test('encrypts what the private key decrypts, padded anew each time', async () => {
    const key = signingKeyFrom(pair.privateKey);
    const premaster = random(48);
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const ciphertext = await encrypt(publicKey(key.publicKey), premaster);
      const block = await key.rsaDecrypt!.run(ciphertext, new Task('rsa-decrypt', () => null));
      expect(block.slice(0, 2)).toEqual(fromHex('0002'));
      expect(block.slice(2, 207).every((octet) => octet !== 0)).toBe(true);
      expect(block.slice(207)).toEqual(concat(fromHex('00'), premaster));
      seen.add(toHex(ciphertext));
    }
    expect(seen.size).toBe(20);
  });
});

describe('finite-field Diffie-Hellman', () => {
  const group = createDiffieHellmanGroup('modp14');
  const [p, g] = [new Uint8Array(group.getPrime()), new Uint8Array(group.getGenerator())];
  const small = new Uint8Array(createDiffieHellmanGroup('modp5').getPrime());

  test('both sides come to the same secret, as OpenSSL does, without leading zeros', async () => {
    const peer = createDiffieHellmanGroup('modp14');
    peer.generateKeys();
    for (const [generator, times] of [[g, 4] as const, [random(256).fill(0x55), 2] as const]) {
      for (let i = 0; i < times; i++) {
        const start = await finiteField.start(concat(fromHex('00'), p), generator);
        const answer = await finiteField.respond(p, generator, start.share);
        expect(toHex(await start.agree(answer.share))).toBe(toHex(answer.secret));
        expect(answer.secret[0]).not.toBe(0);
        expect([start.share.length, answer.share.length]).toEqual([256, 256]);
      }
    }
    const answer = await finiteField.respond(p, g, new Uint8Array(peer.getPublicKey()));
    expect(toHex(answer.secret)).toBe(
      peer
        .computeSecret(answer.share)
        .toString('hex')
        .replace(/^(00)+/, ''),
    );
  });

  test.each([
    ['a prime of 1536 bits', small, g],
    ['a prime of 8200 bits', new Uint8Array(1025).fill(0xff), g],
    ['an even modulus', p.map((octet, i) => (i === 255 ? octet & 0xfe : octet)), g],
    ['no modulus', new Uint8Array(0), g],
    ['a modulus of zeros', new Uint8Array(256), g],
    ['the generator 0', p, fromHex('00')],
    ['the generator 1', p, fromHex('01')],
    ['the generator p - 1', p, p.map((octet, i) => (i === 255 ? octet & 0xfe : octet))],
  ])('%s is refused as weak', (_what, modulus, generator) => {
    expect(() => finiteField.respond(modulus, generator, fromHex('05'))).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_WEAK_DH' }),
    );
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['0', fromHex('00')],
    ['1', fromHex('01')],
    ['1 behind zeros', concat(new Uint8Array(255), fromHex('01'))],
    ['p - 1', p.map((octet, i) => (i === 255 ? octet & 0xfe : octet))],
    ['p', p],
    ['more than p', concat(fromHex('01'), p)],
  ])('the public value %s is refused', (_what, value) => {
    expect(() => finiteField.respond(p, g, value)).toThrow(expect.objectContaining({ code: 'ERR_TLS_BAD_KEY_SHARE' }));
  });
});

test.each([undefined, {}, { random: null }, { random: 7 }])(
  'noble without a source of randomness is refused: %o',
  (options) => {
    expect(() => createNobleProvider(options as never)).toThrow(expect.objectContaining({ code: 'ERR_TLS_CONFIG' }));
  },
);

test.each([
  ['too few bytes', () => new Uint8Array(1)],
  ['nothing', () => undefined],
])('a source of randomness that gives %s fails instead of making weak keys', (_what, source) => {
  const provider = createNobleProvider({ random: source as never });
  for (const group of provider.groups) {
    expect(() => group.start()).toThrow(expect.objectContaining({ code: 'ERR_TLS_CONFIG' }));
  }
});

function partsOf({ exchange, auth, hash, bulk }: Suite12): string[] {
  const cipher = bulk.kind === 'cbc' ? bulk.cipher.name : bulk.aead.name;
  return [exchange.kind, auth ?? 'none', cipher, bulk.kind, bulk.kind === 'cbc' ? bulk.mac.name : '-', hash.name];
}

function expectedParts(name: string): string[] {
  const [, exchange, rest] = /^TLS_(.+)_WITH_(.+)$/.exec(name)!;
  const [, cipher, hash] = /^(.+?)(?:_(SHA\d*))?$/.exec(rest!)!;
  const kinds: Record<string, [string, string]> = {
    RSA: ['rsa', 'rsa'],
    DHE_RSA: ['dhe', 'rsa'],
    ECDHE_RSA: ['ecdhe', 'rsa'],
    ECDHE_ECDSA: ['ecdhe', 'ecdsa'],
    PSK: ['psk', 'none'],
    ECDHE_PSK: ['ecdhe-psk', 'none'],
    DHE_PSK: ['dhe-psk', 'none'],
    PSK_DHE: ['dhe-psk', 'none'],
    RSA_PSK: ['rsa-psk', 'rsa'],
  };
  const bulk = cipher!.endsWith('CBC') ? 'cbc' : cipher!.startsWith('CHACHA') ? 'chacha' : 'gcm';
  const mac = bulk === 'cbc' ? hash!.toLowerCase().replace(/^sha$/, 'sha1') : '-';
  const cipherName = cipher!.startsWith('CHACHA') ? 'CHACHA20-POLY1305' : cipher!.replace(/_/g, '-');
  return [...kinds[exchange!]!, cipherName, bulk, mac, hash === 'SHA384' ? 'sha384' : 'sha256'];
}
