import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import type { Group } from '../../../src/crypto/index.ts';
import { x25519 as nobleX25519 } from '../../../src/providers/noble.ts';
import { NamedGroup } from '../../../src/wire/index.ts';
import { inBoth, WHOLE } from '../../support/providers.ts';

const SHARE_SIZES: Readonly<Record<string, readonly [client: number, server: number, secret: number]>> = {
  X25519MLKEM768: [1216, 1120, 64],
  x25519: [32, 32, 32],
  x448: [56, 56, 56],
  secp256r1: [65, 65, 32],
  secp384r1: [97, 97, 48],
  secp521r1: [133, 133, 66],
  secp256k1: [65, 65, 32],
  ffdhe2048: [256, 256, 256],
  ffdhe3072: [384, 384, 384],
  ffdhe4096: [512, 512, 512],
};

const BAD = { code: 'ERR_TLS_BAD_KEY_SHARE', alert: 'illegal_parameter' };

describe.each(WHOLE)('groups of the $name provider', ({ groups }) => {
  test('have the code points of the registry, each once', () => {
    for (const group of groups) expect([group.name, group.id]).toEqual([group.name, NamedGroup[group.name as never]]);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(groups.length);
  });

  test.each(groups)('$name: both sides come to the same secret, another one each time', async (group) => {
    const first = await exchange(group, group);
    const second = await exchange(group, group);
    expect(toHex(first.secret)).not.toBe(toHex(second.secret));
    const sizes = SHARE_SIZES[group.name];
    if (sizes !== undefined) expect([first.client.length, first.server.length, first.secret.length]).toEqual(sizes);
  });

  test.each(groups)('$name refuses public values of another size', async (group) => {
    const start = await group.start();
    const { share } = await group.respond(start.share);
    for (const bad of [new Uint8Array(0), share.subarray(1), concat(share, fromHex('00'))]) {
      await refused(() => start.agree(bad));
    }
    for (const bad of [new Uint8Array(0), start.share.subarray(1), concat(start.share, fromHex('00'))]) {
      await refused(() => group.respond(bad));
    }
  });

  test.each(groups.filter(({ name }) => /^(secp|brainpool)/.test(name)))(
    '$name takes points on the curve alone, uncompressed',
    async (group) => {
      const { share } = await group.start();
      const size = (share.length - 1) / 2;
      const offCurve = share.slice();
      offCurve[share.length - 1]! ^= 1;
      const compressed = concat(new Uint8Array([2 + (share[share.length - 1]! & 1)]), share.subarray(1, 1 + size));
      const hybrid = concat(new Uint8Array([6 + (share[share.length - 1]! & 1)]), share.subarray(1));
      const beyond = concat(fromHex('04'), new Uint8Array(2 * size).fill(0xff));
      const zero = concat(fromHex('04'), new Uint8Array(2 * size));
      for (const bad of [offCurve, compressed, hybrid, beyond, zero, fromHex('00')])
        await refused(() => group.respond(bad));
    },
  );

  test.each(groups.filter(({ name }) => /^x(25519|448)$/.test(name)))(
    '$name refuses points that make the secret zero',
    async (group) => {
      const size = SHARE_SIZES[group.name]![0];
      const one = new Uint8Array(size);
      one[0] = 1;
      await refused(() => group.respond(new Uint8Array(size)));
      await refused(() => group.respond(one));
    },
  );

  test('the hybrid holds the x25519 that is offered besides, in shares and secrets at the end', async () => {
    const hybrid = groups.find(({ name }) => name === 'X25519MLKEM768')!;
    const { group, offset, size } = hybrid.contains!;
    expect(groups).toContain(group);
    const start = await hybrid.start();
    const contained = start.share.slice(offset, offset + size);
    expect(offset + size).toBe(start.share.length);
    const answer = await group.respond(contained);
    expect(await start.agreeContained!(answer.share)).toEqual(answer.secret);
    await refused(() => start.agreeContained!(new Uint8Array(32)));
  });

  test('the hybrid refuses encapsulation keys beyond the modulus (FIPS 203, section 7.2), and a zero x25519', async () => {
    const hybrid = groups.find(({ name }) => name === 'X25519MLKEM768')!;
    const { share } = await hybrid.start();
    const beyond = share.slice();
    beyond.fill(0xff, 0, 3);
    await refused(() => hybrid.respond(beyond));
    const zero = share.slice();
    zero.fill(0, 1184);
    await refused(() => hybrid.respond(zero));
  });

  test('the hybrid rejects a changed ciphertext implicitly: with another secret', async () => {
    const hybrid = groups.find(({ name }) => name === 'X25519MLKEM768')!;
    const start = await hybrid.start();
    const answer = await hybrid.respond(start.share);
    const changed = answer.share.slice();
    changed[0]! ^= 1;
    const secret = await start.agree(changed);
    expect(toHex(secret.subarray(0, 32))).not.toBe(toHex(answer.secret.subarray(0, 32)));
    expect(toHex(secret.subarray(32))).toBe(toHex(answer.secret.subarray(32)));
  });

  test('shares and secrets are plain memory of their own', async () => {
    for (const group of groups) {
      const { client, server, secret } = await exchange(group, group);
      for (const bytes of [client, server, secret]) {
        expect(Object.getPrototypeOf(bytes), group.name).toBe(Uint8Array.prototype);
        expect(bytes.buffer.byteLength, group.name).toBeLessThanOrEqual(bytes.length + 1);
      }
    }
  });

  test('those of TLS 1.2 are marked', () => {
    for (const { name, tls12, tls13 } of groups) {
      const only13 = name === 'X25519MLKEM768' || /tls13$|^ffdhe/.test(name);
      const only12 = name === 'secp256k1' || /^brainpool.*r1$/.test(name);
      expect([name, tls12, tls13 !== false]).toEqual([name, !only13, !only12]);
    }
  });
});

describe('groups of both providers', () => {
  test.each(inBoth(({ groups }) => groups))('%s: they agree in both directions', async (_name, one, other) => {
    await exchange(one, other);
    await exchange(other, one);
  });

  // RFC 7748, section 6.1.
  test('x25519 makes the keys and the secret of its RFC', () => {
    const alice = nobleX25519(() => fromHex(ALICE_PRIVATE)).start();
    const bob = nobleX25519(() => fromHex(BOB_PRIVATE)).start();
    expect(toHex(alice.share)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    expect(toHex(bob.share)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(toHex(alice.agree(bob.share))).toBe('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');
  });
});

const ALICE_PRIVATE = '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a';
const BOB_PRIVATE = '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb';

async function exchange(
  from: Group,
  to: Group,
): Promise<{ client: Uint8Array; server: Uint8Array; secret: Uint8Array }> {
  const start = await from.start();
  const answer = await to.respond(start.share);
  const secret = await start.agree(answer.share);
  expect(toHex(secret)).toBe(toHex(answer.secret));
  return { client: start.share, server: answer.share, secret };
}

async function refused(act: () => unknown): Promise<void> {
  await expect((async () => await act())()).rejects.toMatchObject(BAD);
}
