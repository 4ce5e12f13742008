import { concat, copyBytes, equalBytes, fromLatin1 } from '../bytes/index.ts';
import type { Aead, AeadKey, Hash } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { TicketKeeper } from '../handshake/server/settings.ts';
import { expand } from '../schedule/index.ts';

/** Bytes of one ticket key: a name of 16, and 32 of secret, as Node's `ticketKeys` has them. */
export const TICKET_KEY_SIZE = 48;
const NAME_SIZE = 16;
const NONCE_SIZE = 12;

export interface TicketOptions {
  /** AES-128-GCM, or another AEAD of 16-byte keys. */
  readonly aead: Aead;
  readonly hash: Hash;
  random(size: number): Uint8Array;
  /** Milliseconds since 1970. */
  now(): number;
  /** 48 bytes that a fleet may share; random, and changed by itself, where absent. */
  readonly key?: Uint8Array;
  /** Milliseconds after which a key of our own making is replaced; the one before still opens. Default: a day. */
  readonly rotation?: number;
  /** Tickets per full TLS 1.3 handshake. Default: 2. */
  readonly count?: number;
  /** Whether a client that resumes gets a new ticket. Default: true. */
  readonly renews?: boolean;
}

interface TicketKey {
  readonly bytes: Uint8Array;
  readonly name: Uint8Array;
  readonly key: AeadKey;
  readonly madeAt: number;
}

/**
 * Seals session states into tickets (RFC 5077, section 4), so that the server need remember nothing: name of the key,
 * nonce, sealed state.
 */
export class SealedTickets implements TicketKeeper {
  readonly count: number;
  readonly renews: boolean;
  private readonly options: TicketOptions;
  private current: TicketKey;
  private previous: TicketKey | null = null;
  /** A key that was given stays until another one is. */
  private fixed: boolean;

  constructor(options: TicketOptions) {
    this.options = options;
    this.count = options.count ?? 2;
    this.renews = options.renews ?? true;
    this.fixed = options.key !== undefined;
    this.current = this.makeKey(options.key ?? options.random(TICKET_KEY_SIZE));
  }

  /** The key in use, for other servers to share. It opens all tickets: guard it like a private key. */
  get key(): Uint8Array {
    return this.current.bytes.slice();
  }

  /** Replaces the key; tickets under the one before can still be opened. Fails with ERR_TLS_CONFIG. */
  replaceKey(bytes: Uint8Array): void {
    this.use(this.makeKey(bytes));
    this.fixed = true;
  }

  seal(state: Uint8Array): Uint8Array {
    this.rotate();
    const nonce = this.options.random(NONCE_SIZE);
    const pieces: Uint8Array[] = [];
    this.current.key.seal(nonce, this.current.name, state, null, pieces);
    return concat(this.current.name, nonce, ...pieces);
  }

  open(ticket: Uint8Array): Uint8Array | null {
    if (ticket.length < NAME_SIZE + NONCE_SIZE + this.options.aead.tagSize) return null;
    const name = ticket.subarray(0, NAME_SIZE);
    const key = this.named(name);
    if (key === null) return null;
    const sealed = ticket.subarray(NAME_SIZE + NONCE_SIZE);
    return key.key.open(ticket.subarray(NAME_SIZE, NAME_SIZE + NONCE_SIZE), name, sealed);
  }

  private named(name: Uint8Array): TicketKey | null {
    if (equalBytes(name, this.current.name)) return this.current;
    if (this.previous !== null && equalBytes(name, this.previous.name)) return this.previous;
    return null;
  }

  private rotate(): void {
    const period = this.options.rotation ?? 86_400_000;
    if (this.fixed || this.options.now() - this.current.madeAt < period) return;
    this.use(this.makeKey(this.options.random(TICKET_KEY_SIZE)));
  }

  private use(key: TicketKey): void {
    this.previous = this.current;
    this.current = key;
  }

  private makeKey(bytes: Uint8Array): TicketKey {
    if (bytes.length !== TICKET_KEY_SIZE) {
      fail('ERR_TLS_CONFIG', `a ticket key has ${bytes.length} bytes; it takes ${TICKET_KEY_SIZE}`);
    }
    const { aead, hash, now } = this.options;
    const copy = copyBytes(bytes);
    const key = aead.key(expand(hash, copy.subarray(NAME_SIZE), fromLatin1('signet-tls ticket'), aead.keySize));
    return { bytes: copy, name: copy.subarray(0, NAME_SIZE), key, madeAt: now() };
  }
}
