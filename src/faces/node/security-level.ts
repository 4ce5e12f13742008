import type { PublicKey } from '../../crypto/index.ts';
import type { Credential } from '../../handshake/credential.ts';
import { openSslError } from './node-error.ts';

/** Bits that keys of our own need at OpenSSL's security levels 0 to 5: of RSA's modulus, and of a curve. */
const RSA_BITS: readonly number[] = [0, 1024, 2048, 3072, 7680, 15_360];
const CURVE_BITS: readonly number[] = [0, 160, 224, 256, 384, 512];

/**
 * Refuses keys that are too short for the level in `@SECLEVEL`, or for OpenSSL's default. What else OpenSSL makes
 * depend on the level is either below what is spoken here, or a question of suites. Throws ERR_SSL_EE_KEY_TOO_SMALL.
 */
export function checkKeySizes(ciphers: string, credentials: readonly Credential[]): void {
  const level = levelOf(ciphers);
  for (const { publicKey } of credentials) {
    if (publicKey.bits >= leastBits(publicKey, level)) continue;
    const detail = `the key has ${publicKey.bits} bits; security level ${level} takes ${leastBits(publicKey, level)}`;
    throw openSslError('ERR_SSL_EE_KEY_TOO_SMALL', '0A00018F', 'SSL routines', 'ee key too small', new Error(detail));
  }
}

function leastBits({ kind }: PublicKey, level: number): number {
  return (kind === 'rsa' || kind === 'rsa-pss' ? RSA_BITS : CURVE_BITS)[level]!;
}

/** The last one counts; by default it is 2 since OpenSSL 3.2, and 1 before. */
function levelOf(ciphers: string): number {
  const given = [...ciphers.matchAll(/@SECLEVEL=([0-5])/g)].pop();
  if (given !== undefined) return Number(given[1]);
  const [major = 3, minor = 0] = process.versions.openssl.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 2) ? 2 : 1;
}
