import { ecdsaRawToDer, type SignatureScheme } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { EC_SCHEME, fitsModulus } from './shared/schemes.ts';
import { serviceKey } from './shared/service-key.ts';
import type { NistCurve } from './shared/spki.ts';

export type { OpenedKey } from './shared/opened-key.ts';

/** The part of a CryptoKey that is used; any host's fits. */
export interface WebCryptoKey {
  readonly type: string;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** The part of `crypto.subtle` that is used; any host's fits. */
export interface WebCryptoSubtle {
  sign(algorithm: object, key: WebCryptoKey, data: Uint8Array): Promise<ArrayBuffer>;
  exportKey(format: 'spki', key: WebCryptoKey): Promise<ArrayBuffer>;
}

export interface WebCryptoOptions {
  /** The public half, as CryptoKey or SubjectPublicKeyInfo: lets it be told at once that a certificate is another key's. */
  readonly publicKey?: WebCryptoKey | Uint8Array;
  /** Default: the host's `crypto.subtle`. */
  readonly subtle?: WebCryptoSubtle;
  /** Milliseconds that a signature may take; 30 000 unless told. */
  readonly timeout?: number;
}

/** How WebCrypto makes the signatures of a scheme. */
interface Way {
  readonly key: WebCryptoKey;
  readonly algorithm: object;
  readonly isEcdsa: boolean;
}

/**
 * Makes a signing key of a private CryptoKey, which need not be extractable. Hash and padding are fixed in an RSA
 * CryptoKey, so that each serves one scheme; the same key imported for RSA-PSS and for RSASSA-PKCS1-v1_5, or for several
 * hashes, may be given together. There is never a certificate.
 *
 * Fails with ERR_TLS_KEY_UNSUPPORTED or ERR_TLS_KEY_MODULE.
 */
export async function openWebCrypto(
  privateKey: WebCryptoKey | readonly WebCryptoKey[],
  options: WebCryptoOptions = {},
): Promise<OpenedKey> {
  const subtle = options.subtle ?? (globalThis as { crypto?: { subtle?: WebCryptoSubtle } }).crypto?.subtle;
  if (subtle === undefined) fail('ERR_TLS_KEY_MODULE', 'this host has no crypto.subtle; give the option subtle');
  const keys = Array.isArray(privateKey) ? (privateKey as readonly WebCryptoKey[]) : [privateKey as WebCryptoKey];
  if (keys.length === 0) fail('ERR_TLS_KEY_UNSUPPORTED', 'no CryptoKey was given');
  const ways = new Map(keys.map(wayOf));
  return serviceKey({
    name: `CryptoKey for ${keys[0]!.algorithm.name}`,
    timeout: timeoutFrom(options.timeout, 30_000),
    schemes: [...ways.keys()].sort((a, b) => rank(b) - rank(a)),
    publicKey: await spkiOf(options.publicKey, subtle),
    async sign(request): Promise<Uint8Array> {
      const { key, algorithm, isEcdsa } = ways.get(request.scheme)!;
      const signature = new Uint8Array(await subtle.sign(algorithm, key, request.message));
      return isEcdsa ? ecdsaRawToDer(signature) : signature;
    },
  });
}

interface Described {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: { readonly name: string };
  readonly modulusLength?: number;
}

function wayOf(key: WebCryptoKey): [SignatureScheme, Way] {
  const algorithm: Described = key.algorithm;
  if (key.type !== 'private') fail('ERR_TLS_KEY_UNSUPPORTED', `the CryptoKey is ${key.type}, not private`);
  if (!key.usages.includes('sign')) fail('ERR_TLS_KEY_UNSUPPORTED', 'the CryptoKey has no usage "sign"');
  const { name, modulusLength = 0 } = algorithm;
  if (name === 'Ed25519') return ['ed25519', { key, algorithm: { name }, isEcdsa: false }];
  if (name === 'ECDSA') {
    const scheme = EC_SCHEME[algorithm.namedCurve as NistCurve] ?? unusable(`ECDSA on ${algorithm.namedCurve}`);
    return [scheme, { key, algorithm: { name, hash: `SHA-${scheme.slice(-3)}` }, isEcdsa: true }];
  }
  const pss = name === 'RSA-PSS';
  if (!pss && name !== 'RSASSA-PKCS1-v1_5') unusable(name);
  const bits = /^SHA-(256|384|512)$/.exec(algorithm.hash?.name ?? '')?.[1] ?? unusable(`${name} without SHA-2`);
  const scheme = `${pss ? 'rsa_pss_rsae' : 'rsa_pkcs1'}_sha${bits}` as SignatureScheme;
  if (!fitsModulus(scheme, modulusLength)) unusable(`${scheme} with ${modulusLength} bits, which are too few`);
  const parameters = pss ? { name, saltLength: Number(bits) / 8 } : { name };
  return [scheme, { key, algorithm: parameters, isEcdsa: false }];
}

async function spkiOf(
  publicKey: WebCryptoKey | Uint8Array | undefined,
  subtle: WebCryptoSubtle,
): Promise<Uint8Array | null> {
  if (publicKey === undefined) return null;
  return publicKey instanceof Uint8Array ? publicKey : new Uint8Array(await subtle.exportKey('spki', publicKey));
}

/** PSS serves TLS 1.3 too. */
function rank(scheme: SignatureScheme): number {
  return Number(scheme.startsWith('rsa_pss'));
}

function unusable(what: string): never {
  return fail('ERR_TLS_KEY_UNSUPPORTED', `the CryptoKey is for ${what}`);
}
