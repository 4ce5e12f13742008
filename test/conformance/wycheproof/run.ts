import { fromHex } from '../../../src/bytes/index.ts';
import * as agreement from './agreement.ts';
import { judge, newTally, type Outcome, skip, type Tally } from './judge.ts';
import * as signatures from './signatures.ts';
import type { Subject } from './subject.ts';
import * as symmetric from './symmetric.ts';
import { type Group, readVectors, type Vector, type VectorFile } from './vectors.ts';

type Operation = (subject: Subject, file: VectorFile, group: Group, vector: Vector) => Outcome | Promise<Outcome>;

/** Each type of group: its operation, and the field that its result must equal, where it is bytes. */
const TYPES: Readonly<Record<string, readonly [Operation, expected: string | null]>> = {
  AeadTest: [symmetric.aead, 'msg'],
  IndCpaTest: [symmetric.cbc, 'msg'],
  MacTest: [symmetric.mac, null],
  HkdfTest: [symmetric.hkdf, 'okm'],
  EcdhEcpointTest: [agreement.point, 'shared'],
  EcdhTest: [agreement.spki, 'shared'],
  XdhComp: [agreement.montgomery, 'shared'],
  MLKEMTest: [agreement.kem, 'K'],
  MLKEMEncapsTest: [agreement.encapsulate, null],
  MLKEMKeyGen: [agreement.kemKeys, null],
  MLKEMDecapsValidationTest: [agreement.expandedKeys, null],
  EcdsaVerify: [signatures.ecdsa, null],
  EddsaVerify: [signatures.eddsa, null],
  RsassaPkcs1Verify: [signatures.pkcs1, null],
  RsassaPssVerify: [signatures.pss, null],
  RsassaPssWithParametersVerify: [signatures.pssWithParameters, null],
  RsassaPkcs1Generate: [signatures.pkcs1Sign, 'sig'],
  RsaesPkcs1Decrypt: [signatures.pkcs1Decrypt, null],
  MlDsaVerify: [signatures.mlDsa, null],
  MlDsaSign: [signatures.mlDsaSign, null],
  PbeTest: [() => skip('OpenSSL decrypts keys whole, out of reach of these vectors'), null],
  PbkdfTest: [() => skip('OpenSSL decrypts keys whole, out of reach of these vectors'), null],
};

/** Holds a provider against a file: every vector that must be refused, and every `stride`-th of the others. */
export async function runFile(subject: Subject, name: string, stride: number = 1): Promise<Tally> {
  const file = readVectors(name);
  const tally = newTally();
  let index = 0;
  for (const group of file.testGroups) {
    const type = TYPES[group.type];
    if (type === undefined) throw new Error(`${name}: nobody knows tests of type ${group.type}`);
    const [operation, field] = type;
    for (const vector of group.tests) {
      if (index++ % stride !== 0 && vector.result !== 'invalid') continue;
      const wanted = field === null ? undefined : vector[field];
      const expected = typeof wanted === 'string' ? fromHex(wanted) : null;
      await judge(tally, vector, expected, () => operation(subject, file, group, vector));
    }
  }
  return tally;
}
