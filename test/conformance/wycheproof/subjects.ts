import crypto from 'node:crypto';
import { x448 } from '@noble/curves/ed448.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { der } from '../../../src/asn1/index.ts';
import type { SignatureScheme } from '../../../src/crypto/index.ts';
import { Task } from '../../../src/flow/index.ts';
import * as nobleEcdh from '../../../src/providers/noble/ecdh.ts';
import * as nobleMontgomery from '../../../src/providers/noble/montgomery.ts';
import { hasCurve, hasKeyType } from '../../../src/providers/node/available.ts';
import * as nodeEcdh from '../../../src/providers/node/ecdh.ts';
import { mlKem768 } from '../../../src/providers/node/mlkem.ts';
import * as nodeMontgomery from '../../../src/providers/node/montgomery.ts';
import { signingKeyFrom } from '../../../src/providers/node.ts';
import { nobleKem } from '../../../src/providers/shared/noble-kem.ts';
import { aeadsOf, cbcsOf, random, WHOLE } from '../../support/providers.ts';
import type { PrivateKeys, Subject } from './subject.ts';

/** Group, OpenSSL's name of the curve, bytes of its field, noble's curve. */
const WEIERSTRASS = {
  secp256r1: ['prime256v1', 32, p256],
  secp384r1: ['secp384r1', 48, p384],
  secp521r1: ['secp521r1', 66, p521],
  secp256k1: ['secp256k1', 32, secp256k1],
  brainpoolP256r1: ['brainpoolP256r1', 32, brainpoolP256r1],
  brainpoolP384r1: ['brainpoolP384r1', 48, brainpoolP384r1],
  brainpoolP512r1: ['brainpoolP512r1', 64, brainpoolP512r1],
} as const;

const nodePrivateKeys: PrivateKeys = {
  canHold: (kind) => kind === 'rsa' || hasKeyType('ml-dsa-44'),
  sign: async (pkcs8, scheme, message) =>
    signingKeyFrom(pkcs8).sign({
      scheme: scheme as SignatureScheme,
      message,
      digest: () => message,
      signal: new Task('sign', () => null),
      context: { role: 'server', version: 'TLSv1.2' },
    }),
  rsaDecrypt: async (pkcs8, ciphertext) =>
    signingKeyFrom(pkcs8).rsaDecrypt!.run(ciphertext, new Task('rsa-decrypt', () => null)),
};

const nodeIsNative = (): boolean => hasKeyType('ml-kem-768');

export const SUBJECTS: readonly Subject[] = [
  {
    ...lists(0),
    agree: nodeAgree,
    hasGroup: (group) => group.startsWith('x') || hasCurve(WEIERSTRASS[group as keyof typeof WEIERSTRASS][0]),
    seededKem: (drawn) => (nodeIsNative() ? null : nobleKem('node', ml_kem768, () => drawn)),
    kem: async () => mlKem768(),
    privateKeys: nodePrivateKeys,
  },
  {
    ...lists(1),
    agree: nobleAgree,
    hasGroup: () => true,
    seededKem: (drawn) => nobleKem('noble', ml_kem768, () => drawn),
    kem: async () => nobleKem('noble', ml_kem768, random),
    privateKeys: null,
  },
];

function lists(index: 0 | 1): Pick<Subject, 'name' | 'hashes' | 'aeads' | 'cbcs' | 'verifiers'> {
  const whole = WHOLE[index]!;
  const { name, hashes, verifiers } = whole;
  return { name, hashes, verifiers, aeads: aeadsOf(whole), cbcs: cbcsOf(whole) };
}

function nodeAgree(group: string, privateKey: Uint8Array, peer: Uint8Array): Uint8Array {
  if (group === 'x25519')
    return nodeMontgomery.agree(group, 'X25519', 32, montgomeryKey('1.3.101.110', privateKey), peer);
  if (group === 'x448') return nodeMontgomery.agree(group, 'X448', 56, montgomeryKey('1.3.101.111', privateKey), peer);
  const [curve, size] = WEIERSTRASS[group as keyof typeof WEIERSTRASS];
  const own = crypto.createECDH(curve);
  own.setPrivateKey(scalar(privateKey, size));
  return nodeEcdh.agree(group, own, size, peer);
}

function nobleAgree(group: string, privateKey: Uint8Array, peer: Uint8Array): Uint8Array {
  if (group === 'x25519') return nobleMontgomery.agree(group, x25519, privateKey, peer);
  if (group === 'x448') return nobleMontgomery.agree(group, x448, privateKey, peer);
  const [, size, curve] = WEIERSTRASS[group as keyof typeof WEIERSTRASS];
  return nobleEcdh.agree(group, curve, scalar(privateKey, size), peer);
}

function montgomeryKey(oid: string, raw: Uint8Array): crypto.KeyObject {
  const pkcs8 = der.sequence(der.integer(0), der.sequence(der.oid(oid)), der.octetString(der.octetString(raw)));
  return crypto.createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}

/** Wycheproof writes private scalars as signed numbers: with a zero in front, or short. */
function scalar(privateKey: Uint8Array, size: number): Uint8Array {
  const fixed = new Uint8Array(size);
  const digits = privateKey.subarray(Math.max(0, privateKey.length - size));
  fixed.set(digits, size - digits.length);
  return fixed;
}
