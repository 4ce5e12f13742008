import type { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { Kem } from './hybrid.ts';
import { badKeyShare } from './sync-group.ts';

/** A parameter set of @noble/post-quantum as a Kem; `random` supplies what FIPS 203 draws (d, z and m). */
export function nobleKem(name: string, mlKem: typeof ml_kem768, random: (size: number) => Uint8Array): Kem {
  return {
    start() {
      const { publicKey, secretKey } = mlKem.keygen(random(64));
      return { publicKey, decapsulate: (ciphertext) => mlKem.decapsulate(ciphertext, secretKey) };
    },
    encapsulate(publicKey) {
      try {
        const { cipherText, sharedSecret } = mlKem.encapsulate(publicKey, random(32));
        return { ciphertext: cipherText, secret: sharedSecret };
      } catch {
        return badKeyShare(name, 'the ML-KEM encapsulation key is not valid');
      }
    },
  };
}
