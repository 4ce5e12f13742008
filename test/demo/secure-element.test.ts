import { type ChildProcess, fork } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { DEMO } from './run-demo.ts';

interface Answer {
  readonly id: number;
  readonly output?: Uint8Array;
  readonly error?: string;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill();
});

/** Powers a secure element up; the function asks it. */
function powerUp(...args: string[]): {
  chip: ChildProcess;
  ask: (command: unknown, input?: unknown) => Promise<Answer>;
} {
  const chip = fork(path.join(DEMO, 'secure-element.mjs'), args, { serialization: 'advanced', execArgv: [] });
  started.push(chip);
  let lastId = 0;
  const ask = (command: unknown, input?: unknown): Promise<Answer> => {
    const id = ++lastId;
    return new Promise((resolve) => {
      const listen = (answer: Answer): void => {
        if (answer.id !== id) return;
        chip.off('message', listen);
        resolve(answer);
      };
      chip.on('message', listen);
      chip.send({ id, command, input } as object);
    });
  };
  return { chip, ask };
}

it('signs digests as r and s', async () => {
  const { ask } = powerUp();
  const { output: spki } = await ask('publicKey');
  const { output: signature } = await ask('sign', createHash('sha256').update('hello').digest());
  const key = createPublicKey({ key: Buffer.from(spki!), type: 'spki', format: 'der' });
  expect(signature).toHaveLength(64);
  expect(verify('sha256', Buffer.from('hello'), { key, dsaEncoding: 'ieee-p1363' }, signature!)).toBe(true);
});

it('makes another key each time', async () => {
  const [one, two] = await Promise.all([powerUp().ask('publicKey'), powerUp().ask('publicKey')]);
  expect(one.output).not.toEqual(two.output);
});

it('has no other command', async () => {
  const { ask } = powerUp();
  for (const command of ['privateKey', 'export', 'constructor', '__proto__', '', null, 7, ['sign'], undefined]) {
    const { output, error } = await ask(command);
    expect(output).toBeUndefined();
    expect(error).toBe('there is no such command');
  }
});

it('signs nothing but digests of 32 bytes', async () => {
  const { ask } = powerUp();
  for (const input of [undefined, null, 'text', new Uint8Array(31), new Uint8Array(33), { length: 32 }]) {
    expect(await ask('sign', input)).toMatchObject({ error: 'sign takes a digest of 32 bytes' });
  }
});

it('does one thing at a time', async () => {
  const { ask } = powerUp('--latency', '50');
  const order: string[] = [];
  const digest = new Uint8Array(32);
  const asked = [
    ask('sign', digest).then(() => order.push('first')),
    ask('sign', digest).then(() => order.push('second')),
    ask('publicKey').then(() => order.push('public key')),
  ];
  await Promise.all(asked);
  expect(order).toEqual(['first', 'second', 'public key']);
});

it('ends when whoever started it has gone', async () => {
  const { chip, ask } = powerUp();
  await ask('publicKey');
  chip.disconnect();
  const [code] = await once(chip, 'exit');
  expect(code).toBe(0);
});
