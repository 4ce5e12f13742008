import { createHash } from 'node:crypto';
import type { Host } from '../../support/host.ts';

// What our side says, in either role.

export const LINE = 'The quick brown fox jumps over the lazy dog.\n';
export const BULK_SIZE = 5_000_000;

/** Lines of text, since some peers know nothing else, each of them different. */
export function pattern(size: number): Buffer {
  const lines: string[] = [];
  for (let i = 0; i * 1000 < size; i++) lines.push(`${i}${'.'.repeat(999)}`.slice(0, 999));
  return Buffer.from(`${lines.join('\n')}\n`).subarray(0, size);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: ${a} instead of ${e}`);
}

/** Sends a line, reads it back, and says goodbye. */
export async function sendLine(host: Host, answer: string = LINE): Promise<void> {
  host.send(LINE);
  expectSame('the echo', (await host.read(answer.length)).toString(), answer);
  await host.finish();
  expectCleanEnd(host);
}

/** The same, unless what a resuming client says was sent as early data already. */
export async function receiveLine(host: Host, answer: string = LINE): Promise<void> {
  if (!host.has('early-data')) return sendLine(host, answer);
  expectSame('the echo', (await host.read(answer.length)).toString(), answer);
  await host.finish();
  expectCleanEnd(host);
}

/** Sends back one line and says goodbye. */
export async function answerLine(host: Host): Promise<void> {
  host.send(await host.read(LINE.length));
  await host.finish();
  expectCleanEnd(host);
}

/** Sends back 5 MB as they come, and says goodbye. */
export async function answerBulk(host: Host): Promise<void> {
  for (let left = BULK_SIZE; left > 0; ) {
    const piece = await host.read(Math.min(left, 100_000));
    host.send(piece);
    left -= piece.length;
  }
  await host.finish();
  expectCleanEnd(host);
}

/** Sends back whatever comes until the peer says goodbye. */
export async function echoToEnd(host: Host): Promise<void> {
  for (let piece = await host.next(); piece !== null; piece = await host.next()) host.send(piece);
  await host.finish();
  expectCleanEnd(host);
}

/** 5 MB out, the same 5 MB back. */
export async function sendBulk(host: Host): Promise<void> {
  const bytes = pattern(BULK_SIZE);
  for (let at = 0; at < bytes.length; at += 100_000) host.send(bytes.subarray(at, at + 100_000));
  expectSame('SHA-256 of the echo', sha256(await host.read(BULK_SIZE)), sha256(bytes));
  await host.finish();
  expectCleanEnd(host);
}

/** 5 MB in, 5 MB out, for peers that do not echo. */
export async function exchangeBulk(host: Host): Promise<void> {
  const bytes = pattern(BULK_SIZE);
  host.send(bytes);
  expectSame('SHA-256 of what came', sha256(await host.read(BULK_SIZE)), sha256(bytes));
  await host.finish();
  expectCleanEnd(host);
}

/** Says goodbye first, and the peer, which answers what it got so far, only then. */
export async function halfClose(host: Host): Promise<void> {
  host.send(LINE);
  host.close();
  expectSame('what came after our close_notify', (await host.readToEnd()).toString(), LINE);
  expectCleanEnd(host);
}

/** Reads to the end, and only then sends all of it back. */
export async function answerHalfClose(host: Host): Promise<void> {
  const all = await host.readToEnd();
  host.send(all);
  await host.finish();
  expectCleanEnd(host);
}

/** Several changes of keys, with data before and behind each. */
export async function updateKeys(host: Host): Promise<void> {
  for (const requestPeer of [true, false, true, true]) {
    host.engine.updateKeys(requestPeer);
    host.send(LINE);
    expectSame('the echo', (await host.read(LINE.length)).toString(), LINE);
  }
  await host.finish();
  expectCleanEnd(host);
}

/** Another handshake after the first, and data behind it. */
export async function renegotiate(host: Host, answer: string = LINE): Promise<void> {
  host.engine.renegotiate();
  host.turn();
  await host.until(() => secures(host) === 2);
  await sendLine(host, answer);
}

/** How many handshakes have been done. */
export function secures(host: Host): number {
  return host.events.filter((event) => event.type === 'secure').length;
}

/** The peer's side ended with close_notify, not with the transport. */
export function expectCleanEnd(host: Host): void {
  const end = host.events.find((event) => event.type === 'end');
  if (end?.type !== 'end') throw new Error('the peer has not ended');
  if (end.truncated) throw new Error('the peer ended without close_notify');
}
