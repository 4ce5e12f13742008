import { contextSet, contextTag, type DerReader, TAG } from '../asn1/index.ts';
import { type GeneralName, generalName, generalNames } from './general-name.ts';

/** BasicConstraints (RFC 5280, section 4.2.1.9). */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many intermediates may follow, self-issued ones aside; null: no limit. */
  readonly pathLength: number | null;
  /** Whether cA = FALSE is written out, which DER forbids and much software does. */
  readonly explicitDefault: boolean;
}

/** Bits of KeyUsage (RFC 5280, section 4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 1,
  nonRepudiation: 2,
  keyEncipherment: 4,
  dataEncipherment: 8,
  keyAgreement: 16,
  keyCertSign: 32,
  cRLSign: 64,
  encipherOnly: 128,
  decipherOnly: 256,
} as const;

/** AuthorityKeyIdentifier (RFC 5280, section 4.2.1.1). */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | null;
  readonly issuer: readonly GeneralName[] | null;
  readonly serialNumber: Uint8Array | null;
}

/** NameConstraints (RFC 5280, section 4.2.1.10); null where a list is absent. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[] | null;
  readonly excluded: readonly GeneralName[] | null;
}

/** One AccessDescription of AuthorityInfoAccess or SubjectInfoAccess (RFC 5280, section 4.2.2). */
export interface AccessDescription {
  /** Access method, in dotted form. */
  readonly method: string;
  readonly location: GeneralName;
}

/** One DistributionPoint (RFC 5280, section 4.2.1.13). */
export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  /** Bits of ReasonFlags; null: all reasons. */
  readonly reasons: number | null;
  readonly crlIssuer: readonly GeneralName[] | null;
}

export interface DistributionPointName {
  readonly fullName: readonly GeneralName[] | null;
  /** The contents of an RDN relative to the issuer's name, as DER. */
  readonly relativeName: Uint8Array | null;
}

/** One PolicyInformation (RFC 5280, section 4.2.1.4). */
export interface PolicyInformation {
  /** Policy, in dotted form. */
  readonly policy: string;
  /** Qualifiers as DER; null without any. */
  readonly qualifiers: Uint8Array | null;
}

/** PolicyConstraints (RFC 5280, section 4.2.1.11): certificates to skip; null where absent. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
}

export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export function basicConstraints(reader: DerReader): BasicConstraints {
  const outer = reader.enter(TAG.SEQUENCE);
  const written = reader.peek() === TAG.BOOLEAN;
  const ca = written && reader.boolean();
  const pathLength = reader.more ? reader.uint() : null;
  reader.leave(outer);
  return { ca, pathLength, explicitDefault: written && !ca };
}

export function keyUsage(reader: DerReader): number {
  return reader.namedBits();
}

export function extendedKeyUsage(reader: DerReader): string[] {
  return listOf(reader, oid);
}

export function subjectKeyIdentifier(reader: DerReader): Uint8Array {
  return reader.contents(TAG.OCTET_STRING);
}

export function authorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  const outer = reader.enter(TAG.SEQUENCE);
  const keyIdentifier = reader.peek() === contextTag(0) ? reader.contents(contextTag(0)) : null;
  const issuer = within(reader, contextSet(1), generalNames);
  const serialNumber = reader.peek() === contextTag(2) ? reader.integer(contextTag(2)) : null;
  reader.leave(outer);
  return { keyIdentifier, issuer, serialNumber };
}

/** SubjectAltName and IssuerAltName. */
export function alternativeNames(reader: DerReader): GeneralName[] {
  const outer = reader.enter(TAG.SEQUENCE);
  const names = generalNames(reader);
  reader.leave(outer);
  return names;
}

export function nameConstraints(reader: DerReader): NameConstraints {
  const outer = reader.enter(TAG.SEQUENCE);
  const permitted = within(reader, contextSet(0), subtrees);
  const excluded = within(reader, contextSet(1), subtrees);
  reader.leave(outer);
  return { permitted, excluded };
}

/** AuthorityInfoAccess and SubjectInfoAccess. */
export function infoAccess(reader: DerReader): AccessDescription[] {
  return listOf(reader, (inner) => {
    const outer = inner.enter(TAG.SEQUENCE);
    const method = inner.oid();
    const location = generalName(inner);
    inner.leave(outer);
    return { method, location };
  });
}

/** CRLDistributionPoints and FreshestCRL. */
export function distributionPoints(reader: DerReader): DistributionPoint[] {
  return listOf(reader, (inner) => {
    const outer = inner.enter(TAG.SEQUENCE);
    const name = within(inner, contextSet(0), distributionPointName);
    const reasons = inner.peek() === contextTag(1) ? inner.namedBits(contextTag(1)) : null;
    const crlIssuer = within(inner, contextSet(2), generalNames);
    if (name === null && crlIssuer === null) inner.refuse('a distribution point that names nothing');
    inner.leave(outer);
    return { name, reasons, crlIssuer };
  });
}

export function distributionPointName(reader: DerReader): DistributionPointName {
  const fullName = within(reader, contextSet(0), generalNames);
  const relativeName = fullName === null ? reader.contents(contextSet(1)) : null;
  return { fullName, relativeName };
}

export function certificatePolicies(reader: DerReader): PolicyInformation[] {
  return listOf(reader, (inner) => {
    const outer = inner.enter(TAG.SEQUENCE);
    const policy = inner.oid();
    const qualifiers = inner.more ? inner.whole(TAG.SEQUENCE) : null;
    inner.leave(outer);
    return { policy, qualifiers };
  });
}

export function policyMappings(reader: DerReader): PolicyMapping[] {
  return listOf(reader, (inner) => {
    const outer = inner.enter(TAG.SEQUENCE);
    const mapping = { issuerDomainPolicy: inner.oid(), subjectDomainPolicy: inner.oid() };
    inner.leave(outer);
    return mapping;
  });
}

export function policyConstraints(reader: DerReader): PolicyConstraints {
  const outer = reader.enter(TAG.SEQUENCE);
  const requireExplicitPolicy = reader.peek() === contextTag(0) ? reader.uint(contextTag(0)) : null;
  const inhibitPolicyMapping = reader.peek() === contextTag(1) ? reader.uint(contextTag(1)) : null;
  if (requireExplicitPolicy === null && inhibitPolicyMapping === null) reader.refuse('policy constraints without any');
  reader.leave(outer);
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

export function inhibitAnyPolicy(reader: DerReader): number {
  return reader.uint();
}

/** TLS feature (RFC 7633): the TLS extensions that a server with this certificate must answer. */
export function tlsFeature(reader: DerReader): number[] {
  return listOf(reader, (inner) => inner.uint());
}

/** SignedCertificateTimestampList (RFC 6962, section 3.3), not looked into. */
export function signedCertificateTimestamps(reader: DerReader): Uint8Array {
  return reader.contents(TAG.OCTET_STRING);
}

function oid(reader: DerReader): string {
  return reader.oid();
}

/** `SEQUENCE SIZE (1..MAX) OF`. */
function listOf<T>(reader: DerReader, read: (reader: DerReader) => T): T[] {
  const outer = reader.enter(TAG.SEQUENCE);
  const list: T[] = [];
  if (!reader.more) reader.refuse('an empty list');
  while (reader.more) list.push(read(reader));
  reader.leave(outer);
  return list;
}

/** What is inside the next element if it has this tag, else null. */
export function within<T>(reader: DerReader, tag: number, read: (reader: DerReader) => T): T | null {
  if (reader.peek() !== tag) return null;
  const outer = reader.enter(tag);
  const value = read(reader);
  reader.leave(outer);
  return value;
}

/** GeneralSubtrees: `minimum` must be its default, `maximum` absent. */
function subtrees(reader: DerReader): GeneralName[] {
  const bases: GeneralName[] = [];
  if (!reader.more) reader.refuse('an empty list of subtrees');
  while (reader.more) {
    const outer = reader.enter(TAG.SEQUENCE);
    bases.push(generalName(reader));
    reader.leave(outer);
  }
  return bases;
}
