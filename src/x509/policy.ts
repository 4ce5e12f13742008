import { OID } from '../asn1/index.ts';
import type { Certificate } from './certificate.ts';

const ANY = OID.anyPolicy;

/** Valid policies at one level of the path, each with the policies that the next level may have for it. */
type Level = Map<string, readonly string[]>;

interface State {
  /** Null: no policy is valid any more. */
  level: Level | null;
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
}

/**
 * The policies valid for a path (RFC 5280, section 6.1, computed level by level as RFC 9618 has it, so that the work
 * stays in proportion to the certificates). `certificates` is leaf first. Null if some certificate requires an explicit
 * policy and none is valid. Any policy is acceptable to us.
 */
export function validPolicies(certificates: readonly Certificate[]): readonly string[] | null {
  const unlimited = certificates.length + 1;
  const state: State = {
    level: new Map([[ANY, [ANY]]]),
    explicitPolicy: unlimited,
    policyMapping: unlimited,
    inhibitAnyPolicy: unlimited,
  };
  for (let i = certificates.length - 1; i >= 0; i--) {
    const certificate = certificates[i]!;
    if (state.level !== null) state.level = nextLevel(state.level, certificate, allowsAny(state, certificate, i));
    if (state.explicitPolicy === 0 && state.level === null) return null;
    if (i > 0 && !prepare(state, certificate)) return null;
  }
  const required = state.explicitPolicy <= 1 || certificates[0]!.policyConstraints?.requireExplicitPolicy === 0;
  if (state.level === null) return required ? null : [];
  return Array.from(state.level.keys());
}

function allowsAny(state: State, certificate: Certificate, index: number): boolean {
  return state.inhibitAnyPolicy > 0 || (index > 0 && certificate.selfIssued);
}

function nextLevel(parents: Level, certificate: Certificate, anyAllowed: boolean): Level | null {
  const policies = certificate.certificatePolicies;
  if (policies === null) return null;
  const expected = new Set<string>();
  for (const values of parents.values()) for (const value of values) expected.add(value);
  const level: Level = new Map();
  for (const { policy } of policies) {
    if (policy !== ANY && (expected.has(policy) || parents.has(ANY))) level.set(policy, [policy]);
  }
  if (anyAllowed && policies.some(({ policy }) => policy === ANY)) {
    for (const policy of expected) if (!level.has(policy)) level.set(policy, [policy]);
  }
  return level.size === 0 ? null : level;
}

/** RFC 5280, section 6.1.4; false if a mapping is forbidden. */
function prepare(state: State, certificate: Certificate): boolean {
  const mappings = certificate.policyMappings ?? [];
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings)
    if (issuerDomainPolicy === ANY || subjectDomainPolicy === ANY) return false;
  if (state.level !== null && mappings.length > 0) applyMappings(state, state.level, certificate);
  if (!certificate.selfIssued) {
    if (state.explicitPolicy > 0) state.explicitPolicy -= 1;
    if (state.policyMapping > 0) state.policyMapping -= 1;
    if (state.inhibitAnyPolicy > 0) state.inhibitAnyPolicy -= 1;
  }
  const constraints = certificate.policyConstraints;
  state.explicitPolicy = Math.min(state.explicitPolicy, constraints?.requireExplicitPolicy ?? state.explicitPolicy);
  state.policyMapping = Math.min(state.policyMapping, constraints?.inhibitPolicyMapping ?? state.policyMapping);
  state.inhibitAnyPolicy = Math.min(state.inhibitAnyPolicy, certificate.inhibitAnyPolicy ?? state.inhibitAnyPolicy);
  return true;
}

function applyMappings(state: State, level: Level, certificate: Certificate): void {
  const targets = new Map<string, string[]>();
  for (const { issuerDomainPolicy, subjectDomainPolicy } of certificate.policyMappings ?? []) {
    const known = targets.get(issuerDomainPolicy);
    if (known === undefined) targets.set(issuerDomainPolicy, [subjectDomainPolicy]);
    else known.push(subjectDomainPolicy);
  }
  for (const [policy, subjects] of targets) {
    if (state.policyMapping === 0) level.delete(policy);
    else if (level.has(policy) || level.has(ANY)) level.set(policy, subjects);
  }
  if (level.size === 0) state.level = null;
}
