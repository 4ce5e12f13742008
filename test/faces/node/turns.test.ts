import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../../../src/faces/node/turns.ts';
import { ourServer } from './support/ours.ts';
import { client, readAll, VERSIONS } from './support/servers.ts';

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('work is done at once while there is time, then in later turns, in order', async () => {
  await turn();
  const done: number[] = [];
  const atOnce = [0, 1, 2, 3, 4].map((index) =>
    inTurn(() => {
      done.push(index);
      busy(11);
    }),
  );
  expect([atOnce, done]).toEqual([[true, false, false, false, false], [0]]);
  while (done.length < 5) await turn();
  expect(done).toEqual([0, 1, 2, 3, 4]);
});

it('timers have their turn in between', async () => {
  let left = 40;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  for (let i = left; i > 0; i--) {
    inTurn(() => {
      left -= 1;
      busy(3);
    });
  }
  while (left > 0) await turn();
  clearInterval(timer);
  // 120 ms of work in slices of 10 ms and a little more.
  expect(ticks).toBeGreaterThanOrEqual(6);
});

it('work that throws does not keep the rest from being done', async () => {
  const caught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => caught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
  inTurn(() => busy(11));
  inTurn(() => {
    throw new Error('a bug of the application');
  });
  let done = false;
  inTurn(() => {
    done = true;
  });
  for (let i = 0; i < 10 && !done; i++) await turn();
  expect([done, caught.length]).toEqual([true, 1]);
});

it.each(VERSIONS)('handshakes that always have to wait come about in %s, and ends come last', async (version) => {
  let over = false;
  const crowd = (): void => {
    inTurn(() => busy(11));
    if (!over) setImmediate(crowd);
  };
  onTestFinished(() => {
    over = true;
  });
  const { port, errors } = await ourServer({ minVersion: version, maxVersion: version }, (socket) => {
    socket.pipe(socket);
  });
  crowd();
  const sockets = Array.from({ length: 5 }, () => client(port));
  for (const socket of sockets) socket.end('and back');
  for (const socket of sockets) expect(`${await readAll(socket)}`).toBe('and back');
  const gone = client(port);
  gone.on('error', () => {});
  await once(gone, 'connect');
  gone.destroy();
  await expect.poll(() => errors.length).toBe(1);
});
