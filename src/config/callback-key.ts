import { isBytes } from '../bytes/index.ts';
import {
  ecdsaDerToRaw,
  ecdsaRawToDer,
  type PublicKey,
  SCHEMES,
  type SignatureScheme,
  type SigningKey,
  type SignRequest,
} from '../crypto/index.ts';
import { asTlsError, fail, TlsError } from '../errors/index.ts';
import { isThenable } from '../flow/index.ts';

/** Takes the signature, or the reason why there is none. Only the first call counts. */
export type SignCallback = (error?: unknown, signature?: unknown) => void;

/** Signs `data` and hands the signature to `callback`, or returns a promise of it. */
export type SignFunction = (data: Uint8Array, callback: SignCallback) => unknown;

/**
 * The simplest signer: a function that is given the whole message and signs it with the one scheme that is usual for
 * its kind of key. RSA: PKCS#1 v1.5 with SHA-256, so that TLS 1.3 is out of reach; P-256, P-384, P-521: ECDSA with
 * SHA-256, SHA-384, SHA-512, as DER or as r‖s; Ed25519.
 *
 * `sign` fails with ERR_TLS_SIGN_FAILED, the function's reason being the cause, or with ERR_TLS_SIGN_BAD_RESULT.
 */
export function callbackKey(sign: SignFunction, publicKey: PublicKey): SigningKey {
  return new CallbackKey(sign, publicKey);
}

class CallbackKey implements SigningKey {
  readonly schemes: readonly SignatureScheme[];
  readonly publicKey: Uint8Array;
  private readonly run: SignFunction;
  private readonly key: PublicKey;

  constructor(run: SignFunction, key: PublicKey) {
    this.run = run;
    this.key = key;
    this.publicKey = key.spki;
    this.schemes = [conventionalScheme(key)];
  }

  sign(request: SignRequest): PromiseLike<Uint8Array> {
    return new Promise((resolve, reject) => {
      const succeed = (signature: unknown): void => {
        try {
          resolve(signatureFrom(signature, this.key));
        } catch (error) {
          reject(asTlsError(error));
        }
      };
      const refuse = (reason: unknown): void => reject(signerFailed(reason));
      let returned: unknown;
      try {
        returned = this.run(request.message, (error, signature) => (error ? refuse(error) : succeed(signature)));
      } catch (error) {
        return refuse(error);
      }
      if (isThenable(returned)) returned.then(succeed, refuse);
      else if (isBytes(returned)) succeed(returned);
    });
  }
}

/** What everybody means by "sign with this key". */
function conventionalScheme(key: PublicKey): SignatureScheme {
  if (key.kind === 'rsa') return 'rsa_pkcs1_sha256';
  if (key.kind === 'ec' && key.curve === 'secp256k1') return 'ecdsa_secp256r1_sha256';
  const hash = key.pss?.hash ?? null;
  for (const scheme of SCHEMES) {
    if (scheme.key !== key.kind || (scheme.curve ?? undefined) !== key.curve) continue;
    if (hash === null || scheme.hash === hash) return scheme.name;
  }
  return fail('ERR_TLS_KEY_SCHEME', `no signature scheme is known for a certificate with a key of kind ${key.kind}`);
}

function signatureFrom(value: unknown, key: PublicKey): Uint8Array {
  if (!isBytes(value)) fail('ERR_TLS_SIGN_BAD_RESULT', `it returned ${kindOf(value)}`);
  const bytes = Math.ceil(key.bits / 8);
  if (key.kind === 'ec') return ecdsaSignature(value, bytes);
  const size = key.kind === 'rsa' || key.kind === 'rsa-pss' ? bytes : null;
  if (value.length === 0 || (size !== null && value.length !== size)) {
    fail('ERR_TLS_SIGN_BAD_RESULT', `it has ${value.length} bytes${size === null ? '' : ` instead of ${size}`}`);
  }
  return value;
}

function ecdsaSignature(value: Uint8Array, size: number): Uint8Array {
  if (ecdsaDerToRaw(value, size) !== null) return value;
  if (value.length === 2 * size) return ecdsaRawToDer(value);
  return fail('ERR_TLS_SIGN_BAD_RESULT', `${value.length} bytes are neither DER nor the ${2 * size} bytes of r and s`);
}

function signerFailed(reason: unknown): TlsError {
  const message = typeof reason === 'object' && reason !== null ? (reason as { message?: unknown }).message : reason;
  const detail = typeof message === 'string' && message !== '' ? message : 'it gave no reason';
  return new TlsError('ERR_TLS_SIGN_FAILED', { detail, cause: reason });
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : `a value of type ${typeof value}`;
}
