import { equalBytes } from '../../../src/bytes/index.ts';
import type { CurveName } from '../../../src/crypto/index.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { type Outcome, skip } from './judge.ts';
import type { Subject } from './subject.ts';
import { bytes } from './symmetric.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

const CURVES: Readonly<Record<string, CurveName>> = { secp256r1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** Key shares: points. */
export function point(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Outcome {
  return agree(subject, group.curve as string, vector, bytes(vector, 'public'));
}

/** The public key as SubjectPublicKeyInfo, read as those of certificates are. */
export function spki(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Outcome {
  const name = group.curve as string;
  const key = publicKey(bytes(vector, 'public'));
  if (key.kind !== 'ec' || key.curve !== (CURVES[name] ?? name)) return null;
  return agree(subject, name, vector, key.raw);
}

export function montgomery(subject: Subject, file: VectorFile, group: Group, vector: Vector): Outcome {
  const outcome = agree(subject, file.name, vector, bytes(vector, 'public'));
  // RFC 7748, section 6, lets implementations choose; RFC 9846, section 7.4.2, does not.
  if (outcome !== null && vector.flags.includes('ZeroSharedSecret')) throw new Error(`${group.curve}: a zero secret`);
  return outcome;
}

function agree(subject: Subject, name: string, vector: Vector, peer: Uint8Array): Outcome {
  if (!subject.hasGroup(name)) return skip(`${subject.name} has no ${name}`);
  const compressed = !name.startsWith('x') && (peer[0] === 2 || peer[0] === 3);
  if (compressed && vector.result === 'valid') return skip('TLS has no compressed points');
  return subject.agree(name, bytes(vector, 'private'), peer);
}

/** Keys from a seed, decapsulation with them. */
export function kem(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Outcome {
  if (group.parameterSet !== 'ML-KEM-768') return skip(`${subject.name} has no ${group.parameterSet}`);
  const seed = bytes(vector, 'seed');
  const seeded = subject.seededKem(seed);
  if (seeded === null) return skip('native ML-KEM draws its own seeds');
  const ciphertext = bytes(vector, 'c');
  // Sizes are checked before, by the hybrid.
  if (seed.length !== 64 || ciphertext.length !== 1088) return null;
  const key = seeded.start();
  if (!equalBytes(key.publicKey, bytes(vector, 'ek'))) return null;
  return key.decapsulate(ciphertext);
}

export function kemKeys(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Outcome {
  if (group.parameterSet !== 'ML-KEM-768') return skip(`${subject.name} has no ${group.parameterSet}`);
  const seeded = subject.seededKem(bytes(vector, 'seed'));
  if (seeded === null) return skip('native ML-KEM draws its own seeds');
  return equalBytes(seeded.start().publicKey, bytes(vector, 'ek'));
}

/** What a client sends to a server: the key is checked by whichever implementation is there. */
export async function encapsulate(subject: Subject, _file: VectorFile, group: Group, vector: Vector): Promise<Outcome> {
  if (group.parameterSet !== 'ML-KEM-768') return skip(`${subject.name} has no ${group.parameterSet}`);
  const key = bytes(vector, 'ek');
  if (key.length !== 1184) return null;
  const seeded = subject.seededKem(bytes(vector, 'm'));
  if (seeded === null) {
    const { ciphertext, secret } = (await subject.kem()).encapsulate(key);
    if (ciphertext.length !== 1088 || secret.length !== 32) return false;
    return vector.result === 'valid' ? skip('native ML-KEM draws its own messages: accepted, not compared') : true;
  }
  const { ciphertext, secret } = seeded.encapsulate(key);
  return equalBytes(ciphertext, bytes(vector, 'c')) && equalBytes(secret, bytes(vector, 'K'));
}

export function expandedKeys(subject: Subject): Outcome {
  return skip(`${subject.name} never takes decapsulation keys from outside`);
}
