import type { SignatureScheme } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { publicKey } from '../x509/index.ts';
import type { AwsAlgorithm, AwsKms } from './aws-kms/service.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { waitFor } from './shared/patience.ts';
import { fitsModulus } from './shared/schemes.ts';
import { serviceKey, told } from './shared/service-key.ts';

export { type AwsCredentials, type AwsKmsAccess, awsKmsClient } from './aws-kms/client.ts';
export type { AwsAlgorithm, AwsKms } from './aws-kms/service.ts';
export type { FetchFunction } from './shared/http.ts';
export type { OpenedKey } from './shared/opened-key.ts';

export interface AwsKmsOptions {
  /** Milliseconds that AWS may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

const SCHEMES: readonly (readonly [SignatureScheme, AwsAlgorithm])[] = [
  ['ecdsa_secp256r1_sha256', 'ECDSA_SHA_256'],
  ['ecdsa_secp384r1_sha384', 'ECDSA_SHA_384'],
  ['ecdsa_secp521r1_sha512', 'ECDSA_SHA_512'],
  ['ed25519', 'ED25519_SHA_512'],
  ['rsa_pss_rsae_sha256', 'RSASSA_PSS_SHA_256'],
  ['rsa_pss_rsae_sha384', 'RSASSA_PSS_SHA_384'],
  ['rsa_pss_rsae_sha512', 'RSASSA_PSS_SHA_512'],
  ['rsa_pkcs1_sha256', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ['rsa_pkcs1_sha384', 'RSASSA_PKCS1_V1_5_SHA_384'],
  ['rsa_pkcs1_sha512', 'RSASSA_PKCS1_V1_5_SHA_512'],
];

/** KMS takes messages no longer than this; the transcript that a client of TLS 1.2 signs may well be. */
const LONGEST_MESSAGE = 4096;

/**
 * Opens an asymmetric key of AWS KMS with the usage SIGN_VERIFY, by its key id, ARN or alias. There is never a
 * certificate. Fails with ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_DENIED, ERR_TLS_KEY_UNSUPPORTED, ERR_TLS_KEY_DEVICE or
 * ERR_TLS_KEY_TIMEOUT.
 */
export async function openAwsKms(keyId: string, kms: AwsKms, options: AwsKmsOptions = {}): Promise<OpenedKey> {
  const name = `AWS KMS key ${keyId}`;
  const timeout = timeoutFrom(options.timeout, 30_000);
  const ask = async (abortSignal: AbortSignal): Promise<Awaited<ReturnType<AwsKms['getPublicKey']>>> =>
    kms.getPublicKey({ KeyId: keyId }, { abortSignal }).catch((error) => Promise.reject(told(error, name)));
  const answer = await waitFor(ask, { name, timeout });
  const spki = answer.PublicKey ?? fail('ERR_TLS_KEY_DEVICE', `${name}: AWS returned no public key`);
  const algorithms = schemesFor(new Uint8Array(spki), answer.SigningAlgorithms ?? []);
  if (algorithms.size === 0) fail('ERR_TLS_KEY_UNSUPPORTED', `${name} has the usage ${answer.KeyUsage ?? 'unknown'}`);
  return serviceKey({
    name,
    timeout,
    schemes: [...algorithms.keys()],
    publicKey: new Uint8Array(spki),
    async sign(request, scheme, abortSignal): Promise<Uint8Array> {
      const raw = scheme.hash === null;
      if (raw && request.message.length > LONGEST_MESSAGE) {
        fail('ERR_TLS_KEY_SCHEME', `${name}: KMS signs no message of ${request.message.length} bytes; use TLS 1.3`);
      }
      const content = raw
        ? ({ Message: request.message, MessageType: 'RAW' } as const)
        : ({ Message: request.digest(), MessageType: 'DIGEST' } as const);
      const SigningAlgorithm = algorithms.get(scheme.name)!;
      const { Signature } = await kms.sign({ KeyId: keyId, ...content, SigningAlgorithm }, { abortSignal });
      return new Uint8Array(Signature ?? fail('ERR_TLS_KEY_DEVICE', `${name}: AWS returned no signature`));
    },
  });
}

/** Those that both sides know, and that fit the key. */
function schemesFor(spki: Uint8Array, offered: readonly string[]): Map<SignatureScheme, AwsAlgorithm> {
  const { kind, bits } = publicKey(spki);
  return new Map(
    SCHEMES.filter(
      ([scheme, algorithm]) => offered.includes(algorithm) && (kind !== 'rsa' || fitsModulus(scheme, bits)),
    ),
  );
}
