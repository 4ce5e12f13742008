import { contextSet, type DerReader, OID, TAG } from '../asn1/index.ts';
import type { HashName } from '../crypto/index.ts';

const HASHES: Readonly<Record<string, HashName>> = {
  [OID['id-sha1']]: 'sha1',
  [OID['id-sha256']]: 'sha256',
  [OID['id-sha384']]: 'sha384',
  [OID['id-sha512']]: 'sha512',
};

/**
 * RSASSA-PSS-params (RFC 4055, section 3.1). Both hashes must be one that is known and the same; the fields that DER
 * leaves out stand for SHA-1 and a salt of 20 bytes.
 */
export function pssParameters(reader: DerReader): { hash: HashName; saltLength: number } {
  const outer = reader.enter(TAG.SEQUENCE);
  let hash: HashName = 'sha1';
  let mask: HashName = 'sha1';
  let saltLength = 20;
  if (reader.peek() === contextSet(0)) {
    const field = reader.enter(contextSet(0));
    hash = hashAlgorithm(reader);
    reader.leave(field);
  }
  if (reader.peek() === contextSet(1)) {
    const field = reader.enter(contextSet(1));
    const algorithm = reader.enter(TAG.SEQUENCE);
    if (reader.oid() !== OID['id-mgf1']) reader.refuse('a mask generation function that is not MGF1');
    mask = hashAlgorithm(reader);
    reader.leave(algorithm);
    reader.leave(field);
  }
  if (reader.peek() === contextSet(2)) {
    const field = reader.enter(contextSet(2));
    saltLength = reader.uint();
    reader.leave(field);
  }
  if (reader.peek() === contextSet(3)) {
    const field = reader.enter(contextSet(3));
    if (reader.uint() !== 1) reader.refuse('a PSS trailer that is not 1');
    reader.leave(field);
  }
  reader.leave(outer);
  if (mask !== hash) reader.refuse('a PSS mask made with another hash than the message');
  return { hash, saltLength };
}

function hashAlgorithm(reader: DerReader): HashName {
  const outer = reader.enter(TAG.SEQUENCE);
  const hash = HASHES[reader.oid()];
  if (reader.more) reader.empty();
  reader.leave(outer);
  return hash === undefined ? reader.refuse('a hash function that is not known') : hash;
}
