import { I2OSP, OS2IP, pow } from 'micro-rsa-dsa-dh/utils.js';
import type { Exchange12, PublicKey } from '../../../crypto/index.ts';
import { fail } from '../../../errors/index.ts';
import { rsaKeyFits } from '../../shared/rsa.ts';
import type { Random } from '../random.ts';
import { toRsa } from '../verify.ts';

const LEAST_PADDING = 8;

/** Static RSA (RFC 5246, section 7.4.7.1): the client's half, RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.1). */
export function rsaExchange(random: Random): Exchange12 {
  return { kind: 'rsa', encrypt: (key, premaster) => encrypt(random, key, premaster) };
}

function encrypt(random: Random, key: PublicKey, premaster: Uint8Array): Uint8Array {
  const size = key.rsa === undefined ? 0 : key.rsa.n.length;
  const padding = size - premaster.length - 3;
  if (padding < LEAST_PADDING || !rsaKeyFits(key)) {
    fail('ERR_TLS_UNSUPPORTED', `the certificate's RSA key of ${key.bits} bits cannot take the premaster secret`);
  }
  const message = new Uint8Array(size);
  message[1] = 2;
  message.set(nonZero(random, padding), 2);
  message.set(premaster, 3 + padding);
  const { n, e } = toRsa(key);
  const ciphertext = I2OSP(pow(OS2IP(message), e, n), size);
  message.fill(0);
  return ciphertext;
}

function nonZero(random: Random, size: number): Uint8Array {
  const bytes = Uint8Array.from(random(size));
  for (let i = 0; i < size; i++) while (bytes[i] === 0) bytes[i] = random(1)[0]!;
  return bytes;
}
