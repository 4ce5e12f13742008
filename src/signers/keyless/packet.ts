import { createHash } from 'node:crypto';
import { DerReader, TAG } from '../../asn1/index.ts';
import { concat, Reader } from '../../bytes/index.ts';
import { plain } from '../shared/plain.ts';

/** What is asked of a key server. Those that sign take a digest, and return ECDSA as DER. */
export const OPCODE = {
  rsaDecryptRaw: 0x08,
  rsaPkcs1: { sha256: 0x05, sha384: 0x06, sha512: 0x07 },
  rsaPss: { sha256: 0x35, sha384: 0x36, sha512: 0x37 },
  ecdsa: { sha256: 0x15, sha384: 0x16, sha512: 0x17 },
  response: 0xf0,
  error: 0xff,
} as const;

/** The first octet of an error's payload. */
export const ERRORS: Readonly<Record<number, string>> = {
  1: 'its cryptography failed',
  2: 'it has no such key',
  3: 'it could not read',
  4: 'it speaks another version',
  5: 'it does not know the operation',
  6: 'it expected another operation',
  7: 'it could not read the request',
  8: 'it failed internally',
};
export const KEY_NOT_FOUND = 2;

export const HEADER_SIZE = 8;
const ITEM = { keyId: 0x04, opcode: 0x11, payload: 0x12, padding: 0x20 } as const;
/** Requests are padded to this, so that their length tells nothing. */
const PADDED_SIZE = 1024;

export interface Packet {
  readonly id: number;
  readonly opcode: number;
  readonly payload: Uint8Array;
}

export function encodePacket(id: number, opcode: number, payload: Uint8Array, keyId: Uint8Array): Uint8Array {
  const items = concat(
    item(ITEM.opcode, new Uint8Array([opcode])),
    item(ITEM.payload, payload),
    item(ITEM.keyId, keyId),
  );
  const room = PADDED_SIZE - HEADER_SIZE - items.length - 3;
  const body = room < 0 ? items : concat(items, item(ITEM.padding, new Uint8Array(room)));
  const header = [1, 0, body.length >> 8, body.length, id >>> 24, id >>> 16, id >>> 8, id];
  return concat(new Uint8Array(header), body);
}

/** Bytes of body that a header announces; null where it is of another version. */
export function bodySize(header: Uint8Array): number | null {
  return header[0] === 1 ? (header[2]! << 8) | header[3]! : null;
}

/** A whole packet. Fails with ERR_TLS_DECODE. */
export function decodePacket(bytes: Uint8Array): Packet {
  const reader = new Reader(bytes);
  reader.take(4);
  const id = reader.uint(4);
  let opcode = 0;
  let payload = new Uint8Array();
  while (reader.left > 0) {
    const type = reader.u8();
    const value = reader.take(reader.u16());
    if (type === ITEM.opcode) opcode = value[value.length - 1] ?? 0;
    else if (type === ITEM.payload) payload = value.slice();
  }
  return { id, opcode, payload };
}

/** How servers find a key: SHA-1 of its subjectPublicKey (RFC 5280, section 4.2.1.2, method 1). */
export function keyIdOf(spki: Uint8Array): Uint8Array {
  const reader = new DerReader(spki);
  reader.enter(TAG.SEQUENCE);
  reader.any();
  return plain(createHash('sha1').update(reader.bitString()).digest());
}

function item(type: number, value: Uint8Array): Uint8Array {
  return concat(new Uint8Array([type, value.length >> 8, value.length]), value);
}
