import { describe, expect, it } from 'vitest';
import { runCheck } from './fixture.ts';

const FLOW = [
  'export type Flow<T> = Generator<1, T, unknown>;',
  'export function* check(n: number): Flow<boolean> { yield 1; return n > 0; }',
  'export class Holder { *run(): Flow<boolean> { return yield* check(1); } }',
  'export const maybe = (n: number): Flow<boolean> | null => (n > 0 ? check(n) : null);',
  'export const each = (list: number[], f: (n: number) => void): void => list.forEach(f);',
  '',
].join('\n');

const HEAD =
  "import { check, each, Holder, maybe, type Flow } from './flow.ts';\nexport const used = [check, each, Holder, maybe];\n";

/** What a flow says in its one line, and why it must be charged. */
const FLOATING: readonly (readonly [name: string, line: string])[] = [
  ['a bare call', 'check(1);'],
  ['a bare method call', 'new Holder().run();'],
  ['a call in parentheses', '(check(1));'],
  ['a call behind void', 'void check(1);'],
  ['a call that may return null', 'maybe(1);'],
  ['a short circuit', 'used.length > 0 && check(1);'],
  ['a default', 'maybe(0) ?? check(1);'],
  ['a branch', 'used.length > 0 ? check(1) : null;'],
  ['a comma', 'yield* (check(1), check(2));'],
  ['an unused variable', 'const unused = check(1);'],
  ['a variable that is only mentioned', 'const kept = check(1); kept;'],
  ['a condition', 'if (check(1)) return true;'],
  ['a negated condition', 'if (!check(1)) return true;'],
  ['a joined condition', 'return check(1) && used.length > 0;'],
  ['a loop condition', 'while (check(1)) return true;'],
  ['a choice', 'return check(1) ? true : false;'],
  ['a comparison', 'return check(1) === (true as unknown);'],
  ['a callback whose result nobody wants', 'each([1], (n) => check(n));'],
  ['a flow as such a callback', 'each([1], check);'],
  ['a flow as a predicate', 'return [1].filter(check).length > 0;'],
];

const HARMLESS = [
  'yield* check(1);',
  'const kept = check(1); yield* kept;',
  'const flows: Flow<boolean>[] = [check(1)]; for (const one of flows) yield* one;',
  'for (const one of [1, 2].map(check)) yield* one;',
  'for (const wait of check(1)) yield wait;',
  'const flow = maybe(1); if (flow !== null) yield* flow;',
  'check(1).next();',
  'if (yield* check(1)) return true;',
  'each([1], (n) => { used.push(n as never); });',
  '// check(1);',
];

function flow(line: string): string {
  return `export function* outer(): Flow<boolean> {\n  ${line}\n  return false;\n}\n`;
}

describe('check-flows', () => {
  const files: Record<string, string> = { 'handshake/flow.ts': FLOW };
  FLOATING.forEach(([, line], index) => {
    files[`handshake/bad${index}.ts`] = HEAD + flow(line);
  });
  HARMLESS.forEach((line, index) => {
    files[`handshake/good${index}.ts`] = HEAD + flow(line);
  });
  const seen = runCheck('check-flows.mjs', files);

  it.each(FLOATING.map(([name], index) => [name, index] as const))('catches %s', (_name, index) => {
    expect(seen.lines.filter((line) => line.startsWith(`src/handshake/bad${index}.ts:4 floating-flow: `))).toHaveLength(
      1,
    );
  });

  it('names the call and the remedy', () => {
    expect(seen.lines).toContain(
      'src/handshake/bad0.ts:4 floating-flow: this flow never runs: write "yield* check(...)"',
    );
  });

  it('charges nobody else', () => {
    expect(seen.lines.filter((line) => !line.startsWith('src/handshake/bad'))).toEqual([]);
    expect(seen.lines).toHaveLength(FLOATING.length);
    expect(seen.code).toBe(1);
  });

  it('passes where every flow is run, and counts the generators', () => {
    const good = runCheck('check-flows.mjs', {
      'handshake/flow.ts': FLOW,
      'handshake/a.ts': HEAD + flow('yield* check(1);'),
    });
    expect(good.lines).toEqual([]);
    expect(good.summary).toBe('check-flows: 3 generator functions in 2 modules, 0 breaches');
    expect(good.code).toBe(0);
  });

  it('accepts a source tree without generators, but not an empty one', () => {
    expect(runCheck('check-flows.mjs', { 'bytes/a.ts': 'export {};\n' }).code).toBe(0);
    expect(runCheck('check-flows.mjs', {}).code).toBe(1);
  });
});
