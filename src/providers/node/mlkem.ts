import crypto from 'node:crypto';
import type { Group } from '../../crypto/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { hybrid, type Kem, type KemKey } from '../shared/hybrid.ts';
import { nobleKem } from '../shared/noble-kem.ts';
import { badKeyShare } from '../shared/sync-group.ts';
import { x25519 } from './montgomery.ts';
import { fromBase64Url, plain, toBase64Url } from './plain.ts';
import { random } from './random.ts';

const NAME = 'X25519MLKEM768';

export const X25519MLKEM768: Group = /* @__PURE__ */ hybrid({
  name: NAME,
  id: 4588,
  kem: mlKem768,
  publicKeySize: 1184,
  ciphertextSize: 1088,
  group: x25519,
  shareSize: 32,
});

/** What Node has from 24.7 on, where its OpenSSL is 3.5 or later. */
interface NativeMlKem {
  generateKeyPairSync(type: 'ml-kem-768'): crypto.KeyPairKeyObjectResult;
  encapsulate(key: crypto.KeyObject): { sharedKey: Buffer; ciphertext: Buffer };
  decapsulate(key: crypto.KeyObject, ciphertext: Uint8Array): Buffer;
}

let kem: Kem | null = null;

/** Native, or else @noble/post-quantum, which takes 15 ms to load and therefore waits for its first use. */
export function mlKem768(): Awaitable<Kem> {
  if (kem === null && hasNative()) kem = nativeKem(crypto as unknown as NativeMlKem);
  if (kem !== null) return kem;
  return import('@noble/post-quantum/ml-kem.js').then((noble) => {
    kem = nobleKem(NAME, noble.ml_kem768, random);
    return kem;
  });
}

/** By trying: the functions may be there without the algorithm, and the algorithm without its JWK. */
function hasNative(): boolean {
  const native = crypto as unknown as Partial<NativeMlKem>;
  if (native.encapsulate === undefined || native.decapsulate === undefined) return false;
  try {
    return nativeStart(native as NativeMlKem).publicKey.length === 1184;
  } catch {
    return false;
  }
}

function nativeKem(native: NativeMlKem): Kem {
  return {
    start: () => nativeStart(native),
    encapsulate(publicKey) {
      try {
        const key = importPublicKey(publicKey);
        const { sharedKey, ciphertext } = native.encapsulate(key);
        return { ciphertext: plain(ciphertext), secret: plain(sharedKey) };
      } catch {
        return badKeyShare(NAME, 'the ML-KEM encapsulation key is not valid');
      }
    },
  };
}

/** As JWK: 39 µs with the export, 64 as SubjectPublicKeyInfo. */
function nativeStart(native: NativeMlKem): KemKey {
  const pair = native.generateKeyPairSync('ml-kem-768');
  const { pub } = pair.publicKey.export({ format: 'jwk' }) as { pub: string };
  return {
    publicKey: fromBase64Url(pub),
    decapsulate: (ciphertext) => plain(native.decapsulate(pair.privateKey, ciphertext)),
  };
}

function importPublicKey(raw: Uint8Array): crypto.KeyObject {
  return crypto.createPublicKey({ key: { kty: 'AKP', alg: 'ML-KEM-768', pub: toBase64Url(raw) }, format: 'jwk' });
}
