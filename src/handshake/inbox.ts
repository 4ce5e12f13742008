import { Queue } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';

/** Bytes before a handshake message's body: type and length (RFC 9846, section 4). */
export const MESSAGE_HEADER = 4;

/** Joins what handshake records hold into messages, which may be cut and packed anywhere. */
export class Inbox {
  private readonly maxMessage: number;
  private readonly whole: Queue<Uint8Array> = new Queue();
  private head: Uint8Array = new Uint8Array(MESSAGE_HEADER);
  /** The message being gathered, header included; null while even its header is incomplete. */
  private partial: Uint8Array | null = null;
  private filled: number = 0;

  constructor(maxMessage: number) {
    this.maxMessage = maxMessage;
  }

  /** The content of one handshake record. Fails with ERR_TLS_MESSAGE_TOO_LONG. */
  push(content: Uint8Array): void {
    let at = 0;
    while (at < content.length) {
      if (this.filled === 0 && content.length - at >= MESSAGE_HEADER) {
        const size = this.sizeOf(content, at);
        if (content.length - at >= size) {
          this.whole.push(content.subarray(at, at + size));
          at += size;
          continue;
        }
      }
      at += this.fill(content, at);
    }
  }

  /** Whether a message is there. */
  get ready(): boolean {
    return this.whole.length > 0;
  }

  /** Whether nothing is there, not even part of a message. */
  get empty(): boolean {
    return this.whole.length === 0 && this.filled === 0;
  }

  /** Whether a message has begun and not ended. */
  get interrupted(): boolean {
    return this.filled > 0;
  }

  /** The type of the next message; null if none is there. */
  get nextType(): number | null {
    const message = this.whole.peek();
    return message === null ? null : message[0]!;
  }

  /** The next message, header included. */
  take(): Uint8Array | null {
    return this.whole.shift();
  }

  clear(): void {
    this.whole.clear();
    this.partial = null;
    this.filled = 0;
  }

  /** Copies into the message being gathered as much as belongs to it; returns how much that was. */
  private fill(content: Uint8Array, at: number): number {
    const into = this.partial === null ? this.head : this.partial;
    const count = Math.min(into.length - this.filled, content.length - at);
    into.set(content.subarray(at, at + count), this.filled);
    this.filled += count;
    if (this.filled < into.length) return count;
    if (this.partial === null) this.partial = this.begin();
    if (this.filled === this.partial.length) {
      this.whole.push(this.partial);
      this.partial = null;
      this.filled = 0;
    }
    return count;
  }

  private begin(): Uint8Array {
    const message = new Uint8Array(this.sizeOf(this.head, 0));
    message.set(this.head);
    return message;
  }

  private sizeOf(bytes: Uint8Array, at: number): number {
    const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (length > this.maxMessage) {
      fail(
        'ERR_TLS_MESSAGE_TOO_LONG',
        `message type ${bytes[at]!} of ${length} bytes where ${this.maxMessage} are allowed`,
      );
    }
    return MESSAGE_HEADER + length;
  }
}
