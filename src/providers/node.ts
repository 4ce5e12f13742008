import type { Group, Hash, Provider } from '../crypto/index.ts';
import { secp256r1, secp384r1, secp521r1 } from './node/ecdh.ts';
import { sha1, sha256, sha384, sha512 } from './node/hash.ts';
import { X25519MLKEM768 } from './node/mlkem.ts';
import { x25519 } from './node/montgomery.ts';
import { random } from './node/random.ts';
import { suites } from './node/suites.ts';
import { verifiers } from './node/verifiers.ts';

const hashes: readonly Hash[] = [sha256, sha384, sha512, sha1];
const groups: readonly Group[] = [X25519MLKEM768, x25519, secp256r1, secp384r1, secp521r1];

/** node:crypto, with the default offer. Whatever else it can do is a value in `node/optin.ts`. */
export const nodeProvider: Provider = { name: 'node', random, hashes, suites, groups, verifiers };

export { aes128Gcm, aes256Gcm, chacha20Poly1305 } from './node/aead.ts';
export { secp256r1, secp384r1, secp521r1 } from './node/ecdh.ts';
export { sha1, sha256, sha384, sha512 } from './node/hash.ts';
export { type PrivateKeyInput, signingKeyFrom } from './node/keys.ts';
export { X25519MLKEM768 } from './node/mlkem.ts';
export { x25519 } from './node/montgomery.ts';
export { random } from './node/random.ts';
export { type StoreName, type StoreOptions, storeCertificates, trustStore } from './node/stores.ts';
export * from './node/suites.ts';
export * from './node/verifiers.ts';
