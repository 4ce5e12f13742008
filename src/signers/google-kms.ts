import { parsePem } from '../asn1/index.ts';
import { fromBase64 } from '../bytes/index.ts';
import type { SignatureScheme } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { GoogleDigest, GoogleKms } from './google-kms/service.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { waitFor } from './shared/patience.ts';
import { serviceKey, told } from './shared/service-key.ts';

export { type GoogleKmsAccess, googleKmsClient } from './google-kms/client.ts';
export type { GoogleDigest, GoogleKms } from './google-kms/service.ts';
export type { FetchFunction } from './shared/http.ts';
export type { OpenedKey } from './shared/opened-key.ts';

export interface GoogleKmsOptions {
  /** Milliseconds that Google may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key version of Google Cloud KMS by its resource name
 * (`projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1`). Its algorithm, padding and hash included, is
 * fixed when it is made, so that it serves one scheme. There is never a certificate. Fails with ERR_TLS_KEY_NOT_FOUND,
 * ERR_TLS_KEY_DENIED, ERR_TLS_KEY_UNSUPPORTED, ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openGoogleKms(
  version: string,
  kms: GoogleKms,
  options: GoogleKmsOptions = {},
): Promise<OpenedKey> {
  const name = `Google KMS key ${version}`;
  const timeout = timeoutFrom(options.timeout, 30_000);
  const ask = async (): ReturnType<GoogleKms['getPublicKey']> =>
    kms.getPublicKey({ name: version }).catch((error) => Promise.reject(told(error, name)));
  const [{ pem, algorithm }] = await waitFor(ask, { name, timeout });
  const scheme = schemeOf(`${algorithm}`);
  if (scheme === null) fail('ERR_TLS_KEY_UNSUPPORTED', `${name} is for the algorithm ${algorithm}`);
  const spki = parsePem(pem ?? '')[0]?.der ?? fail('ERR_TLS_KEY_DEVICE', `${name}: Google returned no public key`);
  return serviceKey({
    name,
    timeout,
    schemes: [scheme],
    publicKey: spki,
    async sign(request, { hash }): Promise<Uint8Array> {
      const content =
        hash === null ? { data: request.message } : { digest: { [hash]: request.digest() } as GoogleDigest };
      const [{ signature }] = await kms.asymmetricSign({ name: version, ...content });
      // Over REST it is base64, over gRPC it is bytes.
      const bytes = typeof signature === 'string' ? fromBase64(signature) : (signature ?? null);
      return new Uint8Array(bytes ?? fail('ERR_TLS_KEY_DEVICE', `${name}: Google returned no signature`));
    },
  });
}

/** Algorithms are named like RSA_SIGN_PSS_2048_SHA256. */
function schemeOf(algorithm: string): SignatureScheme | null {
  if (algorithm === 'EC_SIGN_P256_SHA256') return 'ecdsa_secp256r1_sha256';
  if (algorithm === 'EC_SIGN_P384_SHA384') return 'ecdsa_secp384r1_sha384';
  if (algorithm === 'EC_SIGN_ED25519') return 'ed25519';
  const rsa = /^RSA_SIGN_(PSS|PKCS1)_\d+_SHA(256|384|512)$/.exec(algorithm);
  if (rsa === null) return null;
  return `${rsa[1] === 'PSS' ? 'rsa_pss_rsae' : 'rsa_pkcs1'}_sha${rsa[2]}` as SignatureScheme;
}
