import { defaultsFromFlags } from './flags.ts';

/** What programs may change on the module object to change it for every context made afterwards. */
export interface NodeDefaults {
  DEFAULT_CIPHERS: string;
  DEFAULT_ECDH_CURVE: string;
  DEFAULT_MIN_VERSION: string;
  DEFAULT_MAX_VERSION: string;
  /** How often a client may renegotiate within the window. */
  CLIENT_RENEG_LIMIT: number;
  /** In seconds. */
  CLIENT_RENEG_WINDOW: number;
  /** Of Node v0.10; nothing is kept in a slab here. */
  SLAB_BUFFER_SIZE: number;
}

/**
 * Node's own list. Its tail, which has neither forward secrecy nor AEADs, is what the engine leaves off unless it is
 * named; a program that wants only the better part sets `DEFAULT_CIPHERS` or `ciphers`.
 */
const CIPHERS: readonly string[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-SHA256',
  'DHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES256-SHA384',
  'DHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES256-SHA256',
  'DHE-RSA-AES256-SHA256',
  'HIGH',
  '!aNULL',
  '!eNULL',
  '!EXPORT',
  '!DES',
  '!RC4',
  '!MD5',
  '!PSK',
  '!SRP',
  '!CAMELLIA',
];

export const defaults: NodeDefaults = {
  DEFAULT_CIPHERS: CIPHERS.join(':'),
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  SLAB_BUFFER_SIZE: 10 * 1024 * 1024,
  ...defaultsFromFlags(),
};
