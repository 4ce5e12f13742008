// `npm run bench`: signet-tls beside node:tls, each row measured in turns within one run; ratios are what counts.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Authority } from '../demo/pki.mjs';
import { identities } from '../scripts/lib/identities.mjs';
import { ROWS } from './rows.mjs';

const USAGE = `usage: npm run bench -- [--quick] [--rounds N] [--row NAME] [--keys] [--json]
  --quick     a tenth of the work: for trying the bench out, not for figures
  --rounds N  how often each row is measured, in turns (default 3); the median counts
  --row NAME  only rows whose name contains NAME
  --keys      keys in a soft token and a soft TPM instead, beside the devices' own work
  --json      the figures as JSON`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    rounds: { type: 'string', default: '3' },
    row: { type: 'string', default: '' },
    keys: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (flags.help) {
  console.log(USAGE);
  process.exit(0);
}
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds takes a whole number from 1\n${USAGE}`);
  process.exit(2);
}

const scale = flags.quick ? 0.1 : 1;
const LIBRARIES = ['node:tls', 'signet-tls'];

function child(file, args = []) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--expose-gc'] });
}

async function measure(library, { row, task, goals }, world) {
  const process_ = child('./measure.mjs', [library, row]);
  process_.send({ ...(goals === undefined ? scaled(task) : task), ...world });
  const [result] = await Promise.race([
    once(process_, 'message'),
    once(process_, 'exit').then(([code]) => {
      throw new Error(`${library}, ${row}: exit code ${code}`);
    }),
  ]);
  process_.kill();
  return result;
}

function scaled(task) {
  const { count = 0, warm = 0, megabytes = 0 } = task;
  return { ...task, count: count * scale, warm: warm * scale, megabytes: megabytes * scale };
}

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const figure = (result) => result.perSecond ?? (result.bytes === undefined ? result.ms : result.bytes / 1024);

async function main() {
  const authority = new Authority('Bench CA');
  const { cert, key } = authority.issueServer('bench.test');
  const peer = child('./peer.mjs');
  peer.send({ cert, key });
  const [{ port }] = await once(peer, 'message');
  const world = {
    port,
    ca: authority.cert,
    certificates: certificates(authority),
    ...identities(authority, 'bench.test'),
  };
  const report = [];
  for (const row of ROWS.filter((one) => one.name.includes(flags.row))) {
    const libraries = row.goals === undefined ? LIBRARIES : ['signet-tls'];
    const results = { 'node:tls': [], 'signet-tls': [] };
    for (let i = 0; i < rounds; i++) {
      for (const library of libraries) results[library].push(await measure(library, row, world));
    }
    report.push(row.goals === undefined ? summary(row, results) : against(row, results['signet-tls']));
    if (!flags.json) print(report[report.length - 1]);
  }
  peer.disconnect();
  if (flags.json) console.log(JSON.stringify({ node: process.version, rounds, rows: report }, null, 2));
}

/** A chain of three, and the pool of a hostile peer: many authorities of the right name, none of which has signed the leaf. */
function certificates(root) {
  const name = 'Bench Intermediate';
  const intermediate = root.issueAuthority(name);
  const leaf = intermediate.issueServer('bench.test');
  const lookAlikes = Array.from({ length: 120 }, () => root.issueAuthority(name).cert);
  return { leaf: leaf.cert, intermediate: intermediate.cert, root: root.cert, lookAlikes };
}

function summary({ name, unit, less = false }, results) {
  const [theirs, ours] = LIBRARIES.map((library) => median(results[library].map(figure)));
  const cpu = LIBRARIES.map((library) => median(results[library].map((result) => result.cpuMs ?? Number.NaN)));
  return { name, unit, less, theirs, ours, ratio: ours / theirs, cpuRatio: cpu[1] / cpu[0] };
}

/** The worst of all rounds counts. */
function against({ name, goals }, results) {
  const worst = {};
  for (const key of Object.keys(goals)) worst[key] = Math.max(...results.map((result) => result[key]));
  return { name, goals, worst };
}

function print(row) {
  if (row.goals === undefined) return printRatio(row);
  const said = Object.entries(row.goals).map(
    ([key, goal]) => `${key} ${row.worst[key].toFixed(0)} (goal: under ${goal})`,
  );
  console.log(`${row.name.padEnd(30)} signet-tls ${said.join(', ')}`);
}

function printRatio({ name, unit, less, theirs, ours, ratio, cpuRatio }) {
  const column = (value) => value.toFixed(value < 100 ? 1 : 0).padStart(8);
  const cpu = Number.isNaN(cpuRatio) ? '' : `   CPU ${cpuRatio.toFixed(2)}`;
  const wish = less ? 'less is better' : 'more is better';
  console.log(
    `${name.padEnd(30)} node:tls ${column(theirs)}  signet-tls ${column(ours)} ${unit.padEnd(6)} ratio ${ratio.toFixed(2)} (${wish})${cpu}`,
  );
}

function printKey(row) {
  if (row.missing !== undefined) return console.log(`${row.device.padEnd(22)} left out: ${row.missing}`);
  const { raw, ours, roundTrip, verified, perSecond, stallMs } = row;
  const added = ours - raw;
  const share = roundTrip === undefined ? added / raw : added / roundTrip;
  const of = roundTrip === undefined ? 'the operation' : `a round trip of ${roundTrip.toFixed(0)} µs`;
  const stall = stallMs === undefined ? '' : `; loop stood still for ${stallMs.toFixed(1)} ms at most (goal: 15)`;
  console.log(
    `${row.device.padEnd(22)} raw ${raw.toFixed(0)} µs, ours adds ${added.toFixed(0)} µs, ${(share * 100).toFixed(0)} % of ${of} ` +
      `(goal: 10 %); verified in ${verified.toFixed(0)} µs; ${perSecond.toFixed(0)} handshakes/s${stall}`,
  );
}

async function keys() {
  const { keyRows } = await import('./keys.mjs');
  const rows = await keyRows({ scale, print: flags.json ? () => {} : printKey });
  if (flags.json) console.log(JSON.stringify({ node: process.version, rows }, null, 2));
}

if (flags.keys) {
  if (!flags.json) console.log(`Node ${process.version}, P-256 keys in soft devices, medians`);
  await keys();
} else {
  if (!flags.json) console.log(`Node ${process.version}, client side, ${rounds} rounds in turns, medians`);
  await main();
}
