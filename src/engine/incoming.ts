import { type ErrorCode, fail, isTlsError } from '../errors/index.ts';
import type { Limits } from '../handshake/limits.ts';
import type { ChangeCipherSpecRule } from '../handshake/link.ts';
import type { Version } from '../handshake/version.ts';
import {
  Deframer,
  EXPANSION_12,
  EXPANSION_13,
  HEADER_SIZE,
  MAX_PLAINTEXT,
  type Opener,
  PlainOpener,
} from '../record/index.ts';
import type { Trace } from './trace.ts';

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** What protection adds to the content of a record of early data: its type and, with all suites but one, 16 bytes of tag. */
const EARLY_OVERHEAD = 17;

/** The receiving half of a connection: from the transport's bytes to the contents of records. */
export class Incoming {
  readonly trace: Trace | null;
  changeCipherSpec: ChangeCipherSpecRule = 'forbid';
  /** TLS 1.2: the peer's new key protects already what its Finished has yet to answer for. */
  awaitsFinished: boolean = false;
  /** Content type of what `next` returned last. */
  type: number = 0;
  private readonly limits: Limits;
  private readonly deframer: Deframer = new Deframer();
  private opener: Opener = new PlainOpener();
  private maxContent: number = MAX_PLAINTEXT;
  private version: Version | null = null;
  private empty: number = 0;
  /** Bytes of refused early data that may still be dropped; null: none may. */
  private skipped: number | null = null;
  private warnings: number = 0;
  /** The peer is a client that has protected nothing yet. */
  private mayLackKeys: boolean;

  constructor(role: 'client' | 'server', limits: Limits, trace: Trace | null) {
    this.limits = limits;
    this.trace = trace;
    this.mayLackKeys = role === 'server';
    this.deframer.maxFragment = MAX_PLAINTEXT;
  }

  get buffered(): number {
    return this.deframer.buffered;
  }

  /** Whether the peer's next record has to be a change_cipher_spec. */
  get awaitsChangeCipherSpec(): boolean {
    return typeof this.changeCipherSpec !== 'string';
  }

  /** Something came that moved the connection on: only that ends a row of what does not. */
  progress(): void {
    this.empty = 0;
    this.warnings = 0;
  }

  /** Something came that was only to be heard. Fails with this code if it is one too many in a row. */
  countWarning(code: ErrorCode): void {
    this.warnings += 1;
    if (this.warnings > this.limits.warningAlerts) fail(code);
  }

  push(bytes: Uint8Array): void {
    this.deframer.push(bytes);
  }

  /** The content of the next record, or null. */
  next(): Uint8Array | null {
    for (let record = this.deframer.next(); record !== null; record = this.deframer.next()) {
      const content = this.skipped === null ? this.openNext(record) : this.openOrSkip(record);
      if (content === null) continue;
      if (content.length === 0) this.countEmpty();
      return content;
    }
    return null;
  }

  /** Early data was refused: protected records that cannot be read are dropped, so many bytes of them; 0: none any more. */
  skip(bytes: number): void {
    this.skipped = bytes === 0 ? null : bytes;
    this.setMaxFragment();
  }

  install(opener: Opener): void {
    this.opener = opener;
    opener.maxContent = this.maxContent;
    this.setMaxFragment();
  }

  /** The most content that one protected record may have from now on (RFC 8449, section 4; RFC 6066, section 4). */
  setMaxContent(size: number): void {
    this.maxContent = size;
    // In TLS 1.2 the key in force, if there is one, is that of the handshake before.
    if (this.version !== 'TLSv1.2') this.opener.maxContent = size;
  }

  setVersion(version: Version, exchange: string | null): void {
    this.version = version;
    if (this.trace !== null) this.trace.setVersion(version, exchange);
  }

  /** RFC 9846, section 5, and RFC 5246, section 7.1. `aligned`: no handshake bytes are waiting. */
  checkChangeCipherSpec(content: Uint8Array, aligned: boolean): void {
    if (this.trace !== null) this.trace.changeCipherSpec(content);
    const rule = this.changeCipherSpec;
    if (content.length !== 1 || content[0] !== 1) fail('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'it is not the byte 1');
    if (rule === 'forbid') fail('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'it comes too early or too late');
    if (rule === 'drop') {
      this.countEmpty();
      return;
    }
    if (!aligned) fail('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'before change_cipher_spec');
    this.install(rule);
    this.changeCipherSpec = 'forbid';
    this.awaitsFinished = true;
  }

  /** Drops everything, the key among it. */
  clear(): void {
    this.deframer.clear();
    this.opener = new PlainOpener();
  }

  private setMaxFragment(): void {
    const expansion = this.version === 'TLSv1.3' ? EXPANSION_13 : EXPANSION_12;
    const mayBeProtected = this.opener.protects || this.skipped !== null;
    this.deframer.maxFragment = MAX_PLAINTEXT + (mayBeProtected ? expansion : 0);
  }

  /** RFC 9846, section 4.3.10: what the handshake key cannot open is early data; what it can is the end of that. */
  private openOrSkip(record: Uint8Array): Uint8Array | null {
    const isProtected = record[0] === APPLICATION_DATA;
    if (isProtected && !this.opener.protects) return this.drop(record);
    try {
      const content = this.openNext(record);
      if (isProtected || this.type === HANDSHAKE) this.skip(0);
      return content;
    } catch (reason) {
      if (isProtected && isTlsError(reason) && reason.code === 'ERR_TLS_BAD_RECORD_MAC') return this.drop(record);
      throw reason;
    }
  }

  /** Only content counts (RFC 9846, section 4.7.1), or a client that sends all it may would be cut off. */
  private drop(record: Uint8Array): null {
    this.skipped = this.skipped! - Math.max(1, record.length - HEADER_SIZE - EARLY_OVERHEAD);
    if (this.skipped < 0) fail('ERR_TLS_TOO_MUCH_EARLY_DATA', 'after it was refused');
    return null;
  }

  private openNext(record: Uint8Array): Uint8Array {
    return this.trace === null ? this.open(record) : this.openTraced(record, this.trace);
  }

  private open(record: Uint8Array): Uint8Array {
    const { opener } = this;
    if (opener.protects && this.isOutside(record)) {
      this.type = record[0]!;
      return record.subarray(HEADER_SIZE);
    }
    if (opener.protects && (record[1] !== 3 || record[2] !== 3)) {
      fail('ERR_TLS_RECORD_VERSION', `version ${record[1]}.${record[2]}`);
    }
    const content = opener.open(record);
    this.type = opener.type;
    if (opener.protects) this.mayLackKeys = false;
    if (this.awaitsFinished && this.type === APPLICATION_DATA) {
      fail('ERR_TLS_UNEXPECTED_RECORD', 'application data before Finished');
    }
    if (this.version === 'TLSv1.3' && opener.protects) this.checkInside(content);
    return content;
  }

  /**
   * TLS 1.3 keeps change_cipher_spec outside of all protection. A client that cannot make sense of our ServerHello has no
   * keys to say so with.
   */
  private isOutside(record: Uint8Array): boolean {
    if (record[0] === CHANGE_CIPHER_SPEC) return this.changeCipherSpec === 'drop';
    const cannotProtect = this.mayLackKeys && this.version === 'TLSv1.3';
    return cannotProtect && record[0] === ALERT && record.length === HEADER_SIZE + 2;
  }

  private openTraced(record: Uint8Array, trace: Trace): Uint8Array {
    const isProtected = this.opener.protects;
    try {
      const content = this.open(record);
      trace.received(record, isProtected, content, this.type);
      return content;
    } catch (reason) {
      trace.refused(record, isProtected);
      throw reason;
    }
  }

  /** What TLS 1.3 forbids inside of protection (RFC 9846, sections 5 and 5.4). */
  private checkInside(content: Uint8Array): void {
    if (this.type === CHANGE_CIPHER_SPEC) fail('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'it is protected');
    if (content.length === 0 && this.type !== APPLICATION_DATA)
      fail('ERR_TLS_EMPTY_RECORD', `content type ${this.type}`);
  }

  private countEmpty(): void {
    this.empty += 1;
    if (this.empty > this.limits.emptyRecords) fail('ERR_TLS_TOO_MANY_EMPTY_RECORDS');
  }
}
