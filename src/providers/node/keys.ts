import crypto from 'node:crypto';
import { type SchemeInfo, type SigningKey, type SignRequest, schemeByName } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type EncodedKey, readKeyFormat, refuse } from './key-format.ts';
import { schemesOf } from './key-schemes.ts';
import { plain } from './plain.ts';

type Passphrase = string | Uint8Array;

/** A private key in memory: PEM (first private key in it), DER, a KeyObject, or one of the first two with its passphrase. */
export type PrivateKeyInput =
  | string
  | Uint8Array
  | crypto.KeyObject
  | { readonly key: string | Uint8Array | crypto.KeyObject; readonly passphrase?: Passphrase }
  | { readonly pem: string | Uint8Array; readonly passphrase?: Passphrase };

/**
 * A signing key from PKCS #8, PKCS #1 or SEC 1, as PEM or DER, also encrypted, or from a KeyObject. Its schemes follow
 * from the key. Fails with ERR_TLS_KEY_PARSE on anything else, on a missing or wrong passphrase, and on keys that
 * cannot sign.
 */
export function signingKeyFrom(
  input: PrivateKeyInput,
  passphrase?: Passphrase,
): SigningKey & { readonly publicKey: Uint8Array } {
  const key = toKeyObject(input, passphrase);
  const schemes = schemesOf(key);
  if (schemes.length === 0) refuse(`TLS has no signature for a key of type ${typeName(key)}`);
  const publicKey = plain(crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const sign = (request: SignRequest): Uint8Array => signWith(key, schemes, request);
  if (key.asymmetricKeyType !== 'rsa') return { publicKey, schemes, sign };
  return {
    publicKey,
    schemes,
    sign,
    rsaDecrypt: { padding: 'none', run: (ciphertext) => decryptWith(key, ciphertext) },
  };
}

function signWith(key: crypto.KeyObject, schemes: readonly string[], request: SignRequest): Uint8Array {
  const scheme = schemeByName(request.scheme);
  if (scheme === null || !schemes.includes(request.scheme))
    fail('ERR_TLS_KEY_SCHEME', `${request.scheme} was asked for`);
  return plain(crypto.sign(scheme.hash, request.message, { key, ...optionsOf(scheme) }));
}

function optionsOf(scheme: SchemeInfo): crypto.SigningOptions {
  switch (scheme.kind) {
    case 'ecdsa':
      return { dsaEncoding: 'der' };
    case 'rsa-pkcs1':
      return { padding: crypto.constants.RSA_PKCS1_PADDING };
    case 'rsa-pss':
      return {
        padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
        saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST,
      };
    default:
      return {};
  }
}

/** Node refuses to unpad (CVE-2023-46809), and rightly: it is done in constant time elsewhere. */
function decryptWith(key: crypto.KeyObject, ciphertext: Uint8Array): Uint8Array {
  return plain(crypto.privateDecrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, ciphertext));
}

function toKeyObject(input: PrivateKeyInput, passphrase: Passphrase | undefined): crypto.KeyObject {
  if (typeof input === 'string' || ArrayBuffer.isView(input)) return decode(input, passphrase);
  if (isKeyObject(input)) return requirePrivate(input);
  if (typeof input !== 'object' || input === null) refuse('give PEM, DER, a KeyObject, or { key, passphrase }');
  const inner = 'pem' in input ? input.pem : input.key;
  if (typeof inner === 'object' && inner !== null && !ArrayBuffer.isView(inner) && !isKeyObject(inner)) {
    refuse('the key inside { key, passphrase } is neither PEM, DER nor a KeyObject');
  }
  return toKeyObject(inner, input.passphrase ?? passphrase);
}

function isKeyObject(value: unknown): value is crypto.KeyObject {
  return typeof value === 'object' && value !== null && 'type' in value && 'export' in value;
}

function requirePrivate(key: crypto.KeyObject): crypto.KeyObject {
  return key.type === 'private' ? key : refuse(`the KeyObject holds a ${key.type} key, not a private one`);
}

function decode(input: string | Uint8Array, passphrase: Passphrase | undefined): crypto.KeyObject {
  const encoded = readKeyFormat(input);
  if (encoded.encrypted && passphrase === undefined) refuse('it is encrypted and no passphrase was given');
  try {
    return crypto.createPrivateKey(openSslInput(encoded, passphrase));
  } catch (error) {
    return refuse(whyNot(encoded, (error as { code?: unknown }).code));
  }
}

function openSslInput(encoded: EncodedKey, passphrase: Passphrase | undefined): crypto.PrivateKeyInput {
  const secret = encoded.encrypted ? { passphrase: passphrase as string | Buffer } : {};
  if (encoded.format === 'pem') return { key: encoded.key, format: 'pem', ...secret };
  return { key: encoded.key as Buffer, format: 'der', type: encoded.type, ...secret };
}

/** OpenSSL's own words help nobody, and a wrong passphrase has several of them: bad padding, or by chance bad DER. */
function whyNot(encoded: EncodedKey, code: unknown): string {
  if (!encoded.encrypted) return 'its contents are damaged, or of a kind that this OpenSSL does not know';
  if (code === 'ERR_OSSL_EVP_UNSUPPORTED') return 'it is encrypted in a way that this OpenSSL does not know';
  return 'the passphrase is wrong, or the key is damaged';
}

function typeName(key: crypto.KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return `${key.asymmetricKeyType ?? 'unknown'}${curve === undefined ? '' : ` on ${curve}`}`;
}
