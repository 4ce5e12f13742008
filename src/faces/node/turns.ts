import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

// A thousand clients that come at once are a second of work, which the event loop would do in one go: timers and other
// connections would wait that long.

/** How long handshakes may go on before others have their turn, in milliseconds. */
const SLICE_MS = 10;

type Work = () => void;

let queue: Work[] = [];
let next = 0;
/** When the work of this turn of the event loop began; null before it has. */
let began: number | null = null;

/** Runs `work` at once (true) while there is time in this turn of the event loop, else in one of the next, in order. */
export function inTurn(work: Work): boolean {
  if (began === null) {
    began = performance.now();
    setImmediate(goOn);
  }
  if (queue.length === 0 && hasTime(began)) {
    work();
    return true;
  }
  queue.push(AsyncResource.bind(work));
  return false;
}

function goOn(): void {
  const start = performance.now();
  began = start;
  try {
    while (next < queue.length && hasTime(start)) queue[next++]!();
  } finally {
    // A listener that throws ends this turn, not those of others.
    if (next === queue.length) {
      queue = [];
      next = 0;
      began = null;
    } else setImmediate(goOn);
  }
}

function hasTime(since: number): boolean {
  return performance.now() - since < SLICE_MS;
}
