import { OID } from '../../asn1/index.ts';
import { equalBytes } from '../../bytes/index.ts';
import type { Certificate } from '../certificate.ts';
import { isDnsName } from '../dns-name.ts';
import { KEY_USAGE } from '../extensions.ts';
import type { GeneralName } from '../general-name.ts';
import { parseMailbox } from '../mailbox.ts';
import { constraintsOf } from '../name-constraints.ts';
import type { Subtrees } from '../subtrees.ts';
import { isAbsoluteUri } from '../uri-host.ts';
import type { Role, Usage } from './rule.ts';

/** Extensions that are understood, so that they may be critical. */
const UNDERSTOOD: readonly string[] = [
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.subjectAltName,
  OID.nameConstraints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.authorityInfoAccess,
  OID.subjectInfoAccess,
  OID.cRLDistributionPoints,
  OID.freshestCRL,
  OID.signedCertificateTimestampList,
];

const STATUS_REQUEST = 5;

const NEVER_CRITICAL: readonly string[] = [
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.authorityInfoAccess,
  OID.subjectInfoAccess,
  OID.freshestCRL,
  OID.subjectDirectoryAttributes,
  OID.signedCertificateTimestampList,
];

const ALWAYS_CRITICAL: readonly string[] = [OID.policyConstraints, OID.inhibitAnyPolicy];

export function understandsCritical(certificate: Certificate): boolean {
  return unknownCriticalExtensions(certificate).length === 0;
}

/** Critical extensions that are not understood, in dotted form: whoever cannot process them must refuse the certificate. */
export function unknownCriticalExtensions(certificate: Certificate): string[] {
  const unknown = certificate.extensions.filter(({ critical, oid }) => critical && UNDERSTOOD.indexOf(oid) < 0);
  return unknown.map(({ oid }) => oid).filter((oid) => oid !== OID.tlsFeature || !demandsStapleAlone(certificate));
}

/** Of all TLS features, stapling is the one that is enforced, and in leaves alone. */
function demandsStapleAlone(certificate: Certificate): boolean {
  const features = certificate.tlsFeatures ?? [];
  return certificate.basicConstraints?.ca !== true && features.every((feature) => feature === STATUS_REQUEST);
}

export function mayBeCritical(certificate: Certificate): boolean {
  return certificate.extensions.every(({ critical, oid }) => !critical || NEVER_CRITICAL.indexOf(oid) < 0);
}

export function isCriticalWhereDue(certificate: Certificate): boolean {
  return certificate.extensions.every(({ critical, oid }) => critical || ALWAYS_CRITICAL.indexOf(oid) < 0);
}

/** Reads every extension that is known, so that none of them is malformed. */
export function decodes(certificate: Certificate): boolean {
  void certificate.basicConstraints;
  void certificate.keyUsage;
  void certificate.extendedKeyUsage;
  void certificate.subjectAltName;
  void certificate.issuerAltName;
  void certificate.nameConstraints;
  void certificate.certificatePolicies;
  void certificate.policyMappings;
  void certificate.policyConstraints;
  void certificate.inhibitAnyPolicy;
  void certificate.subjectKeyIdentifier;
  void certificate.authorityKeyIdentifier;
  void certificate.authorityInfoAccess;
  void certificate.subjectInfoAccess;
  void certificate.crlDistributionPoints;
  void certificate.freshestCrl;
  void certificate.tlsFeatures;
  void certificate.signedCertificateTimestamps;
  return true;
}

export function hasAuthorityKeyId(certificate: Certificate): boolean {
  const aki = certificate.authorityKeyIdentifier;
  return aki !== null && aki.keyIdentifier !== null && (aki.issuer === null) === (aki.serialNumber === null);
}

/** A self-signed root may lack the identifier, but not have one that points elsewhere. */
export function rootPointsToItself(certificate: Certificate): boolean {
  const aki = certificate.authorityKeyIdentifier;
  if (aki === null || !certificate.selfIssued) return true;
  if (aki.keyIdentifier === null || aki.issuer !== null || aki.serialNumber !== null) return false;
  const ski = certificate.subjectKeyIdentifier;
  return ski !== null && equalBytes(ski, aki.keyIdentifier);
}

export function hasSubjectKeyIdIfAuthority(certificate: Certificate): boolean {
  return certificate.subjectKeyIdentifier !== null || certificate.basicConstraints?.ca !== true;
}

export function isDeclaredAuthority(certificate: Certificate): boolean {
  return certificate.basicConstraints?.ca === true;
}

export function hasCriticalBasicConstraints(certificate: Certificate): boolean {
  return certificate.extension(OID.basicConstraints)?.critical === true;
}

export function limitsPathOnlyAsAuthority(certificate: Certificate): boolean {
  const constraints = certificate.basicConstraints;
  if (constraints === null || constraints.pathLength === null) return true;
  return constraints.ca && hasBit(certificate, KEY_USAGE.keyCertSign, true);
}

/** cA and keyCertSign go together; a keyUsage that is absent says nothing. */
export function agreesOnAuthority(certificate: Certificate): boolean {
  const ca = certificate.basicConstraints?.ca === true;
  return certificate.keyUsage === null || hasBit(certificate, KEY_USAGE.keyCertSign, true) === ca;
}

export function usesKeyForSomething(certificate: Certificate): boolean {
  return certificate.keyUsage !== 0;
}

/** X.690, section 11.2.2: no trailing zero bits. The last octet of the extension holds the last bits. */
export function hasMinimalKeyUsage(certificate: Certificate): boolean {
  const extension = certificate.extension(OID.keyUsage);
  if (extension === null || !certificate.keyUsage) return true;
  const unused = certificate.der[extension.from + 2]!;
  return ((certificate.der[extension.to - 1]! >> unused) & 1) === 1;
}

export function namesItsPurpose(certificate: Certificate): boolean {
  return certificate.extendedKeyUsage?.every((purpose) => purpose !== OID.anyExtendedKeyUsage) ?? true;
}

export function hasAlternativeNames(certificate: Certificate, _role: Role, usage: Usage | null): boolean {
  if (certificate.subjectAltName !== null) return true;
  return usage !== 'serverAuth' && !certificate.subject.isEmpty;
}

export function hasFittingAltNameCriticality(certificate: Certificate): boolean {
  const extension = certificate.extension(OID.subjectAltName);
  return extension === null || extension.critical === certificate.subject.isEmpty;
}

export function hasProperAltNames(certificate: Certificate): boolean {
  return (certificate.subjectAltName ?? []).every(isProperName);
}

export function constrainsOnlyAsAuthority(certificate: Certificate): boolean {
  return certificate.nameConstraints === null || certificate.basicConstraints?.ca === true;
}

export function constrainsSomething(certificate: Certificate): boolean {
  const constraints = certificate.nameConstraints;
  return constraints === null || constraints.permitted !== null || constraints.excluded !== null;
}

export function hasProperConstraints(certificate: Certificate): boolean {
  const constraints = constraintsOf(certificate);
  return constraints === null || (isProperList(constraints.permitted) && isProperList(constraints.excluded));
}

export function hasNoLeadingPeriod(certificate: Certificate): boolean {
  const constraints = constraintsOf(certificate);
  return constraints === null || (constraints.permitted.leadingPeriod ?? constraints.excluded.leadingPeriod) === null;
}

export function namesPoliciesOnce(certificate: Certificate): boolean {
  const policies = (certificate.certificatePolicies ?? []).map(({ policy }) => policy);
  return new Set(policies).size === policies.length;
}

function hasBit(certificate: Certificate, bit: number, ifAbsent: boolean): boolean {
  const usage = certificate.keyUsage;
  return usage === null ? ifAbsent : (usage & bit) !== 0;
}

function isProperList(subtrees: Subtrees): boolean {
  for (const _kind in subtrees.malformed) return false;
  return true;
}

function isProperName(name: GeneralName): boolean {
  switch (name.kind) {
    case 'dns':
      return isDnsName(name.value, { wildcard: true });
    case 'ip':
      return name.value.length === 4 || name.value.length === 16;
    case 'email':
      return parseMailbox(name.value) !== null;
    case 'uri':
      return isAbsoluteUri(name.value);
    case 'directory':
      return !name.value.isEmpty;
    default:
      return true;
  }
}
