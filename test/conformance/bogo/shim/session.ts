import { createClientEngine, createServerEngine } from '../../../../src/engine/index.ts';
import { checkEarly, checkHandshake, checkSession13 } from './checks.ts';
import { clientOf } from './client.ts';
import type { Config } from './flags.ts';
import { dial, drain, Link } from './link.ts';
import type { Memory } from './memory.ts';
import { serverOf } from './server.ts';
import { expect, Unexpected } from './unexpected.ts';
import { Watch } from './watch.ts';
import { earlyWrites, initialWrites } from './writes.ts';

/** One connection from beginning to end. `retry`: how it goes on once early data was rejected. */
export async function connect(config: Config, retry: Config, memory: Memory, resuming: boolean): Promise<void> {
  const offered = resuming && !config.server ? memory.session : null;
  expect(!resuming || config.server || offered !== null, 'there is no session to offer');
  const socket = await dial(config);
  let link: Link | null = null;
  try {
    const watch = new Watch(config, offered);
    const engine = config.server
      ? createServerEngine(serverOf(config, memory, watch))
      : createClientEngine(clientOf(config, memory, watch));
    link = new Link(engine, socket, config.async, (event) => {
      if (event.type === 'early-data' && event.status === 'rejected') watch.verifier.config = retry;
      watch.messages.note(event);
      if (watch.earlyAfter !== 0 && watch.messages.lastReceived === watch.earlyAfter) {
        watch.earlyAfter = 0;
        watch.earlyRest = earlyWrites(made, config);
      }
    });
    const made = link;
    made.patient = watch.earlyAfter !== 0;
    watch.verifier.update = () => made.take();
    await exchange(link, config, retry, watch, resuming);
    if (watch.newSession !== null) memory.session = watch.newSession;
  } finally {
    if (link !== null) link.release();
    await drain(socket);
  }
}

async function exchange(link: Link, initial: Config, retry: Config, watch: Watch, resuming: boolean): Promise<void> {
  const early = await handshake(link, initial, watch);
  const config = early === 'rejected' ? retry : initial;
  checkEarly(link.engine, initial, config, resuming);
  checkHandshake(link.engine, config, watch, resuming);
  const renewed = watch.newSession;
  if (link.engine.facts.version === 'TLSv1.3') watch.newSession = null;
  if (early instanceof Uint8Array) link.send(early);
  else initialWrites(link, config, watch);
  const truncated = config['shim-shuts-down'] ? await shutDown(link, config) : await echo(link, config, watch);
  checkSession13(link.engine, config, watch);
  watch.messages.check(config);
  if (watch.newSession === null) watch.newSession = renewed;
  link.engine.close();
  link.flush();
  if (config['check-close-notify']) expect(!truncated, 'Unexpected SSL_shutdown result: -1 != 1');
  const total = config['expect-total-renegotiations'];
  expect(watch.handshakes - 1 === total, `${watch.handshakes - 1} renegotiations`);
}

/**
 * Runs until data can be sent, which for a server may be before the handshake is done. Returns what is left of early
 * data that a client sent, or that all of it was rejected; null without early data.
 */
async function handshake(link: Link, config: Config, watch: Watch): Promise<Uint8Array | 'rejected' | null> {
  let early: Uint8Array | 'rejected' | null = null;
  for (;;) {
    const event = await link.next();
    if (event === null) throw new Unexpected('closed during the handshake');
    if (event.type === 'session') watch.newSession = event.session;
    if (event.type === 'key-log') watch.secrets.set(event.label, event.secret);
    if (event.type === 'early-data') {
      if (event.status === 'possible') early = watch.earlyAfter === 0 ? earlyWrites(link, config) : null;
      else if (event.status === 'rejected') early = 'rejected';
      else if (config.server) return null;
    }
    if (event.type !== 'secure') continue;
    watch.handshakes += 1;
    return watch.earlyRest ?? early;
  }
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
