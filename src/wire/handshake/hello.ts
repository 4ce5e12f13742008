import { equalBytes } from '../../bytes/index.ts';
import { type Codec, list, octets, optional, struct, vector } from '../codec/index.ts';
import { type Extension, extensions } from '../extension.ts';
import { cipherSuite, compressionMethod, protocolVersion, random } from '../types.ts';

/** RFC 9846, section 4.2.2; in TLS 1.2 `legacy_version` is the version (RFC 5246, section 7.4.1.2). */
export interface ClientHello {
  readonly legacy_version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly legacy_session_id: Uint8Array;
  readonly cipher_suites: readonly number[];
  readonly legacy_compression_methods: Uint8Array;
  /** Null where the block is left out, as TLS 1.2 allows. */
  readonly extensions: readonly Extension[] | null;
}

export const ClientHello: Codec<ClientHello> = /* @__PURE__ */ struct<ClientHello>('ClientHello', {
  legacy_version: protocolVersion,
  random,
  legacy_session_id: /* @__PURE__ */ vector(0, 32, 'SessionID'),
  cipher_suites: /* @__PURE__ */ list(cipherSuite, 2, 0xfffe),
  legacy_compression_methods: /* @__PURE__ */ octets(compressionMethod, 1, 0xff),
  extensions: /* @__PURE__ */ optional(extensions),
});

/** RFC 9846, section 4.2.3, and HelloRetryRequest, section 4.2.4. */
export interface ServerHello {
  readonly legacy_version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  readonly legacy_session_id_echo: Uint8Array;
  readonly cipher_suite: number;
  readonly legacy_compression_method: number;
  /** Null where the block is left out, as TLS 1.2 allows. */
  readonly extensions: readonly Extension[] | null;
}

export const ServerHello: Codec<ServerHello> = /* @__PURE__ */ struct<ServerHello>('ServerHello', {
  legacy_version: protocolVersion,
  random,
  legacy_session_id_echo: /* @__PURE__ */ vector(0, 32, 'SessionID'),
  cipher_suite: cipherSuite,
  legacy_compression_method: compressionMethod,
  extensions: /* @__PURE__ */ optional(extensions),
});

/** SHA-256 of "HelloRetryRequest": the random that makes a ServerHello one (RFC 9846, section 4.2.3). */
export const HELLO_RETRY_REQUEST_RANDOM: Uint8Array = /* @__PURE__ */ new Uint8Array([
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
  0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
]);

export function isHelloRetryRequest(serverRandom: Uint8Array): boolean {
  return equalBytes(serverRandom, HELLO_RETRY_REQUEST_RANDOM);
}
