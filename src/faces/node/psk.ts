import type { PskChoice } from '../../handshake/client/settings.ts';
import type { PskKeeper } from '../../handshake/server/settings.ts';
import { invalidArgType, invalidArgValue, nodeError } from './node-error.ts';
import type { PskClientCallback, PskServerCallback } from './options.ts';

/** OpenSSL's bounds, in bytes. */
const LONGEST_IDENTITY = 256;
const LONGEST_KEY = 512;

/** Client: Node's `pskCallback`. Throws ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE for what is no key. */
export function clientPsk(callback: PskClientCallback): (hint: Uint8Array | null) => PskChoice | null {
  return (hint) => {
    const given: unknown = callback(hint === null ? null : Buffer.from(hint).toString());
    if (given === null || given === undefined) return null;
    if (typeof given !== 'object') throw invalidArgType('ret', ['object'], given);
    const { psk, identity } = given as { psk?: unknown; identity?: unknown };
    if (typeof identity !== 'string') throw invalidArgType('ret.identity', ['string'], identity);
    const bytes = Buffer.from(identity);
    if (bytes.length > LONGEST_IDENTITY) throw tooLong('ret.identity', identity, LONGEST_IDENTITY);
    return { identity: new Uint8Array(bytes), key: keyFrom('ret.psk', psk) };
  };
}

/** Server: Node's `pskCallback`, called with the TLSSocket and the identity. */
export function serverPsk(socket: unknown, callback: PskServerCallback, hint: string | undefined): PskKeeper {
  return {
    hint: hint === undefined ? null : new Uint8Array(Buffer.from(hint)),
    find(identity) {
      const given: unknown = callback(socket as never, Buffer.from(identity).toString());
      return given === null || given === undefined ? null : keyFrom('ret', given);
    },
  };
}

/** Throws ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED for a hint that no client could read. */
export function checkHint(hint: string | undefined): void {
  if (hint === undefined || Buffer.byteLength(hint) <= LONGEST_IDENTITY) return;
  throw nodeError(Error, 'ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED', 'Failed to set PSK identity hint');
}

function keyFrom(name: string, key: unknown): Uint8Array {
  if (!ArrayBuffer.isView(key)) throw invalidArgType(name, ['Buffer', 'TypedArray', 'DataView'], key);
  if (key.byteLength > LONGEST_KEY) throw tooLong(name, key, LONGEST_KEY);
  return new Uint8Array(Buffer.from(key.buffer, key.byteOffset, key.byteLength));
}

function tooLong(name: string, value: unknown, most: number): Error {
  return invalidArgValue(name, value, `is longer than the maximum of ${most} bytes`);
}
