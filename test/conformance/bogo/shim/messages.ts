import type { Event, TraceMessage } from '../../../../src/handshake/events.ts';
import type { Config } from './flags.ts';
import { expect } from './unexpected.ts';

const CERTIFICATE_REQUEST = 13;
const HEADER_SIZE = 4;

/** Whether the flags ask about messages, so that the engine has to tell of them. */
export function asksForMessages(config: Config): boolean {
  const { 'expect-msg-callback': expected, 'expect-certificate-types': types } = config;
  return expected !== '' || types !== null || config['early-write-after-message'] !== 0;
}

/** All messages of a connection, in their order. */
export class MessageLog {
  private readonly us: 'client' | 'server';
  private readonly all: TraceMessage[] = [];

  constructor(config: Config) {
    this.us = config.server ? 'server' : 'client';
  }

  note(event: Event): void {
    if (event.type === 'message' && event.protocol !== 'application_data') this.all.push(event);
  }

  /** The type of the handshake message that came last; null: none did. */
  get lastReceived(): number | null {
    const last = this.all.findLast(({ from, protocol }) => from !== this.us && protocol === 'handshake');
    return last?.bytes[0] ?? null;
  }

  check(config: Config): void {
    const expected = config['expect-msg-callback'];
    const lines = this.all.map((message) => `${message.from === this.us ? 'write' : 'read'} ${say(message)}\n`);
    expect(expected === '' || expected === lines.join(''), `the messages are\n${lines.join('')}`);
    const types = config['expect-certificate-types'];
    if (types === null) return;
    const request = this.all.find(
      ({ protocol, bytes }) => protocol === 'handshake' && bytes[0] === CERTIFICATE_REQUEST,
    );
    const count = request?.bytes[HEADER_SIZE] ?? 0;
    const got = request?.bytes.subarray(HEADER_SIZE + 1, HEADER_SIZE + 1 + count) ?? [];
    expect(Buffer.from(got).equals(types), `the certificate types are ${got}`);
  }
}

/** BoringSSL's words. */
function say({ protocol, bytes }: TraceMessage): string {
  if (protocol === 'handshake') return `hs ${bytes[0]}`;
  return protocol === 'alert' ? `alert ${bytes[0]} ${bytes[1]}` : 'ccs';
}
