import type { ErrorCode } from '../../errors/index.ts';
import * as extensions from './extensions.ts';
import * as fields from './fields.ts';
import * as keys from './keys.ts';
import type { Profile, Role, Rule } from './rule.ts';

const ALL: readonly Role[] = ['leaf', 'self', 'intermediate', 'anchor'];
const BELOW: readonly Role[] = ['leaf', 'self', 'intermediate'];
const ISSUED: readonly Role[] = ['leaf', 'intermediate'];
const CAS: readonly Role[] = ['intermediate', 'anchor'];
const LEAF: readonly Role[] = ['leaf', 'self'];
const ANCHOR: readonly Role[] = ['anchor'];
const ROOT: readonly Role[] = ['self', 'anchor'];
const PROFILE: ErrorCode = 'ERR_TLS_CERT_PROFILE';
const WEAK: ErrorCode = 'ERR_TLS_CERT_WEAK_KEY';

function rule(
  name: string,
  binds: Rule['binds'],
  roles: readonly Role[],
  section: string,
  says: string,
  holds: Rule['holds'],
  code: ErrorCode = PROFILE,
  tells?: Rule['tells'],
): Rule {
  return {
    name,
    binds,
    roles,
    section: /^[0-9]/.test(section) ? `RFC 5280, section ${section}` : section,
    says,
    code,
    holds,
    ...(tells === undefined ? {} : { tells }),
  };
}

/**
 * Every rule that a certificate can break by itself, with the profiles it binds in. What concerns the path as a whole
 * (signatures, validity, constraints, usages) is not here: it binds always. `docs/certificates.md` shows both.
 */
export const RULES: readonly Rule[] = [
  rule(
    'critical-extensions',
    'both',
    ALL,
    '4.2',
    'one of its critical extensions is not understood',
    extensions.understandsCritical,
    'ERR_TLS_CERT_CRITICAL_EXTENSION',
    (certificate) => extensions.unknownCriticalExtensions(certificate).join(', '),
  ),
  rule(
    'rsa-1024',
    'both',
    ALL,
    'RFC 9325, section 4.5',
    'its RSA key has less than 1,024 bits',
    keys.hasRsaOf1024Bits,
    WEAK,
  ),
  rule('rsa-2048', 'strict', ALL, 'CABF BR 6.1.5', 'its RSA key has less than 2,048 bits', keys.hasRsaOf2048Bits, WEAK),
  rule(
    'rsa-octets',
    'strict',
    ALL,
    'CABF BR 6.1.5',
    'the bits of its RSA key are not a multiple of 8',
    keys.hasRsaOfWholeOctets,
  ),
  rule('point-form', 'strict', ALL, 'RFC 5480, section 2.2', 'its EC point is compressed', keys.hasNoCompressedPoint),
  rule('version-3', 'strict', ALL, '4.1.2.1', 'it is not of version 3', fields.hasVersion3),
  rule('serial-sign', 'both', BELOW, '4.1.2.2', 'its serial number is negative', fields.hasNoNegativeSerial),
  rule(
    'serial-number',
    'strict',
    BELOW,
    '4.1.2.2',
    'its serial number is not positive or too long',
    fields.hasPositiveSerial,
  ),
  rule('unique-ids', 'strict', ALL, '4.1.2.8', 'it has unique identifiers', fields.hasNoUniqueIds),
  rule('defaults', 'strict', BELOW, 'X.690, section 11.5', 'it writes out default values', fields.leavesOutDefaults),
  rule('time-form', 'strict', BELOW, '4.1.2.5', 'it has dates before 2050 as GeneralizedTime', fields.hasUsualTimes),
  rule('issuer-name', 'strict', ALL, '4.1.2.4', 'its issuer is empty', fields.hasIssuer),
  rule('ca-subject', 'strict', ALL, '4.1.2.6', 'it is an authority without a subject', fields.hasSubjectIfAuthority),
  rule('name-encoding', 'strict', BELOW, '4.1.2.4', 'a name in it is not encoded properly', fields.hasProperNames),
  rule('well-formed', 'strict', ALL, '4.2', 'an extension is malformed', extensions.decodes),
  rule('not-critical', 'both', BELOW, '4.2', 'an extension is critical that must not be', extensions.mayBeCritical),
  rule(
    'anchor-not-critical',
    'strict',
    ANCHOR,
    '4.2',
    'an extension is critical that must not be',
    extensions.mayBeCritical,
  ),
  rule('critical', 'strict', ALL, '4.2', 'an extension is not critical that must be', extensions.isCriticalWhereDue),
  rule(
    'authority-key-id',
    'strict',
    ISSUED,
    '4.2.1.1',
    'it has no proper authorityKeyIdentifier',
    extensions.hasAuthorityKeyId,
  ),
  rule(
    'root-key-id',
    'strict',
    ROOT,
    'CABF BR 7.1.2.1.3',
    'its authorityKeyIdentifier is not its own subjectKeyIdentifier alone',
    extensions.rootPointsToItself,
  ),
  rule(
    'subject-key-id',
    'strict',
    ALL,
    '4.2.1.2',
    'it is an authority without a subjectKeyIdentifier',
    extensions.hasSubjectKeyIdIfAuthority,
  ),
  rule(
    'anchor-is-ca',
    'strict',
    ANCHOR,
    '4.2.1.9',
    'it does not say that it is an authority',
    extensions.isDeclaredAuthority,
  ),
  rule(
    'basic-critical',
    'strict',
    CAS,
    '4.2.1.9',
    'its basicConstraints are not critical',
    extensions.hasCriticalBasicConstraints,
  ),
  rule(
    'path-length',
    'strict',
    ALL,
    '4.2.1.9',
    'it limits the path without being an authority that signs certificates',
    extensions.limitsPathOnlyAsAuthority,
  ),
  rule('ca-key-usage', 'strict', ALL, '4.2.1.9', 'cA and keyCertSign do not agree', extensions.agreesOnAuthority),
  rule('key-usage', 'strict', ALL, '4.2.1.3', 'its keyUsage is empty', extensions.usesKeyForSomething),
  rule('key-usage-form', 'strict', BELOW, '4.2.1.3', 'its keyUsage has trailing zeros', extensions.hasMinimalKeyUsage),
  rule('purpose', 'strict', LEAF, 'CABF BR 7.1.2.7.10', 'it may be used for any purpose', extensions.namesItsPurpose),
  rule('alt-name', 'strict', LEAF, 'CABF BR 7.1.2.7.12', 'it has no subjectAltName', extensions.hasAlternativeNames),
  rule(
    'alt-name-critical',
    'strict',
    BELOW,
    '4.2.1.6',
    'its subjectAltName is critical beside a subject, or not critical without one',
    extensions.hasFittingAltNameCriticality,
  ),
  rule(
    'alt-name-syntax',
    'strict',
    BELOW,
    '4.2.1.6',
    'a name in its subjectAltName is malformed',
    extensions.hasProperAltNames,
  ),
  rule(
    'constraints-in-ca',
    'strict',
    ALL,
    '4.2.1.10',
    'it has name constraints without being an authority',
    extensions.constrainsOnlyAsAuthority,
  ),
  rule(
    'constraints-empty',
    'strict',
    ALL,
    '4.2.1.10',
    'its name constraints are empty',
    extensions.constrainsSomething,
  ),
  rule(
    'constraints-syntax',
    'both',
    ALL,
    '4.2.1.10',
    'a name constraint is malformed',
    extensions.hasProperConstraints,
  ),
  rule(
    'constraints-period',
    'strict',
    ALL,
    '4.2.1.10',
    'a constraint for DNS names has a leading period',
    extensions.hasNoLeadingPeriod,
  ),
  rule('policies', 'strict', ALL, '4.2.1.4', 'it names a policy twice', extensions.namesPoliciesOnce),
];

/** The web PKI's profile: everything that RFC 5280 and the CA/Browser Forum ask for. */
export const strictProfile: Profile = { name: 'strict', rules: RULES, refusesSha1: true, strictCrls: true };

/** For authorities of one's own: whatever does not let an attacker in is accepted. */
export const privateProfile: Profile = {
  name: 'private',
  rules: RULES.filter(({ binds }) => binds === 'both'),
  refusesSha1: false,
  strictCrls: false,
};
