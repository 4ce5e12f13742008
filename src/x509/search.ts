import { equalBytes } from '../bytes/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import { type ErrorCode, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { TrustAnchor } from './anchor.ts';
import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { issuerProblem, type Link } from './checks.ts';
import { fetchedIssuers } from './fetched-issuers.ts';
import { Grievances } from './grievances.ts';
import { about } from './guard.ts';
import { type Name, sameName } from './name.ts';
import type { PathRequest } from './path-request.ts';
import { type PathCheck, RevocationCheck } from './path-revocation.ts';
import { algorithmProblem, type SignatureContext, verifySigned } from './signed.ts';

interface Verified {
  readonly certificate: Certificate;
  readonly spki: Uint8Array;
  readonly problem: TlsError | null;
}

/** A possible issuer, and whether key identifiers speak for it. */
export interface Candidate<T> {
  readonly issuer: T;
  readonly fits: Fit;
}

/** What key identifiers say; the smaller, the likelier. */
type Fit = 0 | 1 | 2;
const MATCHES: Fit = 0;
const SAYS_NOTHING: Fit = 1;
export const DIFFERS: Fit = 2;

/** The state of one search for a path. */
export class Search implements SignatureContext {
  readonly request: PathRequest;
  readonly verifiers: PathRequest['verifiers'];
  readonly profile: PathRequest['profile'];
  readonly budget: Budget;
  readonly grievances: Grievances = new Grievances();
  readonly revocation: RevocationCheck;
  /** What URLs led to. */
  private readonly pages: Map<string, readonly Certificate[]> = new Map();
  /** Signatures checked in this search, so that none is checked twice. */
  private readonly verified: Verified[] = [];
  /** By role: the same certificate may be an anchor and be sent as an intermediate, too. */
  private readonly judged: Readonly<Record<'intermediate' | 'anchor', Map<Certificate, TlsError | null>>> = {
    intermediate: new Map(),
    anchor: new Map(),
  };

  constructor(request: PathRequest, budget: Budget, hasPath: PathCheck | null) {
    this.request = request;
    this.verifiers = request.verifiers;
    this.profile = request.profile;
    this.budget = budget;
    this.revocation = new RevocationCheck(request, budget, hasPath);
  }

  /** Anchors that may have issued what is at the top, the likeliest first. */
  anchors(top: Link): Candidate<TrustAnchor>[] {
    const named = this.request.anchors.named(top.certificate.issuer).filter((anchor) => this.endsPath(anchor));
    return ranked(named, (anchor) => keyIdFit(top.certificate, anchor.certificate));
  }

  /** Intermediates that may have issued what is at the top and are not in the path yet, the likeliest first. */
  intermediates(top: Link): Candidate<Certificate>[] {
    const { issuer } = top.certificate;
    const found: Certificate[] = [];
    for (const certificate of this.request.intermediates)
      if (sameName(certificate.subject, issuer)) found.push(certificate);
    // A page may have more than one level of authorities.
    this.pages.forEach((page) => {
      for (const certificate of page) if (sameName(certificate.subject, issuer)) found.push(certificate);
    });
    for (const anchor of this.request.anchors.named(issuer))
      if (anchor.certificate !== null && !this.endsPath(anchor)) found.push(anchor.certificate);
    const fresh = found.filter((certificate) => !isInPath(certificate, top));
    return ranked(fresh, (certificate) => keyIdFit(top.certificate, certificate));
  }

  /** The same, of issuers that the peer left out and the host can get. */
  *fetched(top: Link): Flow<Candidate<Certificate>[]> {
    const { fetchIssuer } = this.request;
    if (fetchIssuer === undefined) return [];
    const found = yield* fetchedIssuers(top.certificate, fetchIssuer, this.pages, this.budget);
    const fresh = found.filter((one) => sameName(one.subject, top.certificate.issuer) && !isInPath(one, top));
    return ranked(fresh, (certificate) => keyIdFit(top.certificate, certificate));
  }

  endsPath(anchor: TrustAnchor): boolean {
    return this.request.partialChain !== false || anchor.certificate === null || anchor.certificate.selfIssued;
  }

  /** Why nobody can have signed it acceptably; null if somebody may have. */
  algorithmProblem({ signatureAlgorithm, der }: Certificate): TlsError | null {
    const problem = algorithmProblem(signatureAlgorithm, this);
    return problem === null ? null : about(problem, der);
  }

  /** What keeps the certificate from issuing anything, found out once in a search. */
  issuerProblem(certificate: Certificate, role: 'intermediate' | 'anchor'): TlsError | null {
    const judged = this.judged[role];
    const known = judged.get(certificate);
    if (known !== undefined) return known;
    const problem = attempt(certificate, () => issuerProblem(certificate, role, this.request));
    judged.set(certificate, problem);
    return problem;
  }

  *signatureProblem(certificate: Certificate, key: PublicKey, issuer: Name): Flow<TlsError | null> {
    const { cache } = this.request;
    if (cache?.isVerified(certificate, key.spki) === true) return null;
    for (const known of this.verified)
      if (known.certificate === certificate && equalBytes(known.spki, key.spki)) return known.problem;
    const code = yield* verifySigned(certificate, key, this);
    const problem = code === null ? null : wrongSignature(code, certificate, issuer);
    this.verified.push({ certificate, spki: key.spki, problem });
    if (problem === null) cache?.rememberVerified(certificate, key.spki);
    return problem;
  }
}

function wrongSignature(code: ErrorCode, certificate: Certificate, issuer: Name): TlsError {
  return new TlsError(code, {
    detail: `${certificate.subject}, with the key of ${issuer}`,
    certificate: certificate.der,
  });
}

/** Runs a check. What it cannot read is the error of this certificate; an exhausted budget ends the search. */
export function attempt(certificate: Certificate | null, check: () => TlsError | null): TlsError | null {
  try {
    return check();
  } catch (error) {
    if (!isTlsError(error) || error.code === 'ERR_TLS_CERT_BUDGET') throw error;
    return about(error, certificate?.der ?? null);
  }
}

/** The same authority comes in several certificates; going through it twice is a loop. */
function isInPath(certificate: Certificate, top: Link): boolean {
  for (let link: Link | null = top; link !== null; link = link.below) {
    const other = link.certificate;
    if (sameName(other.subject, certificate.subject) && equalBytes(other.spki, certificate.spki)) return true;
  }
  return false;
}

function ranked<T>(issuers: readonly T[], fits: (issuer: T) => Fit): Candidate<T>[] {
  const candidates = issuers.map((issuer) => ({ issuer, fits: fits(issuer) }));
  return candidates.length > 1 ? candidates.sort((a, b) => a.fits - b.fits) : candidates;
}

/** Key identifiers are a hint, no more: whoever makes a certificate can write what they like. */
function keyIdFit(certificate: Certificate, issuer: Certificate | null): Fit {
  if (issuer === null) return SAYS_NOTHING;
  try {
    const wanted = certificate.authorityKeyIdentifier?.keyIdentifier ?? null;
    const present = issuer.subjectKeyIdentifier;
    if (wanted === null || present === null) return SAYS_NOTHING;
    return equalBytes(wanted, present) ? MATCHES : DIFFERS;
  } catch {
    return SAYS_NOTHING;
  }
}
