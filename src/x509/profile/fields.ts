import { DerReader, TAG } from '../../asn1/index.ts';
import { compareBytes } from '../../bytes/index.ts';
import type { Certificate } from '../certificate.ts';
import type { GeneralName } from '../general-name.ts';
import { attributeText, type Name } from '../name.ts';
import type { Role } from './rule.ts';

const LONGEST_SERIAL = 20;
const STRING_TAGS: readonly number[] = [
  TAG.UTF8_STRING,
  TAG.NUMERIC_STRING,
  TAG.PRINTABLE_STRING,
  TAG.T61_STRING,
  TAG.IA5_STRING,
  TAG.VISIBLE_STRING,
  TAG.UNIVERSAL_STRING,
  TAG.BMP_STRING,
];
/** PrintableString, with the characters that authorities have always written into it besides. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?*&@]*$/;

export function hasVersion3(certificate: Certificate): boolean {
  return certificate.version === 3;
}

export function hasNoNegativeSerial(certificate: Certificate): boolean {
  return certificate.serialNumber[0]! < 0x80;
}

export function hasPositiveSerial(certificate: Certificate): boolean {
  const serial = certificate.serialNumber;
  if (serial.length > LONGEST_SERIAL || serial[0]! >= 0x80) return false;
  return serial.length > 1 || serial[0] !== 0;
}

export function hasNoUniqueIds(certificate: Certificate): boolean {
  return !certificate.oddities.uniqueIds;
}

export function leavesOutDefaults(certificate: Certificate): boolean {
  return !certificate.oddities.explicitDefault && certificate.basicConstraints?.explicitDefault !== true;
}

export function hasUsualTimes(certificate: Certificate): boolean {
  return !certificate.oddities.earlyGeneralizedTime;
}

export function hasIssuer(certificate: Certificate): boolean {
  return !certificate.issuer.isEmpty;
}

export function hasSubjectIfAuthority(certificate: Certificate, role: Role): boolean {
  return !certificate.subject.isEmpty || (role === 'leaf' && certificate.basicConstraints?.ca !== true);
}

/** Strings obey their types and sets are in order, in subject, issuer and directory names. */
export function hasProperNames(certificate: Certificate): boolean {
  if (!isProper(certificate.subject) || !isProper(certificate.issuer)) return false;
  return (certificate.subjectAltName ?? []).every(
    (name: GeneralName) => name.kind !== 'directory' || isProper(name.value),
  );
}

function isProper(name: Name): boolean {
  for (const rdn of name.rdns) {
    for (const attribute of rdn) {
      if (STRING_TAGS.indexOf(attribute.tag) < 0) continue;
      const text = attributeText(attribute);
      if (text === null || text === '') return false;
      if (attribute.tag === TAG.PRINTABLE_STRING && !PRINTABLE.test(text)) return false;
    }
  }
  return setsAreSorted(name.der);
}

/** DER sorts the elements of a SET OF (X.690, section 11.6). */
function setsAreSorted(der: Uint8Array): boolean {
  const reader = new DerReader(der);
  reader.enter(TAG.SEQUENCE);
  while (reader.more) {
    const rdn = reader.enter(TAG.SET);
    let last: Uint8Array | null = null;
    while (reader.more) {
      const attribute = reader.whole(TAG.SEQUENCE);
      if (last !== null && compareBytes(last, attribute) >= 0) return false;
      last = attribute;
    }
    reader.leave(rdn);
  }
  return true;
}
