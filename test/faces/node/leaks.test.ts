import { beforeAll, expect, it } from 'vitest';
import { ensureDist } from '../../support/dist.ts';
import { run } from '../../support/tools.ts';

beforeAll(() => ensureDist(), 120_000);

/** `npm run leaks` does the same with 10,000 of them. */
it('connections that are destroyed at random moments leave nothing behind', async () => {
  const args = ['scripts/leaks.mjs', '--connections', '400', '--warm-up', '200', '--json'];
  const { code, output } = await run(process.execPath, args);
  const figures = JSON.parse(output);
  expect(figures.faults).toEqual([]);
  expect(figures).toMatchObject({ sockets: 0, openConnections: 0, listeners: 0, resources: {} });
  expect(code).toBe(0);
});
