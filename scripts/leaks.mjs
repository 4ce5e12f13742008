// Opens connections and destroys them at random moments, in both roles, both versions and over two kinds of transport,
// then looks for what they left behind. The same seed makes the same choices; what overtakes what is up to the machine.
// Usage: npm run leaks -- [--connections 10000] [--warm-up 2000] [--seed 1] [--at-once 50] [--json] [--report FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import tls from 'signet-tls';
import { Authority } from '../demo/pki.mjs';
import { churn, MOMENTS } from './lib/churn.mjs';
import { identities } from './lib/identities.mjs';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    'warm-up': { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '50' },
    json: { type: 'boolean' },
    report: { type: 'string' },
  },
});
/** What V8 compiles and learns on the way ends some time, so that the second half counts. */
const MOST_HEAP_BYTES = 1_500_000;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const connections = Number(values.connections);

const world = await churn(tls, identities(new Authority('Trial CA'), 'trial.test'));
// First whatever is made once: code, caches of certificates, ticket keys.
await half(Number(values['warm-up']), 0);
const before = await settled(world);
const first = await half(Math.ceil(connections / 2), Number(values.seed));
const between = await settled(world);
const second = await half(Math.floor(connections / 2), Number(values.seed) + 1);
const after = await settled(world);
world.close();

const figures = {
  connections,
  seconds: first.seconds + second.seconds,
  moments: Object.fromEntries(MOMENTS.map((moment) => [moment, first.counts[moment] + second.counts[moment]])),
  sockets: after.alive,
  openConnections: after.open,
  resources: difference(before.resources, after.resources),
  listeners: after.listeners - before.listeners,
  heapBytes: [between.heap - before.heap, after.heap - between.heap],
  rssBytes: after.rss - before.rss,
};
const faults = faultsOf(figures);
if (values.json) console.log(JSON.stringify({ ...figures, faults }));
else print(figures, faults);
if (values.report !== undefined) {
  const failed = faults.length;
  writeFileSync(values.report, JSON.stringify({ passed: failed === 0 ? 1 : 0, failed, skipped: 0 }));
}
process.exitCode = faults.length > 0 ? 1 : 0;

async function half(connections, seed) {
  const started = performance.now();
  const counts = await world.run({ connections, seed, atOnce: Number(values['at-once']) });
  return { counts, seconds: (performance.now() - started) / 1000 };
}

/** What is there when all is quiet: twice the same, or after ten seconds whatever it is. */
async function settled(world) {
  let last = null;
  for (let i = 0; i < 50; i++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    gc();
    gc();
    const now = await look(world);
    const quiet = last !== null && now.alive === 0 && now.open === 0 && same(now.resources, last.resources);
    if (quiet && Math.abs(now.heap - last.heap) < 20_000) return now;
    last = now;
  }
  return last;
}

async function look(world) {
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { heap: heapUsed + external, rss, resources, listeners: listenersOf(world.servers), ...(await world.look()) };
}

/** On what outlives connections. */
function listenersOf(servers) {
  let sum = 0;
  for (const emitter of [process, ...servers]) {
    for (const name of emitter.eventNames()) sum += emitter.listenerCount(name);
  }
  return sum;
}

function same(a, b) {
  return JSON.stringify(difference(a, b)) === '{}';
}

function difference(before, after) {
  const changed = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const by = (after[name] ?? 0) - (before[name] ?? 0);
    if (by !== 0) changed[name] = by;
  }
  return changed;
}

function faultsOf({ connections, moments, sockets, openConnections, resources, listeners, heapBytes }) {
  const faults = [];
  const missing = MOMENTS.filter((moment) => !(moments[moment] > 0));
  if (missing.length > 0 && connections >= 200) faults.push(`nothing ended ${missing.join(', ')}`);
  if (sockets !== 0) faults.push(`${sockets} sockets are still referred to`);
  if (openConnections !== 0) faults.push(`${openConnections} connections are open`);
  if (Object.values(resources).some((by) => by > 0)) faults.push(`there are more of ${JSON.stringify(resources)}`);
  if (listeners !== 0) faults.push(`${listeners} listeners more`);
  if (heapBytes[1] > MOST_HEAP_BYTES) faults.push(`${heapBytes[1]} bytes of memory more in the second half`);
  return faults;
}

function print({ connections, seconds, moments, sockets, openConnections, resources, listeners, ...bytes }, faults) {
  console.log(`${connections} connections in ${seconds.toFixed(1)} s, ended:`);
  for (const [moment, count] of Object.entries(moments)) console.log(`  ${moment.padEnd(20)} ${count}`);
  console.log('left behind:');
  console.log(`  sockets              ${sockets}`);
  console.log(`  open connections     ${openConnections}`);
  console.log(`  listeners            ${listeners}`);
  console.log(`  handles, timers      ${JSON.stringify(resources)}`);
  const kib = bytes.heapBytes.map((one) => `${(one / 1024).toFixed(0)} KiB`);
  console.log(`  heap and buffers     ${kib[0]} after the first half, ${kib[1]} more after the second`);
  console.log(`  resident memory      ${(bytes.rssBytes / 1024).toFixed(0)} KiB`);
  for (const fault of faults) console.log(`leak: ${fault}`);
}
