import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findTool, freePort, isAtLeast, needTool, run, start, waitForPort } from '../../support/tools.ts';

const NODE = process.execPath;

it('compares versions as numbers', () => {
  expect(isAtLeast('1.26.8', '1.24')).toBe(true);
  expect(isAtLeast('1.9', '1.24')).toBe(false);
  expect(isAtLeast('3.0.0', '3.0.1')).toBe(false);
  expect(isAtLeast('3', '3.0')).toBe(true);
});

it.skipIf(needTool('openssl') === null)('finds a tool and its version', () => {
  expect(findTool('openssl')?.version).toMatch(/^\d+\.\d+/);
});

it('runs a program with its input', async () => {
  expect(await run(NODE, ['-e', 'process.stdin.pipe(process.stdout)'], { input: 'hello' })).toEqual({
    code: 0,
    output: 'hello',
  });
});

it('tells of a program that does not exist', async () => {
  const { code, output } = await run('/nowhere/at/all', []);
  expect(code).toBeNull();
  expect(output).toContain('ENOENT');
});

it('ends what lives too long', async () => {
  const running = start(NODE, ['-e', 'setInterval(() => {}, 1000)'], { lifetimeMs: 300 });
  expect(await running.exited).toBeNull();
});

it('waits for words and for a port', async () => {
  const port = await freePort();
  const server = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('ready', ${port}))`;
  const running = start(NODE, ['-e', `setTimeout(() => ${server}, 100)`]);
  await waitForPort(port, running);
  expect((await running.says(/ready (\d+)/))[1]).toBe(String(port));
  await running.stop();
  expect(running.isOver).toBe(true);
});

it('says what a program printed that ended instead', async () => {
  const running = start(NODE, ['-e', 'console.error("no such certificate"); process.exit(3)']);
  await expect(running.says(/ready/)).rejects.toThrow(/but it ended\. no such certificate/);
  expect(await running.exited).toBe(3);
});

it('says that time has passed', async () => {
  const running = start(NODE, ['-e', 'setInterval(() => {}, 1000)']);
  await expect(running.says(/ready/, 100)).rejects.toThrow('100 ms passed');
});

it('hands out ports that can be listened on', async () => {
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});
