// biome-ignore-all format: one suite a line reads as the table that it is
import type { Suite12 } from '../../../crypto/index.ts';
import { suite12 } from '../../shared/suites.ts';
import { sha256, sha384 } from '../hash.ts';
import type { Random } from '../random.ts';
import {
  AES_128_CBC_SHA, AES_128_CBC_SHA256, AES_128_CCM, AES_128_CCM_8, AES_128_GCM,
  AES_256_CBC_SHA, AES_256_CBC_SHA256, AES_256_CCM, AES_256_CCM_8, AES_256_GCM,
} from './bulk.ts';
import { rsaExchange } from './rsa.ts';

/** Static RSA, without forward secrecy (RFC 5246, RFC 5288, RFC 6655). */
export function rsaSuites(random: Random): Suite12[] {
  const RSA = rsaExchange(random);
  return [
    suite12('TLS_RSA_WITH_AES_128_GCM_SHA256', 0x009c, RSA, 'rsa', sha256, AES_128_GCM),
    suite12('TLS_RSA_WITH_AES_256_GCM_SHA384', 0x009d, RSA, 'rsa', sha384, AES_256_GCM),
    suite12('TLS_RSA_WITH_AES_128_CBC_SHA256', 0x003c, RSA, 'rsa', sha256, AES_128_CBC_SHA256),
    suite12('TLS_RSA_WITH_AES_256_CBC_SHA256', 0x003d, RSA, 'rsa', sha256, AES_256_CBC_SHA256),
    suite12('TLS_RSA_WITH_AES_128_CBC_SHA', 0x002f, RSA, 'rsa', sha256, AES_128_CBC_SHA),
    suite12('TLS_RSA_WITH_AES_256_CBC_SHA', 0x0035, RSA, 'rsa', sha256, AES_256_CBC_SHA),
    suite12('TLS_RSA_WITH_AES_128_CCM', 0xc09c, RSA, 'rsa', sha256, AES_128_CCM),
    suite12('TLS_RSA_WITH_AES_256_CCM', 0xc09d, RSA, 'rsa', sha256, AES_256_CCM),
    suite12('TLS_RSA_WITH_AES_128_CCM_8', 0xc0a0, RSA, 'rsa', sha256, AES_128_CCM_8),
    suite12('TLS_RSA_WITH_AES_256_CCM_8', 0xc0a1, RSA, 'rsa', sha256, AES_256_CCM_8),
  ];
}
