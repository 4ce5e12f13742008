import { OID, timeText } from '../asn1/index.ts';
import { type ErrorCode, TlsError } from '../errors/index.ts';
import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { KEY_USAGE } from './extensions.ts';
import { type CompiledConstraints, violation } from './name-constraints.ts';
import type { PathOptions } from './path-request.ts';
import { judge, type Usage } from './profile/index.ts';

/** One certificate of a path that is being built, from the leaf upwards. */
export interface Link {
  readonly certificate: Certificate;
  /** Towards the leaf; null at the leaf. */
  readonly below: Link | null;
  /** Intermediates so far that are not self-issued, this one included. */
  readonly depth: number;
}

const PURPOSES: Readonly<Record<Usage, string>> = {
  serverAuth: OID['id-kp-serverAuth'],
  clientAuth: OID['id-kp-clientAuth'],
};

/** What keeps the leaf from being used now, for this; null if nothing does. */
export function leafProblem(leaf: Certificate, options: PathOptions): TlsError | null {
  return validityProblem(leaf, options) ?? purposeProblem(leaf, options) ?? usageProblem(leaf, options);
}

/** What keeps the certificate from issuing anything, wherever it stands in a path; null if nothing does. */
export function issuerProblem(
  certificate: Certificate,
  role: 'intermediate' | 'anchor',
  options: PathOptions,
): TlsError | null {
  return (
    authorityProblem(certificate, role) ??
    validityProblem(certificate, options) ??
    purposeProblem(certificate, options) ??
    judge(certificate, role, options.usage, options.profile)
  );
}

/** What keeps it from being the issuer of what is at the top of this path; null if nothing does. */
export function placeProblem(
  certificate: Certificate | null,
  constraints: CompiledConstraints | null,
  top: Link,
  options: PathOptions,
  budget: Budget,
): TlsError | null {
  const pathLength = certificate?.basicConstraints?.pathLength ?? null;
  if (certificate !== null && pathLength !== null && top.depth > pathLength)
    return problem('ERR_TLS_CERT_PATH_LENGTH', certificate, `${certificate.subject} allows ${pathLength}`);
  return constraintProblem(constraints, certificate, top, options, budget);
}

/** An anchor without basicConstraints is one by decree of whoever trusts it; the strict profile has a rule for that. */
function authorityProblem(certificate: Certificate, role: 'intermediate' | 'anchor'): TlsError | null {
  const { basicConstraints, keyUsage, subject } = certificate;
  if (basicConstraints === null ? role === 'intermediate' : !basicConstraints.ca)
    return problem('ERR_TLS_CERT_NOT_CA', certificate, `${subject}`);
  if (keyUsage !== null && (keyUsage & KEY_USAGE.keyCertSign) === 0)
    return problem('ERR_TLS_CERT_KEY_USAGE', certificate, `${subject} may not sign certificates`);
  return null;
}

/** The time to judge by, in whole seconds: the clock's, but not before `earliest`. Null: there is no clock. */
export function latestTime({ time, earliest }: PathOptions): number | null {
  return time === null ? null : Math.max(Math.floor(time), earliest ?? -Infinity);
}

/** Both ends of the validity belong to it (RFC 5280, section 4.1.2.5). */
function validityProblem(certificate: Certificate, options: PathOptions): TlsError | null {
  const { notBefore, notAfter, subject } = certificate;
  const now = latestTime(options);
  if ((now ?? options.earliest ?? -Infinity) > notAfter)
    return problem('ERR_TLS_CERT_EXPIRED', certificate, `${subject}, on ${timeText(notAfter)}`);
  if (now !== null && now < notBefore)
    return problem('ERR_TLS_CERT_NOT_YET_VALID', certificate, `${subject}, before ${timeText(notBefore)}`);
  return null;
}

/** Extended key usages of authorities limit what is below them, as everybody but RFC 5280 has it. */
function purposeProblem(certificate: Certificate, options: PathOptions): TlsError | null {
  const purposes = certificate.extendedKeyUsage;
  if (options.usage === null || purposes === null) return null;
  if (purposes.indexOf(PURPOSES[options.usage]) >= 0 || purposes.indexOf(OID.anyExtendedKeyUsage) >= 0) return null;
  return problem('ERR_TLS_CERT_EXTENDED_KEY_USAGE', certificate, `${certificate.subject} is not for ${options.usage}`);
}

function usageProblem(leaf: Certificate, options: PathOptions): TlsError | null {
  const usage = leaf.keyUsage;
  if (usage === null || options.keyUsage === undefined || (usage & options.keyUsage) !== 0) return null;
  return problem('ERR_TLS_CERT_KEY_USAGE', leaf, `${leaf.subject} may not be used so`);
}

/** Constraints bind every certificate below, self-issued intermediates aside (RFC 5280, section 6.1.3 (b)). */
function constraintProblem(
  constraints: CompiledConstraints | null,
  issuer: Certificate | null,
  top: Link,
  options: PathOptions,
  budget: Budget,
): TlsError | null {
  if (constraints === null) return null;
  for (let link: Link | null = top; link !== null; link = link.below) {
    const { certificate, below } = link;
    if (below !== null && certificate.selfIssued) continue;
    const server = below === null && options.usage !== 'clientAuth';
    const what = violation(certificate, constraints, budget, server);
    if (what !== null)
      return problem(
        'ERR_TLS_CERT_NAME_CONSTRAINTS',
        certificate,
        `${what}${issuer === null ? '' : ` (by ${issuer.subject})`}`,
      );
  }
  return null;
}

function problem(code: ErrorCode, certificate: Certificate, detail: string): TlsError {
  return new TlsError(code, { detail, certificate: certificate.der });
}
