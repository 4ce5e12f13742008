import { DerReader, OID, oidName, TAG } from '../asn1/index.ts';
import { toHex } from '../bytes/index.ts';
import { stringText } from './string-text.ts';

/** One attribute of a relative distinguished name, such as CN=example.com. */
export interface Attribute {
  /** Type, in dotted form. */
  readonly oid: string;
  /** Tag of the value. */
  readonly tag: number;
  /** Contents of the value, a view. */
  readonly value: Uint8Array;
}

/** Short names as OpenSSL and RFC 4514 write them; others go by their standard's name. */
const SHORT: Readonly<Record<string, string>> = {
  [OID.commonName]: 'CN',
  [OID.surname]: 'SN',
  [OID.countryName]: 'C',
  [OID.localityName]: 'L',
  [OID.stateOrProvinceName]: 'ST',
  [OID.streetAddress]: 'street',
  [OID.organizationName]: 'O',
  [OID.organizationalUnitName]: 'OU',
  [OID.givenName]: 'GN',
  [OID.domainComponent]: 'DC',
  [OID.userId]: 'UID',
  [OID.jurisdictionLocalityName]: 'jurisdictionL',
  [OID.jurisdictionStateOrProvinceName]: 'jurisdictionST',
  [OID.jurisdictionCountryName]: 'jurisdictionC',
};

/** A distinguished name (RFC 5280, section 4.1.2.4). Its structure is checked; attributes are decoded when asked for. */
export class Name {
  /** The whole SEQUENCE, a view. */
  readonly der: Uint8Array;
  private decoded: readonly (readonly Attribute[])[] | null = null;
  private keys: readonly string[] | null = null;
  private joined: string | null = null;

  /** `der` must have been through `checkName`, or come from `parseName`. */
  constructor(der: Uint8Array) {
    this.der = der;
  }

  get isEmpty(): boolean {
    return this.der.length === 2;
  }

  get rdns(): readonly (readonly Attribute[])[] {
    if (this.decoded === null) this.decoded = readRdns(this.der);
    return this.decoded;
  }

  /** One text for each RDN; equal where RFC 5280, section 7.1 calls the RDNs equal. */
  get rdnKeys(): readonly string[] {
    if (this.keys === null) this.keys = this.rdns.map(rdnKey);
    return this.keys;
  }

  /** Equal for names that match. */
  get key(): string {
    if (this.joined === null) this.joined = this.rdnKeys.map(sized).join('');
    return this.joined;
  }

  /** Values of the attributes of this type as text, in order; those that are not text are left out. */
  values(oid: string): string[] {
    const found: string[] = [];
    for (const rdn of this.rdns) {
      for (const attribute of rdn) {
        const text = attribute.oid === oid ? attributeText(attribute) : null;
        if (text !== null) found.push(text);
      }
    }
    return found;
  }

  /** `C=DE, O=Example, CN=Root`, for messages. */
  toString(): string {
    return this.rdns.map((rdn) => rdn.map(shown).join(' + ')).join(', ');
  }
}

/** Reads the next element, a Name. */
export function parseName(reader: DerReader): Name {
  return new Name(checkName(reader));
}

/** Moves past a Name, checking its structure without decoding it. Returns a view of it. */
export function checkName(reader: DerReader): Uint8Array {
  const start = reader.at;
  const sequence = reader.enter(TAG.SEQUENCE);
  while (reader.more) {
    const rdn = reader.enter(TAG.SET);
    if (!reader.more) reader.refuse('an RDN without attributes');
    while (reader.more) {
      const attribute = reader.enter(TAG.SEQUENCE);
      reader.oid();
      reader.any();
      reader.leave(attribute);
    }
    reader.leave(rdn);
  }
  reader.leave(sequence);
  return reader.bytes.subarray(start, reader.at);
}

/** Whether two names match (RFC 5280, section 7.1: upper and lower case and runs of blanks do not count). */
export function sameName(a: Name, b: Name): boolean {
  return a === b || a.key === b.key;
}

/** The value as text; null if it is not of a string type or breaks the rules of its type. */
export function attributeText(attribute: Attribute): string | null {
  return stringText(attribute.tag, attribute.value);
}

/** `CN`, `O`, `emailAddress` ..., or the type in dotted form. */
export function attributeName(oid: string): string {
  return SHORT[oid] ?? oidName(oid) ?? oid;
}

function readRdns(der: Uint8Array): Attribute[][] {
  const reader = new DerReader(der);
  const rdns: Attribute[][] = [];
  reader.enter(TAG.SEQUENCE);
  while (reader.more) {
    const rdn = reader.enter(TAG.SET);
    const attributes: Attribute[] = [];
    while (reader.more) {
      const attribute = reader.enter(TAG.SEQUENCE);
      const oid = reader.oid();
      const tag = reader.any();
      attributes.push({ oid, tag, value: der.subarray(reader.from, reader.to) });
      reader.leave(attribute);
    }
    reader.leave(rdn);
    rdns.push(attributes);
  }
  return rdns;
}

/** Lengths stand before their texts, so that no value can pretend to be two. */
function rdnKey(rdn: readonly Attribute[]): string {
  if (rdn.length === 1) return attributeKey(rdn[0]!);
  return rdn.map(attributeKey).sort().map(sized).join('');
}

function attributeKey(attribute: Attribute): string {
  const text = attributeText(attribute);
  if (text === null) return `${attribute.oid}#${attribute.tag}#${toHex(attribute.value)}`;
  return `${attribute.oid}=${text.toLowerCase().trim().replace(/\s+/g, ' ')}`;
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}

function shown(attribute: Attribute): string {
  const text = attributeText(attribute);
  const value = text === null ? `#${toHex(attribute.value)}` : printable(text);
  return `${attributeName(attribute.oid)}=${value}`;
}

/** A stranger's text in our messages: no control characters, and not endless. */
function printable(text: string): string {
  let clean = '';
  for (let i = 0; i < text.length && i < 100; i++) {
    const code = text.charCodeAt(i);
    clean += code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code < 0x202f) ? '?' : text[i]!;
  }
  return text.length > 100 ? `${clean}...` : clean;
}
