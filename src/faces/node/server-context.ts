import { constants, createHash, randomBytes } from 'node:crypto';
import { isArrayBufferView } from 'node:util/types';
import { ReplayWindow } from '../../config/replay.ts';
import { type EarlyDataOptions, earlyDataFrom } from '../../config/server.ts';
import { SealedTickets, TICKET_KEY_SIZE } from '../../config/tickets.ts';
import type { Provider } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { EarlyDataRule, ServerSettings } from '../../handshake/server/settings.ts';
import { invalidArgType, invalidArgValue, nodeError, outOfRange } from './node-error.ts';
import type { SecureContextOptions } from './options.ts';
import { viewBytes } from './view-bytes.ts';

const DEFAULT_LIFETIME = 300;
const LONGEST_LIFETIME = 604_800;
const LONGEST_CONTEXT = 32;

/** What a context says about servers alone. */
export type ServerParts = Pick<ServerSettings, 'preferOwn' | 'sessionLifetime' | 'sessionContext' | 'earlyData'>;

/** Reads the options that only servers heed. Throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE or ERR_OUT_OF_RANGE. */
export function serverPartsFrom(options: SecureContextOptions): ServerParts {
  return {
    preferOwn: options.honorCipherOrder !== false,
    sessionLifetime: lifetimeFrom(options.sessionTimeout),
    sessionContext: contextBytes(options.sessionIdContext),
    earlyData: earlyRuleFrom(options.acceptEarlyData),
  };
}

/** Whether options let servers give tickets. */
export function allowsTickets(options: SecureContextOptions): boolean {
  return ((options.secureOptions ?? 0) & constants.SSL_OP_NO_TICKET) === 0;
}

/** What `acceptEarlyData` says. Each context remembers by itself what came already, unless there is a guard. */
function earlyRuleFrom(value: unknown): EarlyDataRule | null {
  if (value === undefined || value === null || value === false) return null;
  if (value !== true && typeof value !== 'object') {
    throw invalidArgType('options.acceptEarlyData', ['boolean', 'Object'], value);
  }
  const given: Partial<EarlyDataOptions> = value === true ? {} : value;
  return earlyDataFrom({ guard: new ReplayWindow({ now: Date.now }), ...given });
}

/** The key in `ticketKeys`; null: one of our own. */
export function ticketKeyOption(value: unknown): Buffer | null {
  if (value === undefined || value === null) return null;
  if (!isArrayBufferView(value)) {
    throw invalidArgType('options.ticketKeys', ['Buffer', 'TypedArray', 'DataView'], value);
  }
  if (value.byteLength === TICKET_KEY_SIZE) return Buffer.from(viewBytes(value));
  throw invalidArgValue('options.ticketKeys', value.byteLength, `must be exactly ${TICKET_KEY_SIZE} bytes`);
}

/** The argument of `setTicketKeys`. Throws ERR_INVALID_ARG_TYPE or ERR_INVALID_ARG_VALUE. */
export function ticketKeyArgument(value: unknown): Buffer {
  if (!isArrayBufferView(value)) throw invalidArgType('buffer', ['Buffer', 'TypedArray', 'DataView'], value);
  if (value.byteLength === TICKET_KEY_SIZE) return Buffer.from(viewBytes(value));
  const message = `Session ticket keys must be a ${TICKET_KEY_SIZE}-byte buffer`;
  throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', message);
}

/** As Node's servers do it: two tickets after a full handshake, none after one that resumed. */
export function sealedTickets(provider: Provider, key: Uint8Array | null): SealedTickets {
  for (const suite of provider.suites) {
    if (suite.version !== 'TLSv1.3' || suite.name !== 'TLS_AES_128_GCM_SHA256') continue;
    const { aead, hash } = suite;
    return new SealedTickets({ aead, hash, random: randomBytes, now: Date.now, renews: false, ...(key && { key }) });
  }
  throw new TlsError('ERR_TLS_CONFIG', { detail: 'tickets need a provider with TLS_AES_128_GCM_SHA256' });
}

/** What sets apart the sessions of servers that ask for certificates where nothing is said: the program. */
export function programContext(): string {
  return createHash('sha256').update(process.argv.join(' ')).digest('hex').slice(0, LONGEST_CONTEXT);
}

function lifetimeFrom(seconds: unknown): number {
  if (seconds === undefined || seconds === null) return DEFAULT_LIFETIME;
  if (typeof seconds !== 'number') throw invalidArgType('options.sessionTimeout', ['number'], seconds);
  if (!Number.isInteger(seconds)) throw outOfRange('options.sessionTimeout', 'an integer', seconds);
  if (seconds < 0 || seconds > 2 ** 31 - 1) {
    throw outOfRange('options.sessionTimeout', `>= 0 && <= ${2 ** 31 - 1}`, seconds);
  }
  return Math.min(Math.max(seconds, 1), LONGEST_LIFETIME);
}

function contextBytes(text: unknown): Uint8Array {
  if (text === undefined || text === null) return new Uint8Array(0);
  if (typeof text !== 'string') throw invalidArgType('options.sessionIdContext', ['string'], text);
  const bytes = Buffer.from(text);
  return new Uint8Array(bytes.length <= LONGEST_CONTEXT ? bytes : createHash('sha256').update(bytes).digest());
}
