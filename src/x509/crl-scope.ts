import { DerReader, der, OID } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { isTlsError, type TlsError } from '../errors/index.ts';
import type { Certificate } from './certificate.ts';
import type { Crl, IssuingDistributionPoint } from './crl.ts';
import type { DistributionPoint, DistributionPointName } from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { guarded } from './guard.ts';
import { type Name, parseName, sameName } from './name.ts';

/** ReasonFlags bits 1 to 8: everything that a certificate can be revoked for. */
export const ALL_REASONS = 0x1fe;

/**
 * The reasons that the CRL covers for this certificate, if its signer is the right one (RFC 5280, section 6.3.3 (b) to
 * (d)): 0 if it is not about it. An error if that cannot be told.
 */
export function scopeOf(crl: Crl, certificate: Certificate): number | TlsError {
  try {
    const point = crl.issuingDistributionPoint;
    const direct = sameName(crl.issuer, certificate.issuer);
    if (point === null) return direct ? ALL_REASONS : 0;
    if (!coversKind(point, certificate)) return 0;
    const own = (point.onlySomeReasons ?? ALL_REASONS) & ALL_REASONS;
    if (direct && point.name === null) return own;
    return own & pointReasons(crl, point, certificate, direct);
  } catch (error) {
    if (isTlsError(error)) return error;
    throw error;
  }
}

function coversKind(point: IssuingDistributionPoint, certificate: Certificate): boolean {
  if (point.onlyAttributeCertificates) return false;
  const ca = certificate.basicConstraints?.ca === true;
  return !(ca ? point.onlyUserCertificates : point.onlyCaCertificates);
}

/** The reasons of those distribution points of the certificate that lead to this CRL. */
function pointReasons(crl: Crl, idp: IssuingDistributionPoint, certificate: Certificate, direct: boolean): number {
  let reasons = 0;
  for (const point of certificate.crlDistributionPoints ?? []) {
    const named = point.crlIssuer === null ? direct : idp.indirect && hasName(point.crlIssuer, crl.issuer);
    if (!named) continue;
    if (idp.name !== null && !pointsTo(point, idp.name, certificate, crl)) continue;
    reasons |= point.reasons ?? ALL_REASONS;
  }
  return reasons;
}

/** A point without a name is found by the name of its CRL issuer. */
function pointsTo(point: DistributionPoint, name: DistributionPointName, certificate: Certificate, crl: Crl): boolean {
  const base = point.crlIssuer === null ? certificate.issuer : crl.issuer;
  const ours = point.name === null ? (point.crlIssuer ?? []) : namesOf(point.name, base);
  return namesOf(name, crl.issuer).some((one) => ours.some((other) => sameLocation(one, other)));
}

function sameLocation(one: GeneralName, other: GeneralName): boolean {
  if (one.kind === 'directory') return other.kind === 'directory' && sameName(one.value, other.value);
  return one.kind === 'uri' && other.kind === 'uri' && one.value === other.value;
}

/** A relative name is one more RDN on the name that it is relative to. */
function namesOf({ fullName, relativeName }: DistributionPointName, base: Name): readonly GeneralName[] {
  if (relativeName === null) return fullName ?? [];
  const rdns = base.der.subarray(headerSize(base.der));
  const whole = der.sequence(rdns, der.set(relativeName));
  return [{ kind: 'directory', value: guarded('ERR_TLS_CRL_PARSE', null, () => parseName(new DerReader(whole))) }];
}

function headerSize(element: Uint8Array): number {
  return element[1]! < 0x80 ? 2 : 2 + (element[1]! & 0x7f);
}

function hasName(names: readonly GeneralName[], wanted: Name): boolean {
  return names.some((name) => name.kind === 'directory' && sameName(name.value, wanted));
}

/** Whether two CRLs are about the same certificates, so that one may be the delta of the other. */
export function sameScope(a: Crl, b: Crl): boolean {
  return (
    sameName(a.issuer, b.issuer) &&
    equalParts(a.authorityKeyIdentifier?.keyIdentifier, b.authorityKeyIdentifier?.keyIdentifier) &&
    equalParts(a.valueOf(OID.issuingDistributionPoint), b.valueOf(OID.issuingDistributionPoint))
  );
}

function equalParts(a: Uint8Array | null | undefined, b: Uint8Array | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return equalBytes(a, b);
}
