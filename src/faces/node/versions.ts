import { constants } from 'node:crypto';
import type { Version } from '../../handshake/version.ts';
import { nodeError, openSslError } from './node-error.ts';

/** The names that Node's `minVersion` and `maxVersion` know; the first two are too old to be spoken here. */
export type SecureVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const ORDER: readonly string[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const SPOKEN: readonly Version[] = ['TLSv1.3', 'TLSv1.2'];

/** What each of OpenSSL's methods allows. */
const METHODS: Readonly<Record<string, readonly Version[]>> = {
  TLS_method: SPOKEN,
  SSLv23_method: ['TLSv1.2'],
  TLSv1_2_method: ['TLSv1.2'],
  TLSv1_3_method: ['TLSv1.3'],
  TLSv1_1_method: [],
  TLSv1_method: [],
};

export interface VersionOptions {
  readonly minVersion?: string | null | undefined;
  readonly maxVersion?: string | null | undefined;
  readonly secureProtocol?: string | null | undefined;
  readonly secureOptions?: number | undefined;
}

export interface VersionDefaults {
  readonly DEFAULT_MIN_VERSION: string;
  readonly DEFAULT_MAX_VERSION: string;
}

/**
 * The versions to speak, newest first. Throws ERR_TLS_INVALID_PROTOCOL_VERSION, ERR_TLS_INVALID_PROTOCOL_METHOD,
 * ERR_TLS_PROTOCOL_VERSION_CONFLICT, or ERR_SSL_NO_PROTOCOLS_AVAILABLE where nothing is left.
 */
export function versionsFrom(options: VersionOptions, defaults: VersionDefaults): Version[] {
  const { secureProtocol, secureOptions = 0 } = options;
  if (secureProtocol) {
    refuseConflict(options.minVersion, secureProtocol);
    refuseConflict(options.maxVersion, secureProtocol);
  }
  const least = rank('minimum', options.minVersion ?? defaults.DEFAULT_MIN_VERSION);
  const most = rank('maximum', options.maxVersion ?? defaults.DEFAULT_MAX_VERSION);
  const allowed = secureProtocol ? methodVersions(secureProtocol) : inRange(least, most);
  const versions = allowed.filter((version) => (secureOptions & optionAgainst(version)) === 0);
  if (versions.length > 0) return versions;
  throw openSslError('ERR_SSL_NO_PROTOCOLS_AVAILABLE', '0A0000BF', 'SSL routines', 'no protocols available', {
    message: 'TLS 1.2 and 1.3 are spoken here, and the options exclude both',
  });
}

function inRange(least: number, most: number): Version[] {
  return SPOKEN.filter((version) => ORDER.indexOf(version) >= least && ORDER.indexOf(version) <= most);
}

function rank(which: 'minimum' | 'maximum', version: unknown): number {
  const index = ORDER.indexOf(version as string);
  if (index >= 0) return index;
  const message = `${JSON.stringify(version)} is not a valid ${which} TLS protocol version`;
  throw nodeError(TypeError, 'ERR_TLS_INVALID_PROTOCOL_VERSION', message);
}

function methodVersions(method: string): readonly Version[] {
  const versions = METHODS[method.replace(/_(client|server)_method$/, '_method')];
  if (versions !== undefined && versions.length > 0) return versions;
  const old = /^(SSLv[23]|TLSv1|TLSv1_1)_/.exec(method);
  const message = old === null ? `Unknown method: ${method}` : `${old[1]} methods disabled`;
  throw nodeError(TypeError, 'ERR_TLS_INVALID_PROTOCOL_METHOD', message);
}

function refuseConflict(version: unknown, method: string): void {
  if (version === undefined || version === null) return;
  const message = `TLS protocol version ${JSON.stringify(version)} conflicts with secureProtocol ${JSON.stringify(method)}`;
  throw nodeError(TypeError, 'ERR_TLS_PROTOCOL_VERSION_CONFLICT', message);
}

function optionAgainst(version: Version): number {
  return version === 'TLSv1.3' ? constants.SSL_OP_NO_TLSv1_3 : constants.SSL_OP_NO_TLSv1_2;
}
