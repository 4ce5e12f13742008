import { concat, equalBytes, fromHex } from '../../../src/bytes/index.ts';
import { type Hash, type HashName, hashOf } from '../../../src/crypto/index.ts';
import { expand, extract } from '../../../src/schedule/index.ts';
import { type Outcome, skip } from './judge.ts';
import type { Subject } from './subject.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

/** Record protection. TLS has nonces of 96 bits, tags of 128, and of 64 for CCM_8. */
export function aead(subject: Subject, file: VectorFile, group: Group, vector: Vector): Outcome {
  if (group.ivSize !== 96) return skip('TLS has nonces of 96 bits alone');
  const name = aeadName(file.algorithm, group);
  if (name === null) return skip('TLS has no such sizes of key and tag');
  const algorithm = subject.aeads.find((one) => one.name === name);
  if (algorithm === undefined) return skip(`${subject.name} has no ${name}`);
  const [key, iv, aad, msg, ct, tag] = ['key', 'iv', 'aad', 'msg', 'ct', 'tag'].map((field) =>
    bytes(vector, field),
  ) as Uint8Array[];
  const sealed = concat(ct!, tag!);
  if (vector.result === 'valid') {
    const out: Uint8Array[] = [];
    algorithm.key(key!).seal(iv!, aad!, msg!, null, out);
    if (!equalBytes(concat(...out), sealed)) return false;
  }
  return algorithm.key(key!).open(iv!, aad!, sealed);
}

function aeadName(algorithm: string, { keySize, tagSize }: Group): string | null {
  if (keySize !== 128 && keySize !== 256) return null;
  if (algorithm === 'AES-CCM' && tagSize === 64) return `AES-${keySize}-CCM-8`;
  if (tagSize !== 128) return null;
  return algorithm === 'CHACHA20-POLY1305' ? algorithm : algorithm.replace('AES-', `AES-${keySize}-`);
}

/** CBC with the padding of PKCS #5, which TLS does not have: it is done here. */
export function cbc(subject: Subject, file: VectorFile, group: Group, vector: Vector): Outcome {
  if (group.keySize !== 128 && group.keySize !== 256) return skip(`TLS has no keys of ${group.keySize} bits`);
  const name = file.algorithm.replace(/^(AES|CAMELLIA)-CBC-PKCS5$/, `$1-${group.keySize}-CBC`);
  const cipher = subject.cbcs.find((one) => one.name === name);
  if (cipher === undefined) return skip(`${subject.name} has no ${name}`);
  const [key, iv, msg, ct] = ['key', 'iv', 'msg', 'ct'].map((field) => bytes(vector, field)) as Uint8Array[];
  const padding = 16 - (msg!.length % 16);
  const padded = concat(msg!, new Uint8Array(padding).fill(padding));
  if (vector.result === 'valid' && !equalBytes(cipher.key(key!).encrypt(iv!, padded), ct!)) return false;
  if (ct!.length === 0 || ct!.length % 16 !== 0) return null;
  return withoutPadding(cipher.key(key!).decrypt(iv!, ct!));
}

function withoutPadding(padded: Uint8Array): Uint8Array | null {
  const size = padded[padded.length - 1]!;
  if (size === 0 || size > 16) return null;
  for (let i = padded.length - size; i < padded.length; i++) if (padded[i] !== size) return null;
  return padded.subarray(0, padded.length - size);
}

export function mac(subject: Subject, file: VectorFile, group: Group, vector: Vector): Outcome {
  const hash = hashFor(subject, file.algorithm.replace('HMAC', ''));
  if (hash === null) return skip(`${subject.name} has no ${file.algorithm}`);
  const made = hash.hmac(bytes(vector, 'key'), bytes(vector, 'msg')).subarray(0, (group.tagSize as number) / 8);
  return equalBytes(made, bytes(vector, 'tag'));
}

export function hkdf(subject: Subject, file: VectorFile, _group: Group, vector: Vector): Outcome {
  const hash = hashFor(subject, file.algorithm.replace('HKDF-', ''));
  if (hash === null) return skip(`${subject.name} has no ${file.algorithm}`);
  const size = vector.size as number;
  if (size > 255 * hash.size) return skip('TLS never asks HKDF for that much');
  const key = extract(hash, bytes(vector, 'salt'), bytes(vector, 'ikm'));
  return expand(hash, key, bytes(vector, 'info'), size);
}

/** 'SHA-256' or 'SHA256'. */
export function hashName(name: string): HashName | null {
  const plain = name.toLowerCase().replace('-', '');
  return plain === 'sha1' || plain === 'sha256' || plain === 'sha384' || plain === 'sha512' ? plain : null;
}

function hashFor(subject: Subject, name: string): Hash | null {
  const known = hashName(name);
  return known === null ? null : hashOf(subject, known);
}

export function bytes(from: Vector | Group, field: string): Uint8Array {
  return fromHex(from[field] as string);
}
