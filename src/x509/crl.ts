import { contextSet, contextTag, DerReader, OID, parsePem, TAG } from '../asn1/index.ts';
import { equalBytes, toLatin1 } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';
import { type Extension, extensionList } from './certificate.ts';
import {
  type AuthorityKeyIdentifier,
  authorityKeyIdentifier,
  type DistributionPointName,
  distributionPointName,
  within,
} from './extensions.ts';
import { generalNames } from './general-name.ts';
import { guarded } from './guard.ts';
import { checkName, Name, sameName } from './name.ts';
import { type SignatureAlgorithm, signatureAlgorithm } from './signature-algorithm.ts';

const LARGEST = 1 << 26;

/** CRLReason values by number (RFC 5280, section 5.3.1). */
export const CRL_REASONS: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unused',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

export interface RevokedEntry {
  /** Seconds since 1970. */
  readonly revocationDate: number;
  /** CRLReason; 0 where none is given. */
  readonly reason: number;
}

/** IssuingDistributionPoint (RFC 5280, section 5.2.5): what a CRL is about. */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | null;
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
  /** Bits of ReasonFlags; null: all reasons. */
  readonly onlySomeReasons: number | null;
  readonly indirect: boolean;
  readonly onlyAttributeCertificates: boolean;
}

interface Fields {
  readonly issuer: Name;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly tbs: readonly [number, number];
  readonly signature: readonly [number, number];
  /** The list of entries. */
  readonly entries: readonly [number, number];
  readonly entryExtensions: ReadonlySet<string>;
}

/** A certificate revocation list (RFC 5280, section 5). Entries are indexed at the first search. */
export class Crl {
  readonly der: Uint8Array;
  readonly issuer: Name;
  /** Seconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo of the key that its signature was found to be by; the search keeps it here. */
  verifiedBy: Uint8Array | null = null;
  private readonly fields: Fields;
  private index: Map<string, number> | null = null;

  /** Use `parseCrl`. */
  constructor(der: Uint8Array, fields: Fields) {
    this.der = der;
    this.issuer = fields.issuer;
    this.thisUpdate = fields.thisUpdate;
    this.nextUpdate = fields.nextUpdate;
    this.extensions = fields.extensions;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.fields = fields;
  }

  get tbs(): Uint8Array {
    return this.der.subarray(this.fields.tbs[0], this.fields.tbs[1]);
  }

  get signature(): Uint8Array {
    return this.der.subarray(this.fields.signature[0], this.fields.signature[1]);
  }

  extension(oid: string): Extension | null {
    for (const extension of this.extensions) if (extension.oid === oid) return extension;
    return null;
  }

  /** The value of this extension as DER; null without it. */
  valueOf(oid: string): Uint8Array | null {
    const extension = this.extension(oid);
    return extension === null ? null : this.der.subarray(extension.from, extension.to);
  }

  /** Critical extensions of entries, in dotted form. */
  get criticalInEntries(): ReadonlySet<string> {
    return this.fields.entryExtensions;
  }

  /** CRLNumber as it stands; null without one. */
  get number(): Uint8Array | null {
    return this.decode(OID.cRLNumber, (reader) => reader.integer());
  }

  /** BaseCRLNumber of a delta CRL as it stands; null if this is a complete one (RFC 5280, section 5.2.4). */
  get baseNumber(): Uint8Array | null {
    return this.decode(OID.deltaCRLIndicator, (reader) => reader.integer());
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | null {
    return this.decode(OID.authorityKeyIdentifier, authorityKeyIdentifier);
  }

  get issuingDistributionPoint(): IssuingDistributionPoint | null {
    return this.decode(OID.issuingDistributionPoint, issuingDistributionPoint);
  }

  /** The entry of the certificate with this serial number and issuer; null if it has none. */
  find(serial: Uint8Array, issuer: Name = this.issuer): RevokedEntry | null {
    if (this.index === null) this.index = this.indexEntries();
    const own = sameName(issuer, this.issuer);
    const at = this.index.get(own ? toLatin1(serial) : `${toLatin1(serial)}/${issuer.key}`);
    return at === undefined ? null : readEntry(new DerReader(this.der, at, this.fields.entries[1])).entry;
  }

  /** In an indirect CRL an entry may be of another issuer, and so may those after it. */
  private indexEntries(): Map<string, number> {
    const reader = new DerReader(this.der, this.fields.entries[0], this.fields.entries[1]);
    const index = new Map<string, number>();
    let suffixes: readonly string[] = [''];
    while (reader.more) {
      const at = reader.at;
      const { serial, issuer } = readEntry(reader);
      if (issuer !== null) suffixes = issuer.map((name) => (sameName(name, this.issuer) ? '' : `/${name.key}`));
      for (const suffix of suffixes) index.set(toLatin1(serial) + suffix, at);
    }
    return index;
  }

  private decode<T>(oid: string, read: (reader: DerReader) => T): T | null {
    const extension = this.extension(oid);
    if (extension === null) return null;
    return guarded('ERR_TLS_CRL_PARSE', null, () => {
      const reader = new DerReader(this.der, extension.from, extension.to);
      const value = read(reader);
      reader.done();
      return value;
    });
  }
}

/** Reads a CRL from DER, which is kept, not copied. Fails with ERR_TLS_CRL_PARSE. */
export function parseCrl(der: Uint8Array): Crl {
  if (der.length > LARGEST) fail('ERR_TLS_CRL_PARSE', `${der.length} bytes are more than the ${LARGEST} allowed`);
  return guarded('ERR_TLS_CRL_PARSE', null, () => new Crl(der, readFields(der)));
}

/** Reads CRLs from PEM (label `X509 CRL`) or DER. */
export function crlsFrom(input: string | Uint8Array): Crl[] {
  if (typeof input !== 'string' && input[0] === TAG.SEQUENCE) return [parseCrl(input)];
  const blocks = parsePem(input).filter(({ label }) => label === 'X509 CRL' || label === 'CRL');
  if (blocks.length === 0) fail('ERR_TLS_CRL_PARSE', 'it is neither DER nor PEM with the label X509 CRL');
  return blocks.map(({ der }) => parseCrl(der));
}

function readFields(der: Uint8Array): Fields {
  const reader = new DerReader(der);
  const whole = reader.enter(TAG.SEQUENCE);
  const tbsStart = reader.at;
  const tbs = reader.enter(TAG.SEQUENCE);
  const version2 = reader.peek() === TAG.INTEGER;
  if (version2 && reader.uint() !== 1) reader.refuse('a version that does not exist');
  reader.next(TAG.SEQUENCE);
  const inner = [reader.from, reader.to] as const;
  const issuer = new Name(checkName(reader));
  const thisUpdate = reader.time();
  const timed = reader.peek() === TAG.UTC_TIME || reader.peek() === TAG.GENERALIZED_TIME;
  const nextUpdate = timed ? reader.time() : null;
  const entryExtensions = new Set<string>();
  const entries = reader.peek() === TAG.SEQUENCE ? checkEntries(reader, version2, entryExtensions) : ([0, 0] as const);
  const extensions = version2 ? (within(reader, contextSet(0), extensionList) ?? []) : [];
  reader.leave(tbs);
  const tbsEnd = reader.at;
  reader.next(TAG.SEQUENCE);
  const outer = [reader.from, reader.to] as const;
  if (!equalBytes(der.subarray(inner[0], inner[1]), der.subarray(outer[0], outer[1])))
    reader.refuse('a signature algorithm that differs inside and outside');
  reader.bitString();
  const signature = [reader.from + 1, reader.to] as const;
  reader.leave(whole);
  reader.done();
  return {
    issuer,
    thisUpdate,
    nextUpdate,
    extensions,
    signatureAlgorithm: signatureAlgorithm(der, inner[0], inner[1]),
    tbs: [tbsStart, tbsEnd],
    signature,
    entries,
    entryExtensions,
  };
}

/** Reads all entries once, so that none is malformed, and collects their critical extensions. */
function checkEntries(reader: DerReader, version2: boolean, critical: Set<string>): readonly [number, number] {
  const outer = reader.enter(TAG.SEQUENCE);
  const range = [reader.at, reader.end] as const;
  if (!reader.more) reader.refuse('an empty list of entries');
  while (reader.more) {
    const { extensions } = readEntry(reader);
    if (extensions.length > 0 && !version2) reader.refuse('extensions in a CRL of version 1');
    for (const extension of extensions) if (extension.critical) critical.add(extension.oid);
  }
  reader.leave(outer);
  return range;
}

interface Entry {
  readonly serial: Uint8Array;
  readonly entry: RevokedEntry;
  /** The directory names in certificateIssuer, where the entry has one. */
  readonly issuer: readonly Name[] | null;
  readonly extensions: readonly Extension[];
}

function readEntry(reader: DerReader): Entry {
  const outer = reader.enter(TAG.SEQUENCE);
  const serial = reader.integer();
  const revocationDate = reader.time();
  const extensions = reader.more ? extensionList(reader) : [];
  reader.leave(outer);
  let reason = 0;
  let issuer: Name[] | null = null;
  for (const { oid, from, to } of extensions) {
    const inner = new DerReader(reader.bytes, from, to);
    if (oid === OID.cRLReason) reason = inner.uint(TAG.ENUMERATED);
    if (oid === OID.certificateIssuer) issuer = entryIssuer(inner);
  }
  return { serial, entry: { revocationDate, reason }, issuer, extensions };
}

function entryIssuer(reader: DerReader): Name[] {
  const outer = reader.enter(TAG.SEQUENCE);
  const names: Name[] = [];
  for (const name of generalNames(reader)) if (name.kind === 'directory') names.push(name.value);
  reader.leave(outer);
  return names;
}

function issuingDistributionPoint(reader: DerReader): IssuingDistributionPoint {
  const outer = reader.enter(TAG.SEQUENCE);
  const flag = (number: number) => reader.peek() === contextTag(number) && reader.boolean(contextTag(number));
  const point = {
    name: within(reader, contextSet(0), distributionPointName),
    onlyUserCertificates: flag(1),
    onlyCaCertificates: flag(2),
    onlySomeReasons: reader.peek() === contextTag(3) ? reader.namedBits(contextTag(3)) : null,
    indirect: flag(4),
    onlyAttributeCertificates: flag(5),
  };
  reader.leave(outer);
  return point;
}
