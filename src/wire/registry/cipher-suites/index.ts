import { labelOf } from '../registry.ts';
import { DH_SUITES } from './dh.ts';
import { DHE_SUITES } from './dhe.ts';
import { ECDHE_SUITES } from './ecdhe.ts';
import { OTHER_SUITES } from './other.ts';
import { PSK_SUITES } from './psk.ts';
import { RSA_SUITES } from './rsa.ts';
import { TLS13_SUITES } from './tls13.ts';

/** IANA's "TLS Cipher Suites". What this library can do is another matter: most of these are refused. */
export const CipherSuite: typeof TLS13_SUITES &
  typeof ECDHE_SUITES &
  typeof DHE_SUITES &
  typeof RSA_SUITES &
  typeof PSK_SUITES &
  typeof DH_SUITES &
  typeof OTHER_SUITES = {
  ...TLS13_SUITES,
  ...ECDHE_SUITES,
  ...DHE_SUITES,
  ...RSA_SUITES,
  ...PSK_SUITES,
  ...DH_SUITES,
  ...OTHER_SUITES,
};

export type CipherSuiteName = keyof typeof CipherSuite;

/** The IANA name, `GREASE`, or `unknown(0x....)`. */
export function cipherSuiteName(id: number): string {
  return labelOf(CipherSuite, id, 2);
}
