// One library, one row, one process: `node bench/measure.mjs LIBRARY ROW`, told the rest over IPC.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { certificateRows } from './certificates.mjs';
import { serverRows } from './servers.mjs';

const [library, row] = process.argv.slice(2);
const told = once(process, 'message');
const started = performance.now();
const { default: tls } = await import(library === 'node:tls' ? 'node:tls' : 'signet-tls');
const importMs = performance.now() - started;

const [task] = await told;
const options = { host: '127.0.0.1', port: task.port, servername: 'bench.test', ca: task.ca, ...task.options };
const context = tls.createSecureContext({ ca: task.ca, ...task.options });

function connect(job) {
  const socket = tls.connect({ ...options, secureContext: context, ALPNProtocols: [job] });
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => resolve(socket));
  });
}

async function handshake() {
  const socket = await connect('handshake');
  socket.resume();
  await once(socket, 'close');
}

/** Runs `work` and returns its wall time and this process's CPU time, in seconds. */
async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

const rows = {
  /** Full handshakes, one after the other. */
  async handshake({ count, warm }) {
    for (let i = 0; i < warm; i++) await handshake();
    const { seconds, cpu } = await timed(async () => {
      for (let i = 0; i < count; i++) await handshake();
    });
    return { perSecond: count / seconds, cpuMs: (cpu / count) * 1000 };
  },

  /** The first of a process. */
  async first() {
    const start = performance.now();
    await handshake();
    return { ms: performance.now() - start };
  },

  async send({ megabytes }) {
    const socket = await connect('sink');
    const block = Buffer.alloc(65_536, 1);
    const count = megabytes * 16;
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(count * block.length));
    const { seconds, cpu } = await timed(async () => {
      socket.write(size);
      for (let i = 0; i < count; i++) if (!socket.write(block)) await once(socket, 'drain');
      await once(socket, 'data');
    });
    socket.destroy();
    return { perSecond: megabytes / seconds, cpuMs: (cpu / megabytes) * 1000 };
  },

  async receive({ megabytes }) {
    const socket = await connect('source');
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(megabytes * 1_048_576));
    const { seconds, cpu } = await timed(async () => {
      let left = megabytes * 1_048_576;
      socket.write(size);
      socket.on('data', (data) => {
        left -= data.length;
      });
      await once(socket, 'end');
      if (left !== 0) throw new Error(`${left} bytes are missing`);
    });
    socket.destroy();
    return { perSecond: megabytes / seconds, cpuMs: (cpu / megabytes) * 1000 };
  },

  /** 64 bytes there and back. */
  async roundTrips({ count }) {
    const socket = await connect('echo');
    const message = Buffer.alloc(64, 1);
    const one = async () => {
      socket.write(message);
      for (let got = 0; got < 64; ) got += (await once(socket, 'data'))[0].length;
    };
    for (let i = 0; i < count / 4; i++) await one();
    const { seconds, cpu } = await timed(async () => {
      for (let i = 0; i < count; i++) await handshake();
    });
    socket.destroy();
    return { perSecond: count / seconds, cpuMs: (cpu / count) * 1000 };
  },

  /** Bytes of resident memory that an idle connection takes. */
  async idle({ count }) {
    const warm = await Promise.all(Array.from({ length: 20 }, () => connect('idle')));
    global.gc();
    const before = process.memoryUsage().rss;
    const sockets = [];
    for (let i = 0; i < count; i += 20) {
      sockets.push(...(await Promise.all(Array.from({ length: 20 }, () => connect('idle')))));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    global.gc();
    global.gc();
    const bytes = (process.memoryUsage().rss - before) / count;
    for (const socket of [...warm, ...sockets]) socket.destroy();
    return { bytes };
  },

  async import() {
    return { ms: importMs };
  },

  ...certificateRows(library),
  ...serverRows(tls),
};

process.send(await rows[row](task));
process.disconnect();
