import { type Codec, enumerated, struct, uint16, vector } from './codec/index.ts';
import { contentType, protocolVersion } from './types.ts';

/** What stands before every record; 5 bytes. */
export interface RecordHeader {
  /** ContentType; `opaque_type` in TLSCiphertext. */
  readonly type: number;
  /** `legacy_record_version` in TLS 1.3. */
  readonly version: number;
  readonly length: number;
}

export const RecordHeader: Codec<RecordHeader> = /* @__PURE__ */ struct<RecordHeader>('RecordHeader', {
  type: contentType,
  version: protocolVersion,
  length: uint16,
});

export const RECORD_HEADER_SIZE = 5;

/** A record that is not protected (RFC 9846, section 5.1; RFC 5246, section 6.2.1). */
export interface TLSPlaintext {
  readonly type: number;
  readonly version: number;
  readonly fragment: Uint8Array;
}

export const TLSPlaintext: Codec<TLSPlaintext> = /* @__PURE__ */ struct<TLSPlaintext>('TLSPlaintext', {
  type: contentType,
  version: protocolVersion,
  fragment: /* @__PURE__ */ vector(0, 0x4000),
});

/** A protected record; TLS 1.2 allows it 2048 bytes of expansion, TLS 1.3 256 (RFC 5246, section 6.2.3). */
export const TLSCiphertext: Codec<TLSPlaintext> = /* @__PURE__ */ struct<TLSPlaintext>('TLSCiphertext', {
  type: contentType,
  version: protocolVersion,
  fragment: /* @__PURE__ */ vector(0, 0x4800),
});

/** RFC 5246, section 7.1; TLS 1.3 sends it for middleboxes only. */
export interface ChangeCipherSpec {
  readonly type: number;
}

export const ChangeCipherSpec: Codec<ChangeCipherSpec> = /* @__PURE__ */ struct<ChangeCipherSpec>('ChangeCipherSpec', {
  type: /* @__PURE__ */ enumerated('ChangeCipherSpecType', 1),
});
