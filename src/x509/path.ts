import { type ErrorCode, fail, isTlsError, TlsError } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import { AnchorSet, type TrustAnchor } from './anchor.ts';
import { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { type Link, leafProblem, placeProblem } from './checks.ts';
import { constraintsOf } from './name-constraints.ts';
import { DEFAULT_DEPTH, type PathRequest } from './path-request.ts';
import type { PathStatus } from './path-revocation.ts';
import { validPolicies } from './policy.ts';
import { judge } from './profile/index.ts';
import { attempt, type Candidate, DIFFERS, Search } from './search.ts';
import { mintVerifiedPath, type VerifiedPath } from './verified-path.ts';

/** Certificates in a path, self-issued ones included; `maxDepth` counts the others. */
const LONGEST_PATH = 64;

/** There is nobody to ask whether somebody who is trusted still should be. */
const TRUSTED_ITSELF: PathStatus = {
  until: Number.POSITIVE_INFINITY,
  unchecked: ['revocation: the certificate is trusted itself'],
};

/**
 * Finds a path from the leaf to a trust anchor in which every certificate passes every check (RFC 5280, section 6),
 * depth first, with as many attempts as the limits allow. Building and checking are one search: a candidate that fails a
 * check only means the next candidate. Fails with the most telling error met, which carries its certificate.
 */
export function* findPath(request: PathRequest): Flow<VerifiedPath> {
  const { leaf, usage, profile } = request;
  checkTimes(request);
  const budget = new Budget(request.limits ?? {});
  const search = new Search(request, budget, (signer, anchor) => signerHasPath(request, budget, signer, anchor));
  const problem = attempt(leaf, () => leafProblem(leaf, request));
  if (problem !== null) throw problem;
  const trusted = trustedLeaf(search, leaf);
  const path = trusted ?? (yield* climb(search, { certificate: leaf, below: null, depth: 0 }));
  if (path === null) return search.grievances.raise();
  const broken = judge(leaf, trusted === null ? 'leaf' : 'self', usage, profile);
  if (broken !== null) throw broken;
  return path;
}

/** Whether somebody who signs CRLs for others has a path to this anchor (RFC 5280, section 6.3.3 (f)). */
function* signerHasPath(request: PathRequest, budget: Budget, signer: Certificate, anchor: TrustAnchor): Flow<boolean> {
  const {
    ocsp: _ocsp,
    keyUsage: _keyUsage,
    revocation: _revocation,
    intermediates,
    crlIssuers = [],
    ...rest
  } = request;
  const own: PathRequest = {
    ...rest,
    leaf: signer,
    intermediates: [...intermediates, ...crlIssuers],
    anchors: new AnchorSet([anchor]),
    usage: null,
  };
  const search = new Search(own, budget, null);
  if (attempt(signer, () => leafProblem(signer, own)) !== null) return false;
  return (
    (trustedLeaf(search, signer) ?? (yield* climb(search, { certificate: signer, below: null, depth: 0 }))) !== null
  );
}

/** A date that is not a number would compare with nothing, and so expire nothing. */
function checkTimes({ time, earliest }: PathRequest): void {
  for (const seconds of [time ?? 0, earliest ?? 0])
    if (!Number.isFinite(seconds))
      fail('ERR_TLS_CONFIG', 'time and earliest have to be seconds since 1970, time may be null');
}

/** The path of a leaf that is an anchor itself; null if it is none. */
function trustedLeaf(search: Search, leaf: Certificate): VerifiedPath | null {
  const anchor = search.request.anchors.ofCertificate(leaf);
  if (anchor === null || !search.endsPath(anchor)) return null;
  return mint(search, { certificate: leaf, below: null, depth: 0 }, anchor, [], TRUSTED_ITSELF);
}

function* climb(search: Search, top: Link): Flow<VerifiedPath | null> {
  const unusable = search.algorithmProblem(top.certificate);
  if (unusable !== null) {
    search.grievances.note(unusable);
    return null;
  }
  for (const candidate of search.anchors(top)) {
    const path = yield* finish(search, top, candidate);
    if (path !== null) return path;
  }
  const path =
    (yield* climbOver(search, top, search.intermediates(top))) ??
    (yield* climbOver(search, top, yield* search.fetched(top)));
  if (path !== null) return path;
  if (search.grievances.wants(noIssuerCode(top))) search.grievances.note(noIssuer(top));
  return null;
}

function* climbOver(
  search: Search,
  top: Link,
  candidates: readonly Candidate<Certificate>[],
): Flow<VerifiedPath | null> {
  for (const candidate of candidates) {
    const next = yield* extend(search, top, candidate);
    const path = next === null ? null : yield* climb(search, next);
    if (path !== null) return path;
  }
  return null;
}

/** The path that ends here, at this anchor; null if the anchor will not do. */
function* finish(search: Search, top: Link, candidate: Candidate<TrustAnchor>): Flow<VerifiedPath | null> {
  search.budget.tryIssuer();
  const anchor = candidate.issuer;
  const { certificate } = top;
  const problem =
    anchorProblem(search, top, anchor) ??
    (yield* search.signatureProblem(certificate, anchor.publicKey, anchor.subject));
  const policies = problem === null ? policiesOf(search, top) : null;
  const status = policies === null ? problem : yield* search.revocation.path(certificatesOf(top), anchor);
  if (policies !== null && status !== null && !isTlsError(status)) return mint(search, top, anchor, policies, status);
  complain(search, top, candidate, isTlsError(status) ? status : null);
  return null;
}

/** The path with this intermediate on top; null if the intermediate will not do. */
function* extend(search: Search, top: Link, candidate: Candidate<Certificate>): Flow<Link | null> {
  search.budget.tryIssuer();
  const issuer = candidate.issuer;
  const { certificate } = top;
  const depth = top.depth + (issuer.selfIssued ? 0 : 1);
  const problem =
    search.issuerProblem(issuer, 'intermediate') ??
    depthProblem(search.request, issuer, top, depth) ??
    attempt(issuer, () => placeProblem(issuer, constraintsOf(issuer), top, search.request, search.budget)) ??
    (yield* search.signatureProblem(certificate, issuer.publicKey, issuer.subject));
  const next = { certificate: issuer, below: top, depth };
  if (problem === null) return next;
  complain(search, top, candidate, isUntrustedRoot(search, issuer) ? noIssuer(next) : problem);
  return null;
}

/** Only an anchor that came as a certificate can break rules for certificates. */
function anchorProblem(search: Search, top: Link, anchor: TrustAnchor): TlsError | null {
  const { certificate } = anchor;
  const problem = certificate === null ? null : search.issuerProblem(certificate, 'anchor');
  if (problem !== null) return problem;
  return attempt(certificate, () => placeProblem(certificate, anchor.constraints, top, search.request, search.budget));
}

/** Whatever else is wrong with a root that nobody trusts, that is what matters. */
function isUntrustedRoot(search: Search, issuer: Certificate): boolean {
  return issuer.selfIssued && search.request.anchors.named(issuer.subject).length === 0;
}

/**
 * A candidate with another key identifier was a long shot: that it failed tells nothing. Nor does it that one self-signed
 * server certificate cannot have issued another.
 */
function complain(search: Search, top: Link, candidate: Candidate<unknown>, problem: TlsError | null): void {
  if (problem === null) return;
  if (candidate.fits === DIFFERS && problem.code !== 'ERR_TLS_CERT_REVOKED') return;
  if (problem.code === 'ERR_TLS_CERT_NOT_CA' && top.certificate.selfIssued) return;
  search.grievances.note(problem);
}

function policiesOf(search: Search, top: Link): readonly string[] | null {
  let policies: readonly string[] | null = null;
  const problem = attempt(top.certificate, () => {
    policies = validPolicies(certificatesOf(top));
    return policies === null ? new TlsError('ERR_TLS_CERT_POLICY', { certificate: search.request.leaf.der }) : null;
  });
  if (problem !== null) search.grievances.note(problem);
  return policies;
}

function depthProblem(request: PathRequest, issuer: Certificate, top: Link, depth: number): TlsError | null {
  const most = request.maxDepth ?? DEFAULT_DEPTH;
  if (depth <= most && certificatesOf(top).length < LONGEST_PATH) return null;
  return new TlsError('ERR_TLS_CERT_TOO_DEEP', { detail: `at most ${most}`, certificate: issuer.der });
}

function noIssuer(top: Link): TlsError {
  const { subject, issuer, der, selfIssued } = top.certificate;
  return new TlsError(noIssuerCode(top), { detail: `${selfIssued ? subject : issuer}`, certificate: der });
}

function noIssuerCode({ certificate, below }: Link): ErrorCode {
  if (certificate.selfIssued) return below === null ? 'ERR_TLS_CERT_SELF_SIGNED' : 'ERR_TLS_CERT_SELF_SIGNED_ROOT';
  return below === null ? 'ERR_TLS_CERT_UNKNOWN_ISSUER' : 'ERR_TLS_CERT_UNKNOWN_ROOT';
}

/** Leaf first. */
function certificatesOf(top: Link): Certificate[] {
  const certificates: Certificate[] = [];
  for (let link: Link | null = top; link !== null; link = link.below) certificates.push(link.certificate);
  return certificates.reverse();
}

function mint(
  search: Search,
  top: Link,
  anchor: TrustAnchor,
  policies: readonly string[],
  revocation: PathStatus,
): VerifiedPath {
  const { request } = search;
  const certificates = certificatesOf(top);
  const unchecked: string[] = [];
  if (request.time === null) unchecked.push('validity: no date was given');
  if (request.usage === null) unchecked.push('extended key usage');
  unchecked.push(...revocation.unchecked);
  let notAfter = Math.min(anchor.certificate?.notAfter ?? Number.POSITIVE_INFINITY, revocation.until);
  for (const certificate of certificates) notAfter = Math.min(notAfter, certificate.notAfter);
  return mintVerifiedPath({
    leaf: request.leaf,
    certificates,
    anchor,
    notAfter: request.time === null ? null : notAfter,
    policies,
    matchedName: null,
    unchecked,
  });
}
