import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import { Inbox } from '../../../src/handshake/inbox.ts';
import { frame } from '../../../src/wire/index.ts';
import { codeOf } from '../../support/errors.ts';
import { fc } from '../../support/properties.ts';

function all(inbox: Inbox): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let next = inbox.take(); next !== null; next = inbox.take()) messages.push(next);
  return messages;
}

describe('the inbox', () => {
  const message = fc
    .tuple(fc.nat(255), fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 300, maxLength: 400 })))
    .map(([type, body]) => frame(type, body));

  test('joins messages that were cut and packed anywhere', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 40 }), (messages, cuts) => {
        const bytes = concat(...messages);
        const inbox = new Inbox(1000);
        const got: Uint8Array[] = [];
        let at = 0;
        for (const size of [...cuts, bytes.length]) {
          inbox.push(bytes.slice(at, at + size));
          at = Math.min(bytes.length, at + size);
          expect(inbox.ready).toBe(inbox.nextType !== null);
          got.push(...all(inbox));
          const taken = got.reduce((sum, one) => sum + one.length, 0);
          expect(inbox.empty).toBe(taken === at);
          expect(inbox.interrupted).toBe(taken !== at);
        }
        expect(got).toEqual(messages);
      }),
    );
  });

  test('a message within one record is not copied', () => {
    const content = concat(frame(1, new Uint8Array(3)), frame(2, new Uint8Array(4)));
    const inbox = new Inbox(100);
    inbox.push(content);
    expect(inbox.nextType).toBe(1);
    for (const one of all(inbox)) expect(one.buffer).toBe(content.buffer);
  });

  test('a message may be as long as allowed, and a header that says more is refused at once', () => {
    const inbox = new Inbox(300);
    inbox.push(frame(1, new Uint8Array(300)));
    expect(all(inbox)).toHaveLength(1);
    expect(codeOf(() => inbox.push(new Uint8Array([1, 0, 1, 45])))).toBe('ERR_TLS_MESSAGE_TOO_LONG');
    const slow = new Inbox(300);
    slow.push(new Uint8Array([1, 0, 1]));
    expect(codeOf(() => slow.push(new Uint8Array([45])))).toBe('ERR_TLS_MESSAGE_TOO_LONG');
  });

  test('clear drops what is whole and what is not', () => {
    const inbox = new Inbox(100);
    inbox.push(concat(frame(1, new Uint8Array(3)), new Uint8Array([2, 0])));
    inbox.clear();
    expect(inbox).toMatchObject({ ready: false, empty: true, interrupted: false });
    inbox.push(frame(3, new Uint8Array(1)));
    expect(all(inbox)).toEqual([frame(3, new Uint8Array(1))]);
  });
});
