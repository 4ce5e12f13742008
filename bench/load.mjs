// The clients of a server that is measured: node:tls in a process of their own. Told over IPC what to do, one at a time.
import { once } from 'node:events';
import tls from 'node:tls';

let options = null;
let session = null;
const held = [];

/** One connection; resolves when its handshake is done. */
function open() {
  const socket = tls.connect({ ...options, session: options.resumes ? session : undefined });
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => resolve(socket));
  });
}

/** The server says something and ends. */
async function visit() {
  const socket = await open();
  if (options.resumes && session !== null && !socket.isSessionReused()) throw new Error('nothing was resumed');
  if (options.resumes && session === null) {
    socket.on('session', (given) => {
      session = given;
    });
  }
  socket.resume();
  await once(socket, 'close');
}

async function inLanes(count, atOnce, work) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const jobs = {
  async prepare(told) {
    options = { ...told, host: '127.0.0.1', servername: 'bench.test', secureContext: tls.createSecureContext(told) };
    if (options.resumes) await visit();
  },
  visit: ({ count, atOnce }) => inLanes(count, atOnce, visit),
  hold: ({ count, atOnce }) =>
    inLanes(count, atOnce, async () => {
      const socket = await open();
      socket.resume();
      socket.on('error', () => {});
      held.push(socket);
    }),
};

process.on('message', async ({ job, ...told }) => {
  try {
    await jobs[job](told);
    process.send({});
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on('disconnect', () => process.exit());
