import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../../src/config/client.ts';
import type { Group } from '../../../src/crypto/index.ts';
import { settle } from '../../../src/engine/index.ts';
import { secp256r1, x25519 } from '../../../src/providers/node.ts';
import { CLIENT_HELLO_EXTENSIONS, ClientHello, decode, readExtensions } from '../../../src/wire/index.ts';
import { countedClient } from '../../support/client.ts';

/** A hybrid of which nothing is known but its form: five bytes, and then a share of x25519. */
const hybrid: Group = {
  name: 'hybrid',
  id: 0x1234,
  tls12: false,
  contains: { group: x25519, offset: 5, size: 32 },
  start: () => ({
    share: new Uint8Array(37).fill(7),
    agree: () => new Uint8Array(64),
    agreeContained: () => new Uint8Array(32),
  }),
  respond: () => ({ share: new Uint8Array(37), secret: new Uint8Array(64) }),
};
const only12: Group = { ...secp256r1, name: 'only12', id: 22, tls13: false };

function offered(options: Partial<ClientOptions>): { readonly groups: readonly number[]; readonly shares: number[] } {
  const client = countedClient(options);
  settle(client, () => {});
  const hello = decode(ClientHello, client.takeOutput()!.subarray(9));
  const values = readExtensions(CLIENT_HELLO_EXTENSIONS, hello.extensions);
  return { groups: values.supported_groups!, shares: (values.key_share ?? []).map(({ group }) => group) };
}

describe('key shares', () => {
  test.each<[string, readonly Group[], readonly number[]]>([
    ['the first group alone', [x25519, secp256r1], [29]],
    ['a hybrid and what it contains', [hybrid, secp256r1, x25519], [0x1234, 29]],
    ['a hybrid alone where what it contains is not offered', [hybrid, secp256r1], [0x1234]],
    ['the first group, and a hybrid that comes later', [secp256r1, hybrid], [23, 0x1234]],
    ['in the order of the groups', [x25519, secp256r1, hybrid], [29, 0x1234]],
  ])('%s', (_what, groups, shares) => {
    expect(offered({ groups }).shares).toEqual(shares);
  });

  test('are those that the configuration names, and no other', () => {
    expect(offered({ groups: [hybrid, x25519, secp256r1], keyShares: ['hybrid', 'secp256r1'] }).shares).toEqual([
      0x1234, 23,
    ]);
    expect(offered({ groups: [x25519, secp256r1], keyShares: [] }).shares).toEqual([]);
  });
});

test('groups are offered to versions that know them', () => {
  const groups = [hybrid, x25519, only12];
  expect(offered({ groups }).groups).toEqual([0x1234, 29, 22]);
  expect(offered({ groups, versions: ['TLSv1.3'] }).groups).toEqual([0x1234, 29]);
  expect(offered({ groups, versions: ['TLSv1.2'] })).toEqual({ groups: [29, 22], shares: [] });
});
