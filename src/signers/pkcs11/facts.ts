import { DerReader, OID, TAG } from '../../asn1/index.ts';
import { isTlsError } from '../../errors/index.ts';
import { parseCertificate, publicKey } from '../../x509/index.ts';
import { ecSpki, ed25519Spki, magnitude, type NistCurve, rsaSpki } from '../shared/spki.ts';
import { CKA, CKK } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { type FoundKey, findCertificate, findPublicKey, sameKey } from './find.ts';

export type KeyForm =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: NistCurve }
  | { readonly kind: 'ed25519' };

/** What the token tells about a private key. */
export interface KeyFacts {
  /** Null where TLS has no use for such a key. */
  readonly form: KeyForm | null;
  /** SubjectPublicKeyInfo; null where the token does not tell. */
  readonly publicKey: Uint8Array | null;
  readonly certificate: Uint8Array | null;
  readonly sign: boolean;
  readonly decrypt: boolean;
  /** The PIN is wanted for each operation. */
  readonly alwaysAuthenticate: boolean;
  /** CKM_* that the key may be used with; null where it does not say. */
  readonly allowed: readonly number[] | null;
}

const CURVES: Readonly<Record<string, NistCurve>> = {
  [OID.secp256r1]: 'P-256',
  [OID.secp384r1]: 'P-384',
  [OID.secp521r1]: 'P-521',
};

/** Attributes are asked for one by one: a module that fails on one of several gives none of them. */
export async function readFacts(module: Cryptoki, session: Handle, key: FoundKey): Promise<KeyFacts> {
  const read = <T extends Uint8Array | number | boolean | readonly number[]>(
    type: Parameters<typeof module.attribute<T>>[2],
  ): Promise<T | null> => module.attribute(session, key.handle, type);
  const type = await read(CKA.KEY_TYPE);
  const parameters = await read(CKA.EC_PARAMS);
  const spki = await readSpki(module, session, key, type, parameters);
  const certificate = await findCertificate(module, session, key, (der) => sameKey(spki, spkiOf(der)));
  const known = spki ?? (certificate === null ? null : spkiOf(certificate));
  const allowed = await read(CKA.ALLOWED_MECHANISMS);
  return {
    form: formOf(type, parameters, known),
    publicKey: spki,
    certificate,
    // Those who do not say whether they sign are tried.
    sign: (await read(CKA.SIGN)) !== false,
    decrypt: (await read(CKA.DECRYPT)) === true,
    alwaysAuthenticate: (await read(CKA.ALWAYS_AUTHENTICATE)) === true,
    allowed: allowed === null || allowed.length === 0 ? null : allowed,
  };
}

function formOf(type: number | null, parameters: Uint8Array | null, spki: Uint8Array | null): KeyForm | null {
  if (type === CKK.RSA && spki !== null) return { kind: 'rsa', bits: publicKey(spki).bits };
  const curve = parameters === null ? null : curveOf(parameters);
  if (type === CKK.EC && curve !== null && curve !== 'Ed25519') return { kind: 'ec', curve };
  return type === CKK.EC_EDWARDS && curve === 'Ed25519' ? { kind: 'ed25519' } : null;
}

/** From what the private key tells about itself, else from its public key object. */
async function readSpki(
  module: Cryptoki,
  session: Handle,
  key: FoundKey,
  type: number | null,
  parameters: Uint8Array | null,
): Promise<Uint8Array | null> {
  const info = await module.attribute(session, key.handle, CKA.PUBLIC_KEY_INFO);
  if (info !== null && info.length > 0 && isReadable(info)) return info;
  const own = await spkiFrom(module, session, key.handle, type, parameters);
  if (own !== null) return own;
  const other = await findPublicKey(module, session, key);
  return other === null ? null : spkiFrom(module, session, other, type, parameters);
}

async function spkiFrom(
  module: Cryptoki,
  session: Handle,
  object: Handle,
  type: number | null,
  parameters: Uint8Array | null,
): Promise<Uint8Array | null> {
  if (type === CKK.RSA) {
    const n = await module.attribute(session, object, CKA.MODULUS);
    const e = await module.attribute(session, object, CKA.PUBLIC_EXPONENT);
    return n === null || e === null || magnitude(n).length === 0 ? null : rsaSpki(magnitude(n), magnitude(e));
  }
  const curve = parameters === null ? null : curveOf(parameters);
  const point = await module.attribute(session, object, CKA.EC_POINT);
  if (curve === null || point === null || point.length === 0) return null;
  const spki = curve === 'Ed25519' ? ed25519Spki(unwrapped(point)) : ecSpki(curve, unwrapped(point));
  return isReadable(spki) ? spki : null;
}

/** Ed25519 may be an OID or, by the first draft of PKCS#11 3.0, the name `edwards25519`. */
function curveOf(parameters: Uint8Array): NistCurve | 'Ed25519' | null {
  try {
    const reader = new DerReader(parameters);
    if (reader.peek() === TAG.PRINTABLE_STRING) {
      const name = String.fromCharCode(...reader.contents(TAG.PRINTABLE_STRING));
      return name === 'edwards25519' ? 'Ed25519' : null;
    }
    const oid = reader.oid();
    return oid === OID['id-Ed25519'] ? 'Ed25519' : (CURVES[oid] ?? null);
  } catch {
    return null;
  }
}

/** CKA_EC_POINT is an OCTET STRING around the point; some modules leave the wrapping out. */
function unwrapped(point: Uint8Array): Uint8Array {
  try {
    const reader = new DerReader(point);
    const content = reader.contents(TAG.OCTET_STRING);
    reader.done();
    return content;
  } catch {
    return point;
  }
}

function isReadable(spki: Uint8Array): boolean {
  try {
    publicKey(spki);
    return true;
  } catch (error) {
    if (isTlsError(error)) return false;
    throw error;
  }
}

function spkiOf(certificate: Uint8Array): Uint8Array {
  try {
    return parseCertificate(certificate).spki;
  } catch (error) {
    if (isTlsError(error)) return new Uint8Array();
    throw error;
  }
}
