import { isIP } from 'node:net';
import { connectArguments } from './connect-arguments.ts';
import { invalidArgType, invalidArgValue, nodeError, outOfRange } from './node-error.ts';
import type { ConnectOptions } from './options.ts';
import { replaceable } from './replaceable.ts';
import { TLSSocket } from './socket.ts';

type Callback = () => void;

const DEFAULT_DH_BITS = 1024;

const WARNING =
  "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS requests " +
  'insecure by disabling certificate verification.';

let warned = false;

/**
 * Node's `tls.connect`. The callback is called on `secureConnect`. Wrong options throw at once; everything that comes
 * later is an `error` event with a code.
 */
export function connect(options: ConnectOptions, callback?: Callback): TLSSocket;
export function connect(port: number | string, callback?: Callback): TLSSocket;
export function connect(port: number | string, options?: ConnectOptions, callback?: Callback): TLSSocket;
export function connect(port: number | string, host?: string, callback?: Callback): TLSSocket;
export function connect(port: number | string, host?: string, options?: ConnectOptions, callback?: Callback): TLSSocket;
export function connect(...args: unknown[]): TLSSocket {
  const { options: given, callback } = connectArguments(args);
  const options = checked({
    ciphers: replaceable.DEFAULT_CIPHERS,
    checkServerIdentity: replaceable.checkServerIdentity,
    minDHSize: DEFAULT_DH_BITS,
    ...given,
  });
  const socket = new TLSSocket(options.socket, options);
  socket.on('secure', () => reportSecure(socket, options.minDHSize!));
  if (callback !== null) socket.once('secureConnect', callback);
  if (options.socket) return socket._start();
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(options);
}

function checked(options: ConnectOptions): ConnectOptions {
  const { checkServerIdentity, minDHSize, servername } = options;
  if (typeof checkServerIdentity !== 'function') {
    throw invalidArgType('options.checkServerIdentity', ['function'], checkServerIdentity);
  }
  if (typeof minDHSize !== 'number') throw invalidArgType('options.minDHSize', ['number'], minDHSize);
  if (!(minDHSize >= 1)) throw outOfRange('options.minDHSize', '>= 1', minDHSize);
  if (servername !== undefined && servername !== null && typeof servername !== 'string') {
    throw invalidArgType('options.servername', ['string'], servername);
  }
  if (servername && isIP(servername) !== 0) {
    const reason = 'Setting the TLS ServerName to an IP address is not permitted.';
    throw invalidArgValue('options.servername', servername, reason);
  }
  const reject = 'rejectUnauthorized' in options ? options.rejectUnauthorized !== false : !allowsUnauthorized();
  return { ...options, rejectUnauthorized: reject };
}

function reportSecure(socket: TLSSocket, leastBits: number): void {
  const { type, size = 0 } = socket.getEphemeralKeyInfo() ?? {};
  if (type === 'DH' && size < leastBits) {
    socket.destroy(nodeError(Error, 'ERR_TLS_DH_PARAM_SIZE', `DH parameter size ${size} is less than ${leastBits}`));
  } else socket.emit('secureConnect');
}

/** Node's switch for whole processes. */
function allowsUnauthorized(): boolean {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return false;
  if (!warned) process.emitWarning(WARNING);
  warned = true;
  return true;
}
