import { fail } from '../errors/index.ts';
import type { Awaitable, Signal } from '../flow/index.ts';
import { type SignatureScheme, schemeByName } from './schemes.ts';
import type { SigningKey } from './signing-key.ts';

/** A key behind an interface that signs digests alone, as most chips do. */
export interface DigestSigner extends Omit<SigningKey, 'sign'> {
  /** Signs the digest that the scheme prescribes. Returns ECDSA as DER, RSA with the modulus's length. */
  signDigest(scheme: SignatureScheme, digest: Uint8Array, signal: Signal): Awaitable<Uint8Array>;
}

/** Fails with ERR_TLS_CONFIG where a scheme hashes by itself (Ed25519, ML-DSA): that needs the message. */
export function digestKey(signer: DigestSigner): SigningKey {
  for (const scheme of signer.schemes) {
    const known = schemeByName(scheme);
    if (known === null) fail('ERR_TLS_CONFIG', `schemes: "${scheme}" is not a signature scheme`);
    if (known.hash === null) fail('ERR_TLS_CONFIG', `schemes: ${scheme} signs messages, never digests`);
  }
  return {
    ...(signer.publicKey === undefined ? {} : { publicKey: signer.publicKey }),
    ...(signer.rsaDecrypt === undefined ? {} : { rsaDecrypt: signer.rsaDecrypt }),
    schemes: signer.schemes,
    sign: (request) => signer.signDigest(request.scheme, request.digest(), request.signal),
    close: () => signer.close?.(),
  };
}
