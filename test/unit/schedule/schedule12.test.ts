import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, fromLatin1, toHex, Vault } from '../../../src/bytes/index.ts';
import { sha256, sha384 } from '../../../src/providers/node.ts';
import { export12, finished12, masterSecret, prf, pskPremaster, trafficKeys12 } from '../../../src/schedule/index.ts';
import { fc } from '../../support/properties.ts';

const octets = fc.uint8Array({ maxLength: 70 });

/** RFC 5246, section 5, written down a second time and as plainly as can be. */
function plainPrf(name: string, secret: Uint8Array, label: string, seed: Uint8Array, length: number): string {
  const hmac = (data: Uint8Array): Buffer => createHmac(name, secret).update(data).digest();
  const full = Buffer.concat([Buffer.from(label), seed]);
  let a: Buffer = full;
  let out = Buffer.alloc(0);
  while (out.length < length) {
    a = hmac(a);
    out = Buffer.concat([out, hmac(Buffer.concat([a, full]))]);
  }
  return out.subarray(0, length).toString('hex');
}

describe('PRF', () => {
  test('the vector for SHA-256 that the TLS working group was given', () => {
    const secret = fromHex('9bbe436ba940f017b17652849a71db35');
    const seed = fromHex('a0ba9f936cda311827a6f796ffd5198c');
    expect(toHex(prf(sha256, secret, 'test label', seed, 100))).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af' +
        '0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    );
  });

  test.each([sha256, sha384])('agrees with a plain rendering of the RFC for $name', (hash) => {
    fc.assert(
      fc.property(octets, octets, fc.nat(200), (secret, seed, length) => {
        expect(toHex(prf(hash, secret, 'some label', seed, length))).toBe(
          plainPrf(hash.name, secret, 'some label', seed, length),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('the secrets of TLS 1.2', () => {
  const client = new Uint8Array(32).fill(1);
  const server = new Uint8Array(32).fill(2);
  const master = new Uint8Array(48).fill(3);

  test('the master secret is bound to the randoms, or to the session hash, and wipes the premaster secret', () => {
    const premaster = new Uint8Array(48).fill(4);
    const byRandoms = plainPrf('sha256', premaster, 'master secret', concat(client, server), 48);
    const byHash = plainPrf('sha256', premaster, 'extended master secret', fromHex('aabb'), 48);
    const first = premaster.slice();
    const vault = new Vault();
    expect(toHex(masterSecret(sha256, first, { kind: 'randoms', client, server }, vault).reveal())).toBe(byRandoms);
    expect(first.every((byte) => byte === 0)).toBe(true);
    const sessionHash = fromHex('aabb');
    const second = masterSecret(sha256, premaster, { kind: 'extended', sessionHash }, vault);
    expect(toHex(second.reveal())).toBe(byHash);
    vault.wipe();
    expect(second.reveal()).toHaveLength(0);
  });

  test('the key block is cut as RFC 5246, section 6.3 says', () => {
    const block = plainPrf('sha384', master, 'key expansion', concat(server, client), 2 * (20 + 16 + 4));
    const keys = trafficKeys12(sha384, master, client, server, { mac: 20, key: 16, iv: 4 });
    const parts = [keys.client.mac, keys.server.mac, keys.client.key, keys.server.key, keys.client.iv, keys.server.iv];
    expect(toHex(concat(...parts))).toBe(block);
    expect(parts.map((part) => part.length)).toEqual([20, 20, 16, 16, 4, 4]);
  });

  test('verify_data has 12 bytes and differs by role', () => {
    const hash = sha256.digest(fromLatin1('transcript'));
    expect(toHex(finished12(sha256, master, 'client', hash))).toBe(
      plainPrf('sha256', master, 'client finished', hash, 12),
    );
    expect(toHex(finished12(sha256, master, 'server', hash))).toBe(
      plainPrf('sha256', master, 'server finished', hash, 12),
    );
  });

  test('exporters: an absent context differs from an empty one (RFC 5705, section 4)', () => {
    const randoms = { client, server };
    const without = plainPrf('sha256', master, 'label', concat(client, server), 24);
    const empty = plainPrf('sha256', master, 'label', concat(client, server, fromHex('0000')), 24);
    const some = plainPrf('sha256', master, 'label', concat(client, server, fromHex('0002 c0de')), 24);
    expect(toHex(export12(sha256, master, randoms, 'label', null, 24))).toBe(without);
    expect(toHex(export12(sha256, master, randoms, 'label', new Uint8Array(0), 24))).toBe(empty);
    expect(toHex(export12(sha256, master, randoms, 'label', fromHex('c0de'), 24))).toBe(some);
  });

  test('the premaster secret of PSK suites (RFC 4279, section 2; RFC 5489, section 2)', () => {
    expect(toHex(pskPremaster(null, fromHex('aabbcc')))).toBe('00030000000003aabbcc');
    expect(toHex(pskPremaster(fromHex('0102'), fromHex('aabbcc')))).toBe('000201020003aabbcc');
  });
});
