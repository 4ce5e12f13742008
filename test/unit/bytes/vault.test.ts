import { expect, test } from 'vitest';
import { Secret, Vault } from '../../../src/bytes/index.ts';

test('a vault wipes all that it holds, in place', () => {
  const vault = new Vault();
  const bytes = Array.from({ length: 100 }, (_, i) => new Uint8Array([i + 1, 7]));
  const secrets = bytes.map((one) => vault.keep(one));
  expect([...secrets[99]!.reveal()]).toEqual([100, 7]);
  vault.wipe();
  for (const one of bytes) expect([...one]).toEqual([0, 0]);
  for (const secret of secrets) expect(secret.reveal()).toHaveLength(0);
});

test('a vault that lives long does not collect wiped secrets', () => {
  const vault = new Vault();
  for (let i = 0; i < 10_000; i++) vault.keep(new Uint8Array(1)).wipe();
  expect((vault as unknown as { readonly held: readonly unknown[] }).held.length).toBeLessThan(64);
});

test('a secret does not show itself', () => {
  const secret = new Secret(new Uint8Array([0xaa, 0xbb]));
  expect(`${secret}`).toBe('[secret]');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
});
