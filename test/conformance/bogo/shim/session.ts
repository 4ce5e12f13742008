import { createClientEngine, createServerEngine } from '../../../../src/engine/index.ts';
import { checkHandshake, checkSession13 } from './checks.ts';
import { clientOf } from './client.ts';
import type { Config } from './flags.ts';
import { dial, drain, Link } from './link.ts';
import type { Memory } from './memory.ts';
import { serverOf } from './server.ts';
import { expect } from './unexpected.ts';
import { Watch } from './watch.ts';
import { initialWrites } from './writes.ts';

/** One connection from beginning to end. `retry`: how it goes on once early data was rejected. */
export async function connect(config: Config, _retry: Config, memory: Memory, resuming: boolean): Promise<void> {
  const offered = resuming && !config.server ? memory.session : null;
  expect(!resuming || config.server || offered !== null, 'there is no session to offer');
  const socket = await dial(config);
  let link: Link | null = null;
  try {
    const watch = new Watch(config, offered);
    const engine = config.server
      ? createServerEngine(serverOf(config, memory, watch))
      : createClientEngine(clientOf(config, memory, watch));
    link = new Link(engine, socket, config.async);
    await exchange(link, config, watch, resuming);
    if (watch.newSession !== null) memory.session = watch.newSession;
  } finally {
    if (link !== null) link.release();
    await drain(socket);
  }
}

async function exchange(link: Link, config: Config, watch: Watch, resuming: boolean): Promise<void> {
  await handshake(link, watch);
  checkHandshake(link.engine, config, watch, resuming);
  const renewed = watch.newSession;
  if (link.engine.facts.version === 'TLSv1.3') watch.newSession = null;
  initialWrites(link, config, watch);
  const truncated = config['shim-shuts-down'] ? await shutDown(link, config) : await echo(link, config, watch);
  checkSession13(link.engine, config, watch);
  if (watch.newSession === null) watch.newSession = renewed;
  link.engine.close();
  link.flush();
  if (config['check-close-notify']) expect(!truncated, 'Unexpected SSL_shutdown result: -1 != 1');
  const total = config['expect-total-renegotiations'];
  expect(watch.handshakes - 1 === total, `${watch.handshakes - 1} renegotiations`);
}

async function handshake(link: Link, watch: Watch): Promise<void> {
  for (;;) {
    const event = await link.next();
    expect(event !== null, 'closed during the handshake');
    if (event!.type === 'session') watch.newSession = event!.session;
    if (event!.type === 'key-log') watch.secrets.set(event!.label, event!.secret);
    if (event!.type === 'secure') break;
  }
  watch.handshakes += 1;
}

/** Sends back what comes, all bits inverted, until the end. Returns whether that was no proper end. */
async function echo(link: Link, config: Config, watch: Watch): Promise<boolean> {
  for (;;) {
    if (config['key-update-before-read']) link.engine.updateKeys();
    const event = await link.next();
    if (event === null) return false;
    if (event.type === 'end') return event.truncated;
    if (event.type === 'session') watch.newSession = event.session;
    if (event.type === 'secure') watch.handshakes += 1;
    if (event.type !== 'data') continue;
    link.release();
    if (config['key-update'] && link.engine.writable) link.engine.updateKeys();
    link.send(event.bytes.map((byte) => byte ^ 0xff));
  }
}

async function shutDown(link: Link, config: Config): Promise<boolean> {
  link.engine.close();
  link.flush();
  if (!config['check-close-notify']) return false;
  for (;;) {
    const event = await link.next();
    if (event === null) return false;
    if (event.type === 'end') return event.truncated;
  }
}
