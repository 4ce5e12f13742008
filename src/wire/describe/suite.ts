import { CipherSuite, nameOf } from '../registry/index.ts';

/** Bytes of a protected record that stand apart from its ciphertext. */
export interface Protection {
  /** Before it: an explicit nonce or IV. */
  readonly nonce: number;
  /** After it: a tag, or the MAC of encrypt-then-MAC. */
  readonly tag: number;
}

/** How the suite exchanges keys in TLS 1.2; null for TLS 1.3's suites and those of no use here. */
export function exchangeOf(cipherSuite: number): string | null {
  const name = nameOf(CipherSuite, cipherSuite) ?? '';
  for (const [start, exchange] of EXCHANGES) if (name.startsWith(start)) return exchange;
  return null;
}

const EXCHANGES: readonly (readonly [string, string])[] = [
  ['TLS_ECDHE_PSK_', 'ecdhe-psk'],
  ['TLS_ECDHE_', 'ecdhe'],
  ['TLS_DHE_PSK_', 'dhe-psk'],
  ['TLS_PSK_DHE_', 'dhe-psk'],
  ['TLS_DHE_', 'dhe'],
  ['TLS_RSA_PSK_', 'rsa-psk'],
  ['TLS_RSA_WITH_', 'rsa'],
  ['TLS_PSK_', 'psk'],
];

/** How the suite lays out a record; null where that is not known. */
export function protectionOf(cipherSuite: number, version: number, encryptThenMac: boolean): Protection | null {
  const name = nameOf(CipherSuite, cipherSuite) ?? '';
  const tag = name.includes('_CCM_8') ? 8 : 16;
  if (version === 0x0304) return { nonce: 0, tag };
  if (name.includes('_GCM_') || name.includes('_CCM')) return { nonce: 8, tag };
  if (name.includes('_CHACHA20_')) return { nonce: 0, tag };
  if (!name.includes('_CBC_')) return null;
  const nonce = /_(AES|CAMELLIA|ARIA|SEED)_/.test(name) ? 16 : 8;
  return { nonce, tag: encryptThenMac ? macSize(name) : 0 };
}

function macSize(name: string): number {
  return name.endsWith('_SHA384') ? 48 : name.endsWith('_SHA256') ? 32 : name.endsWith('_SHA') ? 20 : 16;
}
