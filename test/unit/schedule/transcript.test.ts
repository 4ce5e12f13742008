import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { concat, fromHex, fromLatin1, toHex } from '../../../src/bytes/index.ts';
import { sha256, sha384 } from '../../../src/providers/node.ts';
import { Transcript } from '../../../src/schedule/index.ts';
import { codeOf } from '../../support/errors.ts';

const [one, two, three] = ['one', 'two', 'three'].map(fromLatin1) as [Uint8Array, Uint8Array, Uint8Array];

function hashOf(...parts: readonly Uint8Array[]): string {
  return createHash('sha256')
    .update(concat(...parts))
    .digest('hex');
}

test('messages count from the first on, before and after the hash is known', () => {
  const transcript = new Transcript();
  transcript.add(one);
  transcript.add(two);
  transcript.start(sha256);
  expect(toHex(transcript.hash())).toBe(hashOf(one, two));
  transcript.add(three);
  expect(toHex(transcript.hash())).toBe(hashOf(one, two, three));
});

test('a HelloRetryRequest replaces what was before it by a message_hash', () => {
  const transcript = new Transcript();
  transcript.add(one);
  transcript.add(two);
  transcript.startRetry(sha256);
  transcript.add(three);
  const synthetic = concat(fromHex('fe000020'), fromHex(hashOf(one)));
  expect(toHex(transcript.hash())).toBe(hashOf(synthetic, two, three));
});

test('messages are kept only as long as somebody asks for them', () => {
  const transcript = new Transcript();
  transcript.add(one);
  transcript.start(sha256, true);
  transcript.add(two);
  expect(transcript.messages()).toEqual(concat(one, two));
  transcript.forget();
  expect(transcript.messages()).toHaveLength(0);
  expect(toHex(transcript.hash())).toBe(hashOf(one, two));
});

test('the hash function is chosen once', () => {
  const transcript = new Transcript();
  transcript.start(sha256);
  transcript.start(sha256);
  expect(codeOf(() => transcript.start(sha384))).toBe('ERR_TLS_INTERNAL');
});
