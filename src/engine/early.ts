import { fail } from '../errors/index.ts';
import type { Event } from '../handshake/events.ts';
import type { EarlyLink, KeyExporter } from '../handshake/link.ts';
import type { Incoming } from './incoming.ts';
import type { Outgoing } from './outgoing.ts';

/** What happens before a TLS 1.3 handshake is done: early data one way, and an answer to it the other way. */
export class Early implements EarlyLink {
  /** Client: bytes of early data that may still be sent. */
  toSend: number = 0;
  /** Server: exports keys once early data may be answered; null before. */
  keys: KeyExporter | null = null;
  /** Server: bytes of early data that may still come; null: none may. */
  private toCome: number | null = null;
  private readonly incoming: Incoming;
  private readonly outgoing: Outgoing;
  private readonly emit: (event: Event) => void;

  constructor(incoming: Incoming, outgoing: Outgoing, emit: (event: Event) => void) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.emit = emit;
  }

  /** Sends as much as is allowed; returns how many bytes that was. */
  send(plaintext: Uint8Array): number {
    const count = Math.min(this.toSend, plaintext.length);
    this.toSend -= count;
    if (count > 0) this.outgoing.data(plaintext.subarray(0, count));
    return count;
  }

  /** Counts early data. Fails with ERR_TLS_TOO_MUCH_EARLY_DATA, or where no data may come at all. */
  receive(size: number): void {
    if (this.toCome === null) fail('ERR_TLS_UNEXPECTED_RECORD', 'application data during the handshake');
    this.toCome -= size;
    if (this.toCome < 0) fail('ERR_TLS_TOO_MUCH_EARLY_DATA', 'more than the ticket allows');
  }

  allow(bytes: number): void {
    this.toSend = bytes;
    if (bytes > 0) this.emit({ type: 'early-data', status: 'possible' });
  }

  expect(bytes: number): void {
    this.toCome = bytes === 0 ? null : bytes;
  }

  skip(bytes: number): void {
    this.incoming.skip(bytes);
  }

  allowReply(keys: KeyExporter): void {
    this.keys = keys;
  }

  dropWriteKey(): void {
    this.outgoing.dropKey();
  }
}
