// Rows about servers: the server of the library in this process, clients of node:tls in another.
import { fork } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const AT_ONCE = 8;
const LANES = 16;
const SIGNER_MS = 100;

export function serverRows(tls) {
  return {
    /** Handshakes, several at once; the server says hello and ends. */
    async serve(task) {
      const { count, warm } = task;
      const world = await open(tls, task, (socket) => socket.end('hello'));
      await world.ask('visit', { count: warm, atOnce: AT_ONCE });
      const cpu = process.cpuUsage();
      const start = performance.now();
      await world.ask('visit', { count, atOnce: AT_ONCE });
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      world.close();
      return { perSecond: count / seconds, cpuMs: (user + system) / 1000 / count };
    },

    /** Bytes of resident memory that an idle connection takes. */
    async serveIdle(task) {
      const { count } = task;
      const world = await open(tls, task, (socket) => socket.resume());
      await world.ask('hold', { count: 50, atOnce: 20 });
      const before = await quiet();
      await world.ask('hold', { count, atOnce: 20 });
      const bytes = ((await quiet()) - before) / count;
      world.close();
      return { bytes };
    },

    /** Handshakes that all wait for one slow device, which makes some signatures at once. */
    async serveSlowly(task) {
      const device = slowDevice(task.server.key);
      const world = await open(
        tls,
        { ...task, server: { ...task.server, key: device, signTimeout: 60_000 } },
        (socket) => socket.end('hello'),
      );
      await world.ask('visit', { count: 50, atOnce: 50 });
      const blocked = watchLoop();
      const start = performance.now();
      await world.ask('visit', { count: task.count, atOnce: task.count });
      const ms = performance.now() - start;
      world.close();
      return { ms, ...blocked() };
    },
  };
}

async function open(tls, { server: identity, client, options, requestCert = false, resumes = false, ca }, handler) {
  const server = tls.createServer({ ...identity, ca, ...options, requestCert }, (socket) => {
    socket.on('error', () => {});
    socket.setNoDelay(true);
    handler(socket);
  });
  const errors = [];
  server.on('tlsClientError', (error) => errors.push(error));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 });
  await once(server, 'listening');
  const load = fork(fileURLToPath(new URL('./load.mjs', import.meta.url)));
  const ask = async (job, told) => {
    load.send({ job, ...told });
    const [{ error }] = await once(load, 'message');
    if (error !== undefined)
      throw new Error(`${job}: ${error}; ${errors[0]?.message ?? 'the server knows of nothing'}`);
  };
  await ask('prepare', { port: server.address().port, ca, resumes, ...options, ...(requestCert && client) });
  return {
    ask,
    close() {
      load.disconnect();
      server.close();
    },
  };
}

function slowDevice(pem) {
  const key = createPrivateKey(pem);
  const waiting = [];
  let busy = 0;
  const next = () => {
    if (busy === LANES || waiting.length === 0) return;
    busy += 1;
    const { data, callback } = waiting.shift();
    setTimeout(() => {
      busy -= 1;
      callback(null, sign('sha256', data, key));
      next();
    }, SIGNER_MS);
    next();
  };
  return (data, callback) => {
    waiting.push({ data, callback });
    next();
  };
}

/** How long a timer of one millisecond had to wait: on the clock, and in time of this process on a processor. */
function watchLoop() {
  const longest = { blockedMs: 0, blockedCpuMs: 0 };
  let last = performance.now();
  let lastCpu = process.cpuUsage();
  const timer = setInterval(() => {
    const [now, cpu] = [performance.now(), process.cpuUsage()];
    const used = (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1000;
    longest.blockedMs = Math.max(longest.blockedMs, now - last);
    longest.blockedCpuMs = Math.max(longest.blockedCpuMs, used);
    [last, lastCpu] = [now, cpu];
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

async function quiet() {
  await new Promise((resolve) => setTimeout(resolve, 300));
  global.gc();
  global.gc();
  return process.memoryUsage().rss;
}
