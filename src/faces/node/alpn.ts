import { isArrayBufferView } from 'node:util/types';
import { invalidArgValue, nodeError } from './node-error.ts';

export type AlpnProtocols = readonly (string | NodeJS.ArrayBufferView)[] | NodeJS.ArrayBufferView;

/**
 * Node's form of ALPNProtocols: an array of names, or names in one buffer, each behind a byte with its length. Returns
 * names as Latin-1, best first. Throws ERR_OUT_OF_RANGE or ERR_INVALID_ARG_VALUE. Anything else means none, as in Node.
 */
export function alpnFrom(protocols: unknown): string[] {
  if (Array.isArray(protocols)) return protocols.map(nameFrom);
  return isArrayBufferView(protocols) ? namesIn(bytesOf(protocols)) : [];
}

function nameFrom(protocol: unknown, index: number): string {
  if (typeof protocol !== 'string' && !isArrayBufferView(protocol)) {
    throw invalidArgValue(`options.ALPNProtocols[${index}]`, protocol, 'must be a string or a Buffer');
  }
  const bytes = typeof protocol === 'string' ? Buffer.from(protocol) : bytesOf(protocol);
  if (bytes.length === 0) throw invalidArgValue(`options.ALPNProtocols[${index}]`, protocol, 'must not be empty');
  if (bytes.length <= 255) return bytes.toString('latin1');
  const message = `The byte length of the protocol at index ${index} exceeds the maximum length. It must be <= 255.`;
  throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `${message} Received ${bytes.length}`);
}

/** ProtocolNameList without its own length (RFC 7301, section 3.1). */
function namesIn(list: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < list.length; ) {
    const size = list[at]!;
    at += 1;
    if (size === 0 || at + size > list.length) {
      throw invalidArgValue('options.ALPNProtocols', list, 'must hold names, each behind a byte with its length');
    }
    names.push(list.toString('latin1', at, at + size));
    at += size;
  }
  return names;
}

function bytesOf(view: NodeJS.ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
