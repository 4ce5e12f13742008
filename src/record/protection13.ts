import type { Aead, AeadKey, Opener, Sealer } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { HEADER_SIZE, MAX_PLAINTEXT } from './deframer.ts';
import { putHeader } from './plain.ts';
import { Sequence } from './sequence.ts';

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const APPLICATION_DATA = 23;
const LEGACY_VERSION = 0x0303;
const TYPE_BYTES: readonly Uint8Array[] = [20, 21, 22, 23].map((type) => new Uint8Array([type]));

/** TLSCiphertext (RFC 9846, section 5.2): content, its type and padding are sealed; the header is authenticated. */
export class Sealer13 implements Sealer {
  readonly expansion: number;
  private readonly key: AeadKey;
  private readonly iv: Uint8Array;
  private readonly tagSize: number;
  private readonly limit: number;
  private readonly padding: ((contentLength: number) => number) | null;
  private readonly sequence: Sequence = new Sequence();
  private readonly nonce: Uint8Array = new Uint8Array(12);

  constructor(aead: Aead, key: Uint8Array, iv: Uint8Array, padding: ((contentLength: number) => number) | null) {
    this.key = aead.key(key);
    key.fill(0);
    this.iv = iv;
    this.tagSize = aead.tagSize;
    this.limit = aead.recordLimit;
    this.padding = padding;
    this.expansion = 1 + aead.tagSize;
  }

  get left(): number {
    return this.limit - this.sequence.count;
  }

  seal(type: number, content: Uint8Array, out: Uint8Array[]): void {
    if (this.left <= 0) fail('ERR_TLS_KEY_LIMIT');
    const trailer = this.padding === null ? TYPE_BYTES[type - 20]! : this.padded(type, content.length);
    const header = new Uint8Array(HEADER_SIZE);
    putHeader(header, APPLICATION_DATA, LEGACY_VERSION, content.length + trailer.length + this.tagSize);
    const { nonce } = this;
    nonce.set(this.iv);
    this.sequence.xorInto(nonce, 4);
    out.push(header);
    this.key.seal(nonce, header, content, trailer, out);
  }

  /** The type and as many zeros as the policy asks for and the record has room for (RFC 9846, section 5.4). */
  private padded(type: number, length: number): Uint8Array {
    const room = MAX_PLAINTEXT - length;
    const trailer = new Uint8Array(1 + Math.max(0, Math.min(room, Math.floor(this.padding!(length)))));
    trailer[0] = type;
    return trailer;
  }
}

export class Opener13 implements Opener {
  readonly protects: boolean = true;
  type: number = 0;
  maxContent: number;
  private readonly key: AeadKey;
  private readonly iv: Uint8Array;
  private readonly tagSize: number;
  private readonly sequence: Sequence = new Sequence();
  private readonly nonce: Uint8Array = new Uint8Array(12);

  constructor(aead: Aead, key: Uint8Array, iv: Uint8Array, maxContent: number = MAX_PLAINTEXT) {
    this.key = aead.key(key);
    key.fill(0);
    this.iv = iv;
    this.tagSize = aead.tagSize;
    this.maxContent = maxContent;
  }

  open(record: Uint8Array): Uint8Array {
    if (record.length < HEADER_SIZE + this.tagSize + 1) {
      if (record[0] === ALERT || record[0] === CHANGE_CIPHER_SPEC) {
        fail('ERR_TLS_UNEXPECTED_RECORD', `content type ${record[0]} without protection`);
      }
      fail('ERR_TLS_BAD_RECORD_MAC', 'the record is too short');
    }
    const { nonce } = this;
    nonce.set(this.iv);
    this.sequence.xorInto(nonce, 4);
    const inner = this.key.open(nonce, record.subarray(0, HEADER_SIZE), record.subarray(HEADER_SIZE));
    if (inner === null) {
      this.sequence.back(); // it may be early data that was refused, with the next record as the first of this key
      fail('ERR_TLS_BAD_RECORD_MAC');
    }
    if (record[0] !== APPLICATION_DATA) fail('ERR_TLS_UNEXPECTED_RECORD', `content type ${record[0]} outside`);
    return this.unpad(inner);
  }

  /** TLSInnerPlaintext: the last byte that is not zero is the type (RFC 9846, section 5.4). */
  private unpad(inner: Uint8Array): Uint8Array {
    if (inner.length > this.maxContent + 1) {
      fail('ERR_TLS_RECORD_OVERFLOW', `${inner.length - 1} bytes of content and padding`);
    }
    let end = inner.length - 1;
    while (end >= 0 && inner[end] === 0) end -= 1;
    if (end < 0) fail('ERR_TLS_EMPTY_RECORD', 'a protected record has no content type');
    this.type = inner[end]!;
    return inner.subarray(0, end);
  }
}
