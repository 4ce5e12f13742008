import { equalBytes } from '../../../src/bytes/index.ts';
import type { HashName, PublicKey } from '../../../src/crypto/index.ts';
import { isTlsError } from '../../../src/errors/index.ts';
import { optInVerifiers } from '../../../src/providers/noble/optin.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { type Outcome, skip } from './judge.ts';
import { type Subject, verifierFor } from './subject.ts';
import { bytes, hashName } from './symmetric.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

type Verdict = Outcome | Promise<Outcome>;

export function ecdsa(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Verdict {
  return verify(subject, 'ecdsa', group.sha as string, keyOf(group), vector);
}

export function eddsa(subject: Subject, file: VectorFile, group: Group, vector: Vector): Verdict {
  return verify(subject, file.name, null, keyOf(group), vector);
}

export function pkcs1(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Verdict {
  return verify(subject, 'rsa-pkcs1', group.sha as string, keyOf(group), vector);
}

/** TLS has one form: MGF1 with the signature's hash, and a salt as long. Every other must not verify, valid or not. */
export async function pss(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Promise<Outcome> {
  const outcome = await verify(subject, 'rsa-pss', group.sha as string, keyOf(group), vector);
  if (isTlsForm(group) || (typeof outcome === 'object' && outcome !== null)) return outcome;
  if (outcome === true) throw new Error(`a salt of ${group.sLen} bytes and MGF1 with ${group.mgfSha} verified`);
  return skip('PSS in another form than that of TLS: refused, as it must be');
}

export async function pssWithParameters(
  subject: Subject,
  file: VectorFile,
  group: Group,
  vector: Vector,
): Promise<Outcome> {
  try {
    keyOf(group);
  } catch (error) {
    if (isTlsForm(group) || !isTlsError(error)) throw error;
    return skip('an RSASSA-PSS key whose parameters TLS does not have: refused, as it must be');
  }
  return pss(subject, file, group, vector);
}

function isTlsForm({ sha, mgfSha, sLen }: Group): boolean {
  const sizes: Record<HashName, number> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
  const name = hashName(sha as string);
  return name !== null && name !== 'sha1' && sha === mgfSha && sLen === sizes[name];
}

export function mlDsa(subject: Subject, file: VectorFile, group: Group, vector: Vector): Verdict {
  if (vector.ctx !== undefined && vector.ctx !== '') return skip('TLS has no context for ML-DSA');
  const kind = file.algorithm.toLowerCase();
  if (group.publicKeyDer === undefined || group.publicKeyDer === null) return null;
  return verify(subject, kind, null, keyOf(group), vector);
}

async function verify(
  subject: Subject,
  kind: string,
  sha: string | null,
  key: PublicKey,
  vector: Vector,
): Promise<Outcome> {
  const hash = sha === null ? null : hashName(sha);
  const verifier = sha !== null && hash === null ? null : verifierFor(subject, kind, hash, key);
  if (verifier === null)
    return skip(`${subject.name} has no ${kind}${sha === null ? '' : ` with ${sha}`} over ${key.curve ?? key.kind}`);
  return verifier.verify(key, bytes(vector, 'msg'), bytes(vector, 'sig'));
}

const keys = new WeakMap<Group, PublicKey>();

function keyOf(group: Group): PublicKey {
  let key = keys.get(group);
  if (key === undefined) {
    key = publicKey(bytes(group, 'publicKeyDer' in group ? 'publicKeyDer' : 'keyDer'));
    keys.set(group, key);
  }
  return key;
}

/** PKCS #1 v1.5 is deterministic: the signature itself must come out. */
export async function pkcs1Sign(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Promise<Outcome> {
  const hash = hashName(group.sha as string);
  if (subject.privateKeys === null) return skip(`${subject.name} holds no private keys`);
  if (hash === null || hash === 'sha1') return skip(`TLS keys sign nothing with ${group.sha}`);
  const pkcs8 = bytes(group, 'privateKeyPkcs8');
  return subject.privateKeys.sign(pkcs8, `rsa_pkcs1_${hash}`, bytes(vector, 'msg'));
}

/** Native ML-DSA is hedged, so what it signs is verified instead of compared. */
export async function mlDsaSign(subject: Subject, file: VectorFile, group: Group, vector: Vector): Promise<Outcome> {
  if (subject.privateKeys?.canHold('ml-dsa') !== true) return skip(`${subject.name} holds no private ML-DSA keys`);
  if (vector.ctx !== undefined && vector.ctx !== '') return skip('TLS has no context for ML-DSA');
  if (typeof vector.msg !== 'string' || vector.result !== 'valid') return skip('TLS signs messages, never their mu');
  if (typeof group.privateKeyPkcs8 !== 'string') return skip('a private key without PKCS #8');
  const kind = file.algorithm.toLowerCase();
  const message = bytes(vector, 'msg');
  const signature = await subject.privateKeys.sign(bytes(group, 'privateKeyPkcs8'), kind.replace(/-/g, ''), message);
  const raw = bytes(group, 'publicKey');
  const key = { kind, raw, spki: raw, bits: 0 } as unknown as PublicKey;
  return optInVerifiers.find((one) => one.kind === kind)!.verify(key, message, signature);
}

/** Static RSA on a server: raw decryption. The block it gives is taken apart here. */
export async function pkcs1Decrypt(
  subject: Subject,
  _file: VectorFile,
  group: Group,
  vector: Vector,
): Promise<Outcome> {
  if (subject.privateKeys === null) return skip(`${subject.name} holds no private keys`);
  const ciphertext = bytes(vector, 'ct');
  const pkcs8 = bytes(group, 'privateKeyPkcs8');
  let block: Uint8Array;
  try {
    block = await subject.privateKeys.rsaDecrypt(pkcs8, ciphertext);
  } catch (error) {
    // OpenSSL refuses numbers beyond the modulus and ciphertexts that are too long.
    return vector.result === 'invalid' ? null : Promise.reject(error);
  }
  const zero = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || zero < 10) return null;
  const message = block.subarray(zero + 1);
  return equalBytes(message, bytes(vector, 'msg'));
}
