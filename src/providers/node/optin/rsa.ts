import crypto from 'node:crypto';
import type { Exchange12, PublicKey } from '../../../crypto/index.ts';
import { plain } from '../plain.ts';
import { importPublicKey } from '../public-key.ts';

/** Static RSA (RFC 5246, section 7.4.7.1): the client's half. The server's is `SigningKey.rsaDecrypt`. */
export const RSA: Exchange12 = { kind: 'rsa', encrypt };
/** The same with a pre-shared key (RFC 4279, section 4). */
export const RSA_PSK: Exchange12 = { kind: 'rsa-psk', encrypt };

function encrypt(key: PublicKey, premaster: Uint8Array): Uint8Array {
  const padding = crypto.constants.RSA_PKCS1_PADDING;
  return plain(crypto.publicEncrypt({ key: importPublicKey(key), padding }, premaster));
}
