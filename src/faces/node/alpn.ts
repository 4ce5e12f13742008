import { isArrayBufferView } from 'node:util/types';
import type { HelloFacts } from '../../handshake/server/settings.ts';
import { invalidArgType, invalidArgValue, nodeError } from './node-error.ts';
import { viewBytes } from './view-bytes.ts';

export type AlpnProtocols = readonly (string | NodeJS.ArrayBufferView)[] | NodeJS.ArrayBufferView;

/**
 * Node's form of ALPNProtocols: an array of names, or names in one buffer, each behind a byte with its length. Returns
 * names as Latin-1, best first. Throws ERR_OUT_OF_RANGE or ERR_INVALID_ARG_VALUE. Anything else means none, as in Node.
 */
export function alpnFrom(protocols: unknown): string[] {
  if (Array.isArray(protocols)) return protocols.map(nameFrom);
  return isArrayBufferView(protocols) ? namesIn(viewBytes(protocols)) : [];
}

/** Chooses one of the client's protocols; undefined refuses the connection. `this` is the TLSSocket. */
export type AlpnCallback = (offer: { servername: string | false; protocols: string[] }) => string | undefined;

interface AlpnOptions {
  readonly ALPNProtocols?: unknown;
  readonly ALPNCallback?: unknown;
  readonly NPNProtocols?: unknown;
}

let warned = false;

/** The protocols in options, `NPNProtocols` being an older name. Throws as `alpnFrom`, or if a callback is there too. */
export function alpnOption(options: AlpnOptions): string[] {
  const { ALPNProtocols, ALPNCallback, NPNProtocols } = options;
  if (NPNProtocols !== undefined && NPNProtocols !== null && !warned) {
    warned = true;
    process.emitWarning('NPNProtocols is used as ALPNProtocols: NPN is gone from TLS, and ALPN took its place.');
  }
  const protocols = ALPNProtocols ?? NPNProtocols;
  if (ALPNCallback === undefined || ALPNCallback === null) return alpnFrom(protocols);
  if (typeof ALPNCallback !== 'function') throw invalidArgType('options.ALPNCallback', ['function'], ALPNCallback);
  if (!protocols) return [];
  const message =
    'The ALPNCallback and ALPNProtocols TLS options are mutually exclusive, as ALPNCallback chooses alone';
  throw nodeError(TypeError, 'ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS', message);
}

/** Lets the application choose; null: none. Throws ERR_TLS_ALPN_CALLBACK_INVALID_RESULT. */
export function chosenProtocol(socket: unknown, choose: AlpnCallback, hello: HelloFacts): string | null {
  const protocols = hello.alpn.map((name) => Buffer.from(name, 'latin1').toString());
  const chosen: unknown = choose.call(socket, { servername: hello.serverName ?? '', protocols });
  if (chosen === undefined) return null;
  const index = protocols.indexOf(chosen as string);
  if (index >= 0) return hello.alpn[index]!;
  const message = `ALPN callback returned a value (${chosen}) that did not match any of the client's offered protocols (${protocols.join(', ')})`;
  throw nodeError(TypeError, 'ERR_TLS_ALPN_CALLBACK_INVALID_RESULT', message);
}

/** ProtocolNameList without its own length, as Node keeps it. */
export function alpnBuffer(protocols: unknown): Buffer {
  const names = alpnFrom(protocols).map((name) => Buffer.from(name, 'latin1'));
  return Buffer.concat(names.flatMap((name) => [Buffer.from([name.length]), name]));
}

function nameFrom(protocol: unknown, index: number): string {
  if (typeof protocol !== 'string' && !isArrayBufferView(protocol)) {
    throw invalidArgValue(`options.ALPNProtocols[${index}]`, protocol, 'must be a string or a Buffer');
  }
  const bytes = typeof protocol === 'string' ? Buffer.from(protocol) : viewBytes(protocol);
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
