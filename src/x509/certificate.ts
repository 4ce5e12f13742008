import { contextSet, contextTag, DerReader, OID, TAG } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import * as decode from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { guarded } from './guard.ts';
import { checkName, Name } from './name.ts';
import { type SignatureAlgorithm, signatureAlgorithm } from './signature-algorithm.ts';
import { publicKey } from './spki.ts';

const LARGEST = 1 << 20;
const MOST_EXTENSIONS = 64;
const YEAR_2050 = 2_524_608_000;

/** An extension, not decoded. */
export interface Extension {
  /** In dotted form. */
  readonly oid: string;
  readonly critical: boolean;
  /** Where its value lies in the certificate's DER. */
  readonly from: number;
  readonly to: number;
}

/** Deviations from RFC 5280 that are common and harmless enough for one profile to accept. */
export interface Oddities {
  /** A field that has its default value is written out all the same. */
  explicitDefault: boolean;
  /** GeneralizedTime for a date before 2050. */
  earlyGeneralizedTime: boolean;
  uniqueIds: boolean;
}

interface Offsets {
  readonly tbs: readonly [number, number];
  readonly serial: readonly [number, number];
  readonly spki: readonly [number, number];
  readonly signature: readonly [number, number];
}

/**
 * An X.509 certificate. One walk over the DER finds where everything is; keys, names and extensions are decoded when
 * asked for. Getters of malformed parts fail with ERR_TLS_CERT_PARSE (ERR_TLS_CERT_PUBLIC_KEY for the key).
 */
export class Certificate {
  readonly der: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly issuer: Name;
  readonly subject: Name;
  /** Validity in seconds since 1970; both ends belong to it. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly oddities: Readonly<Oddities>;
  private readonly offsets: Offsets;
  private key: PublicKey | null = null;
  private readonly decoded: Record<string, unknown> = {};

  /** Use `parseCertificate`. */
  constructor(der: Uint8Array, fields: Fields) {
    this.der = der;
    this.version = fields.version;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.extensions = fields.extensions;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.oddities = fields.oddities;
    this.offsets = fields.offsets;
  }

  /** What the signature covers. */
  get tbs(): Uint8Array {
    return this.view(this.offsets.tbs);
  }

  /** Two's complement, big-endian, as it stands. */
  get serialNumber(): Uint8Array {
    return this.view(this.offsets.serial);
  }

  get signature(): Uint8Array {
    return this.view(this.offsets.signature);
  }

  /** SubjectPublicKeyInfo as DER. */
  get spki(): Uint8Array {
    return this.view(this.offsets.spki);
  }

  get publicKey(): PublicKey {
    if (this.key === null) this.key = guarded('ERR_TLS_CERT_PUBLIC_KEY', this.der, () => publicKey(this.spki));
    return this.key;
  }

  /** Whether subject and issuer match (RFC 5280, section 3.2). */
  get selfIssued(): boolean {
    return equalBytes(this.subject.der, this.issuer.der) || this.subject.key === this.issuer.key;
  }

  extension(oid: string): Extension | null {
    for (const extension of this.extensions) if (extension.oid === oid) return extension;
    return null;
  }

  get basicConstraints(): decode.BasicConstraints | null {
    return this.decode(OID.basicConstraints, decode.basicConstraints);
  }

  /** Bits of `KEY_USAGE`. */
  get keyUsage(): number | null {
    return this.decode(OID.keyUsage, decode.keyUsage);
  }

  /** Purposes in dotted form. */
  get extendedKeyUsage(): readonly string[] | null {
    return this.decode(OID.extKeyUsage, decode.extendedKeyUsage);
  }

  get subjectAltName(): readonly GeneralName[] | null {
    return this.decode(OID.subjectAltName, decode.alternativeNames);
  }

  get issuerAltName(): readonly GeneralName[] | null {
    return this.decode(OID.issuerAltName, decode.alternativeNames);
  }

  get nameConstraints(): decode.NameConstraints | null {
    return this.decode(OID.nameConstraints, decode.nameConstraints);
  }

  get authorityKeyIdentifier(): decode.AuthorityKeyIdentifier | null {
    return this.decode(OID.authorityKeyIdentifier, decode.authorityKeyIdentifier);
  }

  get subjectKeyIdentifier(): Uint8Array | null {
    return this.decode(OID.subjectKeyIdentifier, decode.subjectKeyIdentifier);
  }

  get authorityInfoAccess(): readonly decode.AccessDescription[] | null {
    return this.decode(OID.authorityInfoAccess, decode.infoAccess);
  }

  get subjectInfoAccess(): readonly decode.AccessDescription[] | null {
    return this.decode(OID.subjectInfoAccess, decode.infoAccess);
  }

  get crlDistributionPoints(): readonly decode.DistributionPoint[] | null {
    return this.decode(OID.cRLDistributionPoints, decode.distributionPoints);
  }

  get freshestCrl(): readonly decode.DistributionPoint[] | null {
    return this.decode(OID.freshestCRL, decode.distributionPoints);
  }

  get certificatePolicies(): readonly decode.PolicyInformation[] | null {
    return this.decode(OID.certificatePolicies, decode.certificatePolicies);
  }

  get policyMappings(): readonly decode.PolicyMapping[] | null {
    return this.decode(OID.policyMappings, decode.policyMappings);
  }

  get policyConstraints(): decode.PolicyConstraints | null {
    return this.decode(OID.policyConstraints, decode.policyConstraints);
  }

  get inhibitAnyPolicy(): number | null {
    return this.decode(OID.inhibitAnyPolicy, decode.inhibitAnyPolicy);
  }

  /** TLS extensions that the server must answer; 5 (status_request) is OCSP must-staple. */
  get tlsFeatures(): readonly number[] | null {
    return this.decode(OID.tlsFeature, decode.tlsFeature);
  }

  /** SignedCertificateTimestampList, as RFC 6962 encodes it. */
  get signedCertificateTimestamps(): Uint8Array | null {
    return this.decode(OID.signedCertificateTimestampList, decode.signedCertificateTimestamps);
  }

  /** What `make` returned the first time for this key. Keeps what others work out about the certificate. */
  remember<T>(key: string, make: () => T): T {
    if (!(key in this.decoded)) this.decoded[key] = make();
    return this.decoded[key] as T;
  }

  private decode<T>(oid: string, read: (reader: DerReader) => T): T | null {
    return this.remember(oid, () => {
      const extension = this.extension(oid);
      return extension === null ? null : this.readExtension(extension, read);
    });
  }

  private readExtension<T>(extension: Extension, read: (reader: DerReader) => T): T {
    return guarded('ERR_TLS_CERT_PARSE', this.der, () => {
      const reader = new DerReader(this.der, extension.from, extension.to);
      const value = read(reader);
      reader.done();
      return value;
    });
  }

  private view(range: readonly [number, number]): Uint8Array {
    return this.der.subarray(range[0], range[1]);
  }
}

/** What the walk over a certificate finds. */
interface Fields {
  readonly version: 1 | 2 | 3;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly oddities: Oddities;
  readonly offsets: Offsets;
}

/** Reads a certificate from DER, which is kept, not copied. Fails with ERR_TLS_CERT_PARSE. */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > LARGEST) fail('ERR_TLS_CERT_PARSE', `${der.length} bytes are more than the ${LARGEST} allowed`);
  return guarded('ERR_TLS_CERT_PARSE', der, () => new Certificate(der, readFields(der)));
}

function readFields(der: Uint8Array): Fields {
  const reader = new DerReader(der);
  const oddities: Oddities = { explicitDefault: false, earlyGeneralizedTime: false, uniqueIds: false };
  const whole = reader.enter(TAG.SEQUENCE);
  const tbsStart = reader.at;
  const tbs = reader.enter(TAG.SEQUENCE);
  const version = readVersion(reader);
  reader.integer();
  const serial = [reader.from, reader.to] as const;
  reader.next(TAG.SEQUENCE);
  const inner = [reader.from, reader.to] as const;
  const issuer = new Name(checkName(reader));
  const validity = reader.enter(TAG.SEQUENCE);
  const notBefore = readTime(reader, oddities);
  const notAfter = readTime(reader, oddities);
  reader.leave(validity);
  const subject = new Name(checkName(reader));
  const spkiStart = reader.at;
  reader.next(TAG.SEQUENCE);
  const spki = [spkiStart, reader.at] as const;
  readUniqueIds(reader, version, oddities);
  const extensions = reader.more ? readExtensions(reader, version, oddities) : [];
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
    version,
    issuer,
    subject,
    notBefore,
    notAfter,
    extensions,
    signatureAlgorithm: signatureAlgorithm(der, inner[0], inner[1]),
    oddities,
    offsets: { tbs: [tbsStart, tbsEnd], serial, spki, signature },
  };
}

function readVersion(reader: DerReader): 1 | 2 | 3 {
  if (reader.peek() !== contextSet(0)) return 1;
  const outer = reader.enter(contextSet(0));
  const version = reader.uint();
  reader.leave(outer);
  return version === 1 ? 2 : version === 2 ? 3 : reader.refuse('a version that does not exist');
}

function readTime(reader: DerReader, oddities: Oddities): number {
  const generalized = reader.peek() === TAG.GENERALIZED_TIME;
  const seconds = reader.time();
  if (generalized && seconds < YEAR_2050) oddities.earlyGeneralizedTime = true;
  return seconds;
}

function readUniqueIds(reader: DerReader, version: 1 | 2 | 3, oddities: Oddities): void {
  for (let number = 1; number <= 2; number++) {
    if (!reader.optional(contextTag(number))) continue;
    if (version === 1) reader.refuse('unique identifiers in a certificate of version 1');
    oddities.uniqueIds = true;
  }
}

function readExtensions(reader: DerReader, version: 1 | 2 | 3, oddities: Oddities): Extension[] {
  if (version !== 3) reader.refuse('extensions in a certificate that is not of version 3');
  const explicit = reader.enter(contextSet(3));
  const extensions = extensionList(reader, oddities);
  reader.leave(explicit);
  return extensions;
}

/** Extensions (RFC 5280, section 4.1.2.9) of certificates, CRLs and their entries: at least one, none of them twice. */
export function extensionList(reader: DerReader, oddities: Oddities | null = null): Extension[] {
  const extensions: Extension[] = [];
  const list = reader.enter(TAG.SEQUENCE);
  if (!reader.more) reader.refuse('an empty list of extensions');
  while (reader.more) {
    const outer = reader.enter(TAG.SEQUENCE);
    const oid = reader.oid();
    const written = reader.peek() === TAG.BOOLEAN;
    const critical = written && reader.boolean();
    if (written && !critical && oddities !== null) oddities.explicitDefault = true;
    reader.next(TAG.OCTET_STRING);
    const { from, to } = reader;
    for (const other of extensions) if (other.oid === oid) reader.refuse(`the extension ${oid} twice`);
    if (extensions.length === MOST_EXTENSIONS) reader.refuse(`more than ${MOST_EXTENSIONS} extensions`);
    extensions.push({ oid, critical, from, to });
    reader.leave(outer);
  }
  reader.leave(list);
  return extensions;
}
