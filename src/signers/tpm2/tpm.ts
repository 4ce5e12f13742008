import { setTimeout as delay } from 'node:timers/promises';
import { concat, EMPTY, Reader } from '../../bytes/index.ts';
import { isTlsError, TlsError } from '../../errors/index.ts';
import { type Command, RC, RH, TAG } from './constants.ts';
import { LARGEST_MESSAGE } from './tcp.ts';
import { TpmError } from './tpm-error.ts';
import type { OwnTransport } from './transport.ts';

export interface Sent {
  readonly handles?: readonly number[];
  /** The password of each handle that wants authorization, in their order. */
  readonly passwords?: readonly Uint8Array[];
  readonly parameters?: Uint8Array;
}

export interface Answer {
  /** Of a new object; 0 where the command makes none. */
  readonly handle: number;
  readonly parameters: Reader;
}

/** "Ask again": busy, self-testing, or sparing its memory. */
const AGAIN: readonly number[] = [RC.RETRY, RC.YIELDED, RC.TESTING, RC.NV_RATE];
const MOST_RETRIES = 30;
const SHORTEST_WAIT = 5;
const LONGEST_WAIT = 500;

/** Commands in the form of the TPM 2.0 Library, part 1, section 18, with passwords as authorization. */
export class Tpm {
  private readonly transport: OwnTransport;

  constructor(transport: OwnTransport) {
    this.transport = transport;
  }

  /** Rejects with a TpmError, or with a TlsError where the TPM cannot be reached. */
  async run(command: Command, sent: Sent = {}): Promise<Answer> {
    const message = encode(command, sent);
    if (message.length > LARGEST_MESSAGE) {
      throw new TlsError('ERR_TLS_INTERNAL', { detail: `${command.name} of ${message.length} bytes` });
    }
    try {
      for (let retries = 0, wait = SHORTEST_WAIT; ; retries++, wait = Math.min(2 * wait, LONGEST_WAIT)) {
        const answer = await this.transport.transmit(message.slice());
        const rc = codeOf(answer, command);
        if (rc === 0) return decode(answer, command);
        if (!AGAIN.includes(rc) || retries === MOST_RETRIES) throw new TpmError(rc, command.name);
        await delay(wait);
      }
    } finally {
      // There may be a password in it.
      message.fill(0);
    }
  }

  rest(): Promise<void> {
    return this.transport.rest();
  }

  destroy(): void {
    this.transport.destroy();
  }
}

export function u16(value: number): Uint8Array {
  return new Uint8Array([value >> 8, value]);
}

export function u32(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

/** TPM2B: with its size in front. */
export function sized(content: Uint8Array): Uint8Array {
  return concat(u16(content.length), content);
}

export function readSized(reader: Reader): Uint8Array {
  return reader.take(reader.u16()).slice();
}

/** Runs `read` over an answer; what cannot be read is the device's failure. */
export function understood<T>(command: Command, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isTlsError(error) || !error.code.startsWith('ERR_TLS_DECODE')) throw error;
    throw new TlsError('ERR_TLS_KEY_DEVICE', { detail: `the TPM answered ${command.name} unintelligibly` });
  }
}

function encode(command: Command, { handles = [], passwords = [], parameters = EMPTY }: Sent): Uint8Array {
  const areas = passwords.map((password) => concat(u32(RH.PW), u16(0), new Uint8Array([0]), sized(password)));
  const authorization = areas.length === 0 ? EMPTY : sizedLong(concat(...areas));
  const body = concat(...handles.map(u32), authorization, parameters);
  const tag = areas.length === 0 ? TAG.NO_SESSIONS : TAG.SESSIONS;
  return concat(u16(tag), u32(10 + body.length), u32(command.code), body);
}

function sizedLong(content: Uint8Array): Uint8Array {
  return concat(u32(content.length), content);
}

function codeOf(answer: Uint8Array, command: Command): number {
  return understood(command, () => {
    const reader = new Reader(answer);
    reader.u16();
    const size = reader.uint(4);
    const rc = reader.uint(4);
    if (size !== answer.length) reader.take(answer.length + 1);
    return rc;
  });
}

function decode(answer: Uint8Array, command: Command): Answer {
  return understood(command, () => {
    const reader = new Reader(answer);
    const tag = reader.u16();
    reader.take(8);
    const handle = command.returnsHandle ? reader.uint(4) : 0;
    if (tag !== TAG.SESSIONS) return { handle, parameters: reader };
    return { handle, parameters: reader.sub(reader.uint(4)) };
  });
}
