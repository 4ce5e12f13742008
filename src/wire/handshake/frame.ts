import { fail } from '../../errors/index.ts';
import { type Codec, struct, vector } from '../codec/index.ts';
import { handshakeType } from '../types.ts';

/** A whole handshake message; `body` goes behind a length of three bytes (RFC 9846, section 4). */
export interface Handshake {
  /** HandshakeType. */
  readonly msg_type: number;
  readonly body: Uint8Array;
}

export const Handshake: Codec<Handshake> = /* @__PURE__ */ struct<Handshake>('Handshake', {
  msg_type: handshakeType,
  body: /* @__PURE__ */ vector(0, 0xffffff),
});

/** `msg_type` and `length`. */
export const HANDSHAKE_HEADER_SIZE = 4;

/** The message of this HandshakeType: its header, then `body`. */
export function frame(type: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  if (length > 0xffffff) fail('ERR_TLS_ENCODE', `a handshake message of ${length} bytes`);
  const message = new Uint8Array(HANDSHAKE_HEADER_SIZE + length);
  message[0] = type;
  message[1] = length >> 16;
  message[2] = length >> 8;
  message[3] = length;
  message.set(body, HANDSHAKE_HEADER_SIZE);
  return message;
}
