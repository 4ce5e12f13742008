import { OID } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { isTlsError, type TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { TrustAnchor } from './anchor.ts';
import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { latestTime } from './checks.ts';
import type { Crl } from './crl.ts';
import { crlEvidence } from './crl-evidence.ts';
import { delegateProblem } from './delegate.ts';
import { KEY_USAGE } from './extensions.ts';
import { type Name, sameName } from './name.ts';
import type { OcspChecker } from './ocsp-checker.ts';
import type { PathRequest } from './path-request.ts';
import {
  checkRevocation,
  type RevocationContext,
  type RevocationDemands,
  type RevocationStatus,
} from './revocation.ts';
import type { CertificateIssuer, Evidence } from './revocation-evidence.ts';

const STATUS_REQUEST = 5;

/** Whether a certificate has a path to this anchor alone; asked about those who sign CRLs for others. */
export type PathCheck = (certificate: Certificate, anchor: TrustAnchor) => Flow<boolean>;

/** What is known about the revocation of a whole path. */
export interface PathStatus {
  /** Seconds since 1970 until which that is current; Infinity if no end is known. */
  readonly until: number;
  /** What was not checked and why, in words. */
  readonly unchecked: readonly string[];
}

interface Checked {
  readonly spki: Uint8Array;
  readonly anchor: TrustAnchor;
  readonly status: TlsError | RevocationStatus;
}

/** Checks for revocation in one search, which may ask about the same certificate in several paths. */
export class RevocationCheck {
  private readonly request: PathRequest;
  private readonly budget: Budget;
  private readonly hasPath: PathCheck | null;
  private readonly known: Map<Certificate, Checked[]> = new Map();

  /** `hasPath` is null where nobody but the issuers themselves may sign CRLs: for those who sign them for others. */
  constructor(request: PathRequest, budget: Budget, hasPath: PathCheck | null) {
    this.request = request;
    this.budget = budget;
    this.hasPath = hasPath;
  }

  /** Checks the certificates of a path, leaf first, from the anchor downwards. */
  *path(certificates: readonly Certificate[], anchor: TrustAnchor): Flow<TlsError | PathStatus> {
    const { crls, ocsp, revocation = 'prefer', leaf } = this.request;
    const ignored = this.ignoresStapling(leaf) ? ['OCSP stapling, which the certificate demands'] : [];
    if (revocation === 'off') return nothing('revocation: switched off', ignored);
    if ((crls ?? []).length === 0 && ocsp === undefined && revocation !== 'require' && !this.mustStaple(leaf))
      return nothing('revocation: neither CRLs nor OCSP are used', ignored);
    let until = Number.POSITIVE_INFINITY;
    const unchecked: string[] = [];
    let issuer: CertificateIssuer = anchor;
    for (let i = certificates.length - 1; i >= 0; i--) {
      const certificate = certificates[i]!;
      const status = yield* this.certificate(certificate, issuer, anchor);
      if (isTlsError(status)) return status;
      until = Math.min(until, status.until);
      if (status.status === 'unknown')
        unchecked.push(`revocation of ${certificate.subject}: no CRL or OCSP response is about it`);
      else if (status.stale) unchecked.push(`revocation of ${certificate.subject} since its CRL went out of date`);
      issuer = { publicKey: certificate.publicKey, certificate };
    }
    return { until, unchecked: [...unchecked, ...ignored] };
  }

  private *certificate(
    certificate: Certificate,
    issuer: CertificateIssuer,
    anchor: TrustAnchor,
  ): Flow<TlsError | RevocationStatus> {
    const known = this.known.get(certificate) ?? [];
    const { spki } = issuer.publicKey;
    for (const one of known) if (one.anchor === anchor && equalBytes(one.spki, spki)) return one.status;
    const context = new Context(this.request, this.budget, anchor, this.hasPath);
    const status = yield* checkRevocation(certificate, issuer, this.demandsOn(certificate), context);
    this.known.set(certificate, [...known, { spki, anchor, status }]);
    return status;
  }

  private demandsOn(certificate: Certificate): RevocationDemands {
    const { leaf, revocation, revocationScope = 'path', staple = null } = this.request;
    const isLeaf = certificate === leaf;
    return {
      required: revocation === 'require' && (isLeaf || revocationScope === 'path'),
      staple: isLeaf ? staple : this.issuerStaple(certificate),
      mustStaple: isLeaf && this.mustStaple(leaf),
    };
  }

  private issuerStaple({ der }: Certificate): Uint8Array | null {
    for (const { certificate, response } of this.request.issuerStaples ?? []) {
      if (equalBytes(certificate, der)) return response;
    }
    return null;
  }

  /** The demand binds whoever asks for stapled responses (RFC 7633, section 4), and in a critical extension everybody. */
  private mustStaple(leaf: Certificate): boolean {
    return this.demandsStaple(leaf) && (this.request.ocsp !== undefined || isCritical(leaf));
  }

  private ignoresStapling(leaf: Certificate): boolean {
    return this.demandsStaple(leaf) && (this.request.revocation === 'off' || !this.mustStaple(leaf));
  }

  /** Clients are not asked for stapled responses, so that only a critical demand counts with them. */
  private demandsStaple(leaf: Certificate): boolean {
    const asked = this.request.usage !== 'clientAuth' || isCritical(leaf);
    return asked && (leaf.tlsFeatures ?? []).indexOf(STATUS_REQUEST) >= 0;
  }
}

function isCritical(leaf: Certificate): boolean {
  return leaf.extension(OID.tlsFeature)?.critical === true;
}

function nothing(why: string, ignored: readonly string[]): PathStatus {
  return { until: Number.POSITIVE_INFINITY, unchecked: [why, ...ignored] };
}

/** What checks of certificates below one anchor go by. */
class Context implements RevocationContext {
  readonly verifiers: PathRequest['verifiers'];
  readonly profile: PathRequest['profile'];
  readonly budget: Budget;
  readonly time: number | null;
  readonly earliest: number;
  readonly usesExpiredCrls: boolean;
  readonly crls: readonly Crl[];
  readonly ocsp: OcspChecker | null;
  private readonly request: PathRequest;
  private readonly anchor: TrustAnchor;
  private readonly hasPath: PathCheck | null;

  constructor(request: PathRequest, budget: Budget, anchor: TrustAnchor, hasPath: PathCheck | null) {
    this.verifiers = request.verifiers;
    this.profile = request.profile;
    this.budget = budget;
    this.time = latestTime(request);
    this.earliest = request.earliest ?? Number.NEGATIVE_INFINITY;
    this.usesExpiredCrls = request.expiredCrls === 'use';
    this.crls = request.crls ?? [];
    this.ocsp = request.ocsp ?? null;
    this.request = request;
    this.anchor = anchor;
    this.hasPath = hasPath;
  }

  crlSigners(name: Name): readonly Certificate[] {
    if (this.hasPath === null) return [];
    const { crlIssuers = [], intermediates } = this.request;
    const own = this.anchor.certificate === null ? [] : [this.anchor.certificate];
    return [...crlIssuers, ...intermediates, ...own].filter(
      (one) => sameName(one.subject, name) && maySignCrls(one, this),
    );
  }

  *trustsCrlSigner(signer: Certificate): Flow<boolean> {
    return this.hasPath !== null && (yield* this.hasPath(signer, this.anchor));
  }

  responderEvidence(responder: Certificate, issuer: CertificateIssuer): Flow<Evidence> {
    return crlEvidence(responder, issuer, this.crls, this);
  }
}

/** Not without a word, as an issuer may for its own certificates. */
function maySignCrls(signer: Certificate, context: Context): boolean {
  try {
    const usage = signer.keyUsage;
    return usage !== null && (usage & KEY_USAGE.cRLSign) !== 0 && delegateProblem(signer, context) === null;
  } catch (error) {
    if (isTlsError(error)) return false;
    throw error;
  }
}
