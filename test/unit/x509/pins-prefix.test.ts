import { expect, it } from 'vitest';
import { toBase64 } from '../../../src/bytes/index.ts';
import { sha256 } from '../../../src/providers/node.ts';
import { keyPins } from '../../../src/x509/index.ts';

it('reads a pin whose base64 begins with a slash, in every form', () => {
  const text = toBase64(new Uint8Array(32).fill(0xff));
  expect(text.startsWith('/')).toBe(true);
  for (const pin of [text, `sha256/${text}`, `sha256//${text}`]) expect(() => keyPins(sha256, [pin])).not.toThrow();
  expect(() => keyPins(sha256, [`sha256///${text}`])).toThrow('not 32 bytes');
});
