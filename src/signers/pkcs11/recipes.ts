import type { HashName, SignatureScheme, SignRequest } from '../../crypto/index.ts';
import { ecdsaRawToDer, schemeByName } from '../../crypto/index.ts';
import { digestInfo, emsaPkcs1, emsaPss, leftPad } from '../shared/emsa.ts';
import { EC_SCHEME, fitsModulus, PKCS1_SCHEMES, PSS_SCHEMES } from '../shared/schemes.ts';
import { COORDINATE } from '../shared/spki.ts';
import { CKM } from './constants.ts';
import type { Mechanism } from './cryptoki.ts';
import type { KeyForm } from './facts.ts';

/** How a token makes the signatures of a scheme. */
export interface Recipe {
  readonly mechanism: Mechanism;
  input(request: SignRequest): Uint8Array;
  /** Bytes that the token may return. */
  readonly room: number;
  /** From what the token returns to what TLS sends. */
  output(signature: Uint8Array): Uint8Array;
}

/** Each scheme that a key of this form can be brought to with the mechanisms that the token and the key allow. */
export function recipesFor(form: KeyForm, can: (mechanism: number) => boolean): Map<SignatureScheme, Recipe> {
  const recipes = new Map<SignatureScheme, Recipe>();
  if (form.kind === 'ed25519') {
    if (can(CKM.EDDSA)) recipes.set('ed25519', { ...message(CKM.EDDSA), room: 64, output: asIs });
  } else if (form.kind === 'ec') {
    const recipe = ecdsa(EC_SCHEME[form.curve], COORDINATE[form.curve], can);
    if (recipe !== null) recipes.set(EC_SCHEME[form.curve], recipe);
  } else {
    for (const scheme of [...PSS_SCHEMES, ...PKCS1_SCHEMES]) {
      if (!fitsModulus(scheme, form.bits)) continue;
      const { kind, hash } = schemeByName(scheme)!;
      const make = kind === 'rsa-pss' ? rsaPss : rsaPkcs1;
      const way = make(hash!, form.bits, can);
      const room = Math.ceil(form.bits / 8);
      if (way !== null) recipes.set(scheme, { ...way, room, output: (signature) => leftPad(signature, room) });
    }
  }
  return recipes;
}

type Way = Pick<Recipe, 'mechanism' | 'input'>;

const HASHES: Readonly<Record<string, { hash: number; ecdsa: number; pkcs1: number; pss: number; mask: number }>> = {
  sha256: {
    hash: CKM.SHA256,
    ecdsa: CKM.ECDSA_SHA256,
    pkcs1: CKM.SHA256_RSA_PKCS,
    pss: CKM.SHA256_RSA_PKCS_PSS,
    mask: 2,
  },
  sha384: {
    hash: CKM.SHA384,
    ecdsa: CKM.ECDSA_SHA384,
    pkcs1: CKM.SHA384_RSA_PKCS,
    pss: CKM.SHA384_RSA_PKCS_PSS,
    mask: 3,
  },
  sha512: {
    hash: CKM.SHA512,
    ecdsa: CKM.ECDSA_SHA512,
    pkcs1: CKM.SHA512_RSA_PKCS,
    pss: CKM.SHA512_RSA_PKCS_PSS,
    mask: 4,
  },
};
const SALT: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** Raw mechanisms come first: every token has them, while those that hash are often missing. */
function ecdsa(scheme: SignatureScheme, coordinate: number, can: (type: number) => boolean): Recipe | null {
  const { ecdsa: hashing } = HASHES[schemeByName(scheme)!.hash!]!;
  const way = can(CKM.ECDSA) ? digest(CKM.ECDSA) : can(hashing) ? message(hashing) : null;
  return way && { ...way, room: 2 * coordinate, output: ecdsaRawToDer };
}

function rsaPkcs1(hash: HashName, bits: number, can: (type: number) => boolean): Way | null {
  if (can(CKM.RSA_PKCS)) {
    return { mechanism: { type: CKM.RSA_PKCS }, input: (request) => digestInfo(hash, request.digest()) };
  }
  const { pkcs1 } = HASHES[hash]!;
  if (can(pkcs1)) return message(pkcs1);
  if (!can(CKM.RSA_X_509)) return null;
  return { mechanism: { type: CKM.RSA_X_509 }, input: (request) => emsaPkcs1(hash, request.digest(), bits) };
}

function rsaPss(hash: HashName, bits: number, can: (type: number) => boolean): Way | null {
  const { hash: type, mask, pss } = HASHES[hash]!;
  const parameters = { hash: type, mask, salt: SALT[hash]! };
  if (can(CKM.RSA_PKCS_PSS)) return digest(CKM.RSA_PKCS_PSS, parameters);
  if (can(pss)) return message(pss, parameters);
  if (!can(CKM.RSA_X_509)) return null;
  return { mechanism: { type: CKM.RSA_X_509 }, input: (request) => emsaPss(hash, request.digest(), bits) };
}

function digest(type: number, pss?: Mechanism['pss']): Way {
  return { mechanism: pss === undefined ? { type } : { type, pss }, input: (request) => request.digest() };
}

function message(type: number, pss?: Mechanism['pss']): Way {
  return { mechanism: pss === undefined ? { type } : { type, pss }, input: (request) => request.message };
}

function asIs(signature: Uint8Array): Uint8Array {
  return signature;
}
