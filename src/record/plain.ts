import type { Opener, Sealer } from '../crypto/index.ts';
import { HEADER_SIZE, MAX_PLAINTEXT } from './deframer.ts';

/** Before any key: TLSPlaintext (RFC 9846, section 5.1). */
export class PlainSealer implements Sealer {
  readonly expansion: number = 0;
  readonly left: number = Number.POSITIVE_INFINITY;
  /** legacy_record_version: 0x0301 for the very first ClientHello, then 0x0303. */
  version: number = 0x0301;

  seal(type: number, content: Uint8Array, out: Uint8Array[]): void {
    const record = new Uint8Array(HEADER_SIZE + content.length);
    putHeader(record, type, this.version, content.length);
    record.set(content, HEADER_SIZE);
    out.push(record);
  }
}

export class PlainOpener implements Opener {
  readonly protects: boolean = false;
  maxContent: number = MAX_PLAINTEXT;
  type: number = 0;

  open(record: Uint8Array): Uint8Array {
    this.type = record[0]!;
    return record.subarray(HEADER_SIZE);
  }
}

export function putHeader(into: Uint8Array, type: number, version: number, length: number): void {
  into[0] = type;
  into[1] = version >> 8;
  into[2] = version & 255;
  into[3] = length >> 8;
  into[4] = length & 255;
}
