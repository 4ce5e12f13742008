/** Identifier octets of the universal types that X.509 uses (X.690, section 8.1.2). */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  NUMERIC_STRING: 0x12,
  PRINTABLE_STRING: 0x13,
  T61_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  VISIBLE_STRING: 0x1a,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** The context-specific tag `[number]` of a primitive. */
export function contextTag(number: number): number {
  return 0x80 | number;
}

/** The context-specific tag `[number]` around other elements: EXPLICIT, or IMPLICIT of a constructed type. */
export function contextSet(number: number): number {
  return 0xa0 | number;
}
