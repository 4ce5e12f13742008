import { expect, test } from 'vitest';
import { Queue } from '../../../src/bytes/index.ts';
import { fc } from '../../support/properties.ts';

test('a queue gives back what came, in order, whatever is done between', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.nat() },
    { weight: 3, arbitrary: fc.constant('shift' as const) },
    fc.constant('clear' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const queue = new Queue<number>();
      let model: number[] = [];
      for (const one of steps) {
        if (one === 'shift') expect(queue.shift()).toBe(model.shift() ?? null);
        else if (one === 'clear') {
          queue.clear();
          model = [];
        } else {
          queue.push(one);
          model.push(one);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.peek()).toBe(model[0] ?? null);
      }
    }),
  );
});

test('a long queue lets go of what was taken', () => {
  const queue = new Queue<number>();
  for (let i = 0; i < 1000; i++) queue.push(i);
  for (let i = 0; i < 900; i++) expect(queue.shift()).toBe(i);
  const held = (queue as unknown as { readonly items: readonly number[] }).items.length;
  expect(held).toBeLessThan(300);
  expect(queue.length).toBe(100);
});
