import { checkDer, contextSet, contextTag, type DerReader } from '../asn1/index.ts';
import { toLatin1 } from '../bytes/index.ts';
import { type Name, parseName } from './name.ts';
import { isAscii } from './string-text.ts';

/** A GeneralName (RFC 5280, section 4.2.1.6). Only its encoding is checked, not whether a DNS name is one. */
export type GeneralName =
  | { readonly kind: 'dns' | 'email' | 'uri'; readonly value: string }
  /** 4 or 16 octets in a name, 8 or 32 in a constraint; other lengths are kept as they came. */
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'directory'; readonly value: Name }
  /** An otherName: its type in dotted form, its value as DER. */
  | { readonly kind: 'other'; readonly oid: string; readonly value: Uint8Array }
  /** A registeredID in dotted form. */
  | { readonly kind: 'rid'; readonly value: string }
  | { readonly kind: 'x400' | 'edi'; readonly value: Uint8Array };

export type GeneralNameKind = GeneralName['kind'];

/** The rest of the element that the reader is in, as GeneralNames: at least one. */
export function generalNames(reader: DerReader): GeneralName[] {
  const names: GeneralName[] = [];
  if (!reader.more) reader.refuse('an empty list of names');
  while (reader.more) names.push(generalName(reader));
  return names;
}

export function generalName(reader: DerReader): GeneralName {
  const tag = reader.peek();
  switch (tag) {
    case contextSet(0):
      return otherName(reader);
    case contextTag(1):
      return { kind: 'email', value: ascii(reader) };
    case contextTag(2):
      return { kind: 'dns', value: ascii(reader) };
    case contextSet(3):
      return { kind: 'x400', value: opaque(reader) };
    case contextSet(4):
      return directoryName(reader);
    case contextSet(5):
      return { kind: 'edi', value: opaque(reader) };
    case contextTag(6):
      return { kind: 'uri', value: ascii(reader) };
    case contextTag(7):
      return { kind: 'ip', value: reader.contents(tag) };
    case contextTag(8):
      return { kind: 'rid', value: reader.oid(tag) };
    default:
      return reader.refuse('a name of a kind that does not exist');
  }
}

function otherName(reader: DerReader): GeneralName {
  const outer = reader.enter(contextSet(0));
  const oid = reader.oid();
  const value = reader.contents(contextSet(0));
  checkDer(value);
  reader.leave(outer);
  return { kind: 'other', oid, value };
}

function directoryName(reader: DerReader): GeneralName {
  const outer = reader.enter(contextSet(4));
  const value = parseName(reader);
  reader.leave(outer);
  return { kind: 'directory', value };
}

function ascii(reader: DerReader): string {
  const contents = reader.contents(reader.peek());
  return isAscii(contents) ? toLatin1(contents) : reader.refuse('a name that is not ASCII');
}

function opaque(reader: DerReader): Uint8Array {
  const contents = reader.contents(reader.peek());
  checkDer(contents);
  return contents;
}
