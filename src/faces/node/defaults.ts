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

/** Node's order, without what is broken or has no forward secrecy; those suites are there for whoever names them. */
const CIPHERS: readonly string[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
];

export const defaults: NodeDefaults = {
  DEFAULT_CIPHERS: CIPHERS.join(':'),
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  SLAB_BUFFER_SIZE: 10 * 1024 * 1024,
};
