import { callbackKey } from '../../config/callback-key.ts';
import { credential } from '../../config/credentials.ts';
import type { SchemeInfo, SigningKey } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { Credential } from '../../handshake/credential.ts';
import { type PrivateKeyInput, signingKeyFrom } from '../../providers/node.ts';
import { type Certificate, isKeyOf, parseCertificate } from '../../x509/index.ts';
import { invalidArgType, invalidArgValue, openSslError } from './node-error.ts';
import type { KeyCallback } from './options.ts';
import { certificatesIn, listOf, pemInput } from './pem-input.ts';

export interface CredentialOptions {
  readonly cert?: unknown;
  readonly key?: unknown;
  readonly passphrase?: unknown;
}

type Key = SigningKey | KeyCallback;

/**
 * Certificate chains with their keys. A key in memory, or one that tells its public half, goes with the certificate it
 * belongs to; another with the certificate in the same place. Certificates without a key, and keys in memory without
 * any certificate, are left aside as in Node. `issuers` complete chains whose intermediates were not given.
 */
export function credentialsFrom(
  options: CredentialOptions,
  schemes: readonly SchemeInfo[] | null,
  issuers: readonly Certificate[],
): Credential[] {
  const chains = listOf(options.cert).map((cert) => completed(chainFrom(cert), issuers));
  refuseLoneHolder(options.key);
  const keys = listOf(options.key).map((key) => keyFrom(key, options.passphrase));
  const credentials: Credential[] = [];
  for (const [index, key] of keys.entries()) {
    const chain = chainOf(key, index, chains);
    if (chain === null) continue;
    const signer = typeof key === 'function' ? bufferKey(key, chain[0]!) : key;
    const ders = chain.map((certificate) => certificate.der);
    credentials.push(credential({ chain: ders, key: signer, ...(schemes === null ? null : { schemes }) }));
  }
  return credentials;
}

/** As in Node a key comes with a passphrase of its own in a list alone. */
function refuseLoneHolder(key: unknown): void {
  if (typeof key === 'object' && key !== null && 'pem' in key) pemInput('options.key', key);
}

function chainFrom(cert: unknown): Certificate[] {
  const ders = certificatesIn(pemInput('options.cert', cert));
  if (ders.length > 0) return ders.map(parseCertificate);
  const cause = new TlsError('ERR_TLS_PEM', { detail: 'options.cert has no block that begins with BEGIN CERTIFICATE' });
  throw openSslError('ERR_OSSL_PEM_NO_START_LINE', '0480006C', 'PEM routines', 'no start line', cause);
}

/** As OpenSSL does for a certificate that comes alone: those above it up to the root, if `ca` has them. */
function completed(chain: Certificate[], issuers: readonly Certificate[]): Certificate[] {
  if (chain.length !== 1) return chain;
  const whole = [...chain];
  for (let last = chain[0]!; !last.selfIssued && whole.length <= issuers.length; last = whole[whole.length - 1]!) {
    const above = issuers.find((issuer) => issuer.subject.key === last.issuer.key);
    if (above === undefined) break;
    whole.push(above);
  }
  return whole;
}

function keyFrom(value: unknown, passphrase: unknown): Key {
  if (typeof value === 'function') return value as KeyCallback;
  if (isSigningKey(value)) return value;
  const { input, secret } = unwrapped(value, passphrase);
  if (secret !== undefined && secret !== null && typeof secret !== 'string') {
    throw invalidArgType('options.passphrase', ['string'], secret);
  }
  const text = isKeyObject(input) ? input : pemInput('options.key', input);
  try {
    return secret ? signingKeyFrom(text as PrivateKeyInput, secret) : signingKeyFrom(text as PrivateKeyInput);
  } catch (cause) {
    if (typeof text === 'object' && !ArrayBuffer.isView(text)) throw cause;
    throw isEncrypted(text as string | Uint8Array) ? badDecrypt(cause) : cause;
  }
}

function isEncrypted(pem: string | Uint8Array): boolean {
  const text = typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1');
  return /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text);
}

/** What a wrong or missing passphrase comes to; the cause says which it is. */
function badDecrypt(cause: unknown): Error {
  return openSslError('ERR_OSSL_BAD_DECRYPT', '1C800064', 'Provider routines', 'bad decrypt', cause);
}

function unwrapped(value: unknown, passphrase: unknown): { input: unknown; secret: unknown } {
  if (typeof value !== 'object' || value === null || isKeyObject(value)) return { input: value, secret: passphrase };
  const holder = value as { pem?: unknown; key?: unknown; passphrase?: unknown };
  const input = holder.pem ?? holder.key ?? value;
  return { input, secret: holder.passphrase === undefined ? passphrase : holder.passphrase };
}

function isSigningKey(value: unknown): value is SigningKey {
  const { schemes, sign } = (value ?? {}) as Partial<SigningKey>;
  return Array.isArray(schemes) && typeof sign === 'function';
}

function isKeyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'asymmetricKeyType' in value;
}

/** The chain that a key belongs to; null where there is none at all. */
function chainOf(key: Key, index: number, chains: readonly Certificate[][]): readonly Certificate[] | null {
  const spki = typeof key === 'function' ? undefined : key.publicKey;
  if (spki !== undefined) {
    const own = chains.find((chain) => isKeyOf(spki, chain[0]!.publicKey));
    if (own === undefined && chains.length > 0) throw mismatch(chains[0]![0]!);
    return own ?? null;
  }
  const chain = chains[index] ?? (chains.length === 1 ? chains[0]! : null);
  if (chain !== null) return chain;
  const what = 'must come with the certificate of each key that does not tell its public half';
  throw invalidArgValue('options.cert', chains.length, what);
}

/** The function is given a Buffer of its own. */
function bufferKey(sign: KeyCallback, leaf: Certificate): SigningKey {
  return callbackKey((data, callback) => sign(Buffer.from(data), callback), leaf.publicKey);
}

function mismatch(leaf: Certificate): Error {
  const detail = `the certificate is that of ${leaf.subject}`;
  const cause = new TlsError('ERR_TLS_KEY_MISMATCH', { detail, certificate: leaf.der });
  const library = 'x509 certificate routines';
  return openSslError('ERR_OSSL_X509_KEY_VALUES_MISMATCH', '05800074', library, 'key values mismatch', cause);
}
