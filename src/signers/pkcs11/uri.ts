import { concat, fromUtf8, toHex } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';

/** A PKCS#11 URI (RFC 7512), decoded. What is absent matches everything. */
export interface Pkcs11Uri {
  readonly token?: string;
  readonly manufacturer?: string;
  readonly serial?: string;
  readonly model?: string;
  readonly libraryManufacturer?: string;
  readonly libraryDescription?: string;
  /** 'major' or 'major.minor'. */
  readonly libraryVersion?: string;
  /** CKA_LABEL. */
  readonly object?: string;
  /** CKA_ID, any bytes. */
  readonly id?: Uint8Array;
  readonly type?: ObjectType;
  readonly slotManufacturer?: string;
  readonly slotDescription?: string;
  readonly slotId?: number;
  readonly pinSource?: string;
  readonly pinValue?: string;
  readonly moduleName?: string;
  readonly modulePath?: string;
  /** Attributes of vendors, which may repeat. */
  readonly vendor: Readonly<Record<string, readonly string[]>>;
}

export type ObjectType = 'cert' | 'data' | 'private' | 'public' | 'secret-key';

type Field = Exclude<keyof Pkcs11Uri, 'vendor'>;

const PATH: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['token', 'token'],
  ['manufacturer', 'manufacturer'],
  ['serial', 'serial'],
  ['model', 'model'],
  ['library-manufacturer', 'libraryManufacturer'],
  ['library-description', 'libraryDescription'],
  ['library-version', 'libraryVersion'],
  ['object', 'object'],
  ['type', 'type'],
  ['id', 'id'],
  ['slot-manufacturer', 'slotManufacturer'],
  ['slot-description', 'slotDescription'],
  ['slot-id', 'slotId'],
]);

const QUERY: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['pin-source', 'pinSource'],
  ['pin-value', 'pinValue'],
  ['module-name', 'moduleName'],
  ['module-path', 'modulePath'],
]);

const TYPES: readonly string[] = ['cert', 'data', 'private', 'public', 'secret-key'];
/** pk11-path-res-avail and pk11-query-res-avail with the unreserved characters (RFC 7512, section 2.3). */
const PATH_CHARACTER = /[A-Za-z0-9\-._~:[\]@!$'()*+,=&]/;
const QUERY_CHARACTER = /[A-Za-z0-9\-._~:[\]@!$'()*+,=/?|]/;

/** Reads a `pkcs11:` URI strictly. Fails with ERR_TLS_KEY_ADDRESS; values, which may be PINs, are not repeated. */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  if (!/^pkcs11:/i.test(uri)) refuse('it does not begin with "pkcs11:"');
  const rest = uri.slice('pkcs11:'.length);
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const vendor: Record<string, string[]> = {};
  const found: Record<string, unknown> = { vendor };
  if (path !== '') for (const part of path.split(';')) read(part, PATH, PATH_CHARACTER, found, vendor);
  if (mark >= 0) for (const part of rest.slice(mark + 1).split('&')) read(part, QUERY, QUERY_CHARACTER, found, vendor);
  if (found.pinSource !== undefined && found.pinValue !== undefined) refuse('give pin-source or pin-value, not both');
  return found as unknown as Pkcs11Uri;
}

/** Bytes as they stand in a URI: %01%02. */
export function percentEncoded(bytes: Uint8Array): string {
  return toHex(bytes).replace(/../g, '%$&');
}

function read(
  part: string,
  fields: ReadonlyMap<string, Field>,
  allowed: RegExp,
  into: Record<string, unknown>,
  vendor: Record<string, string[]>,
): void {
  const equals = part.indexOf('=');
  const name = part.slice(0, Math.max(0, equals));
  if (!/^[A-Za-z0-9_-]+$/.test(name)) refuse('an attribute is not of the form name=value');
  const bytes = decode(part.slice(equals + 1), allowed, name);
  const field = fields.get(name);
  if (field === undefined) addVendor(name, textOf(bytes, name), vendor);
  else {
    if (into[field] !== undefined) refuse(`${name} is given twice`);
    into[field] = field === 'id' ? bytes : checked(field, textOf(bytes, name));
  }
}

function addVendor(name: string, text: string, vendor: Record<string, string[]>): void {
  if (PATH.has(name)) refuse(`${name} belongs before the question mark`);
  if (QUERY.has(name)) refuse(`${name} belongs behind the question mark`);
  const known = Object.prototype.hasOwnProperty.call(vendor, name) ? vendor[name]! : [];
  vendor[name] = [...known, text];
}

function textOf(bytes: Uint8Array, name: string): string {
  return fromUtf8(bytes) ?? refuse(`the value of ${name} is not UTF-8`);
}

function checked(field: Field, text: string): string | number {
  if (field === 'type' && !TYPES.includes(text)) refuse(`type is one of ${TYPES.join(', ')}`);
  if (field === 'libraryVersion' && !/^\d+(\.\d+)?$/.test(text)) refuse('library-version is not a version number');
  if (field !== 'slotId') return text;
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse('slot-id is not a number');
}

function decode(text: string, allowed: RegExp, name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '%') {
      const hex = text.slice(i + 1, i + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) refuse(`${name} has a % without two hex digits behind it`);
      parts.push(new Uint8Array([Number.parseInt(hex, 16)]));
      i += 2;
    } else {
      if (!allowed.test(character)) refuse(`${name} has a character that must be percent-encoded`);
      parts.push(new Uint8Array([character.charCodeAt(0)]));
    }
  }
  return concat(...parts);
}

function refuse(why: string): never {
  return fail('ERR_TLS_KEY_ADDRESS', `PKCS#11 URI: ${why}`);
}
