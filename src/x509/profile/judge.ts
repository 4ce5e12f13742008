import { isTlsError, TlsError } from '../../errors/index.ts';
import type { Certificate } from '../certificate.ts';
import type { Profile, Role, Usage } from './rule.ts';

/** The first rule of the profile that the certificate breaks in this role, as an error; null if it breaks none. */
export function judge(certificate: Certificate, role: Role, usage: Usage | null, profile: Profile): TlsError | null {
  const judgement = certificate.remember(`${profile.name} ${role} ${usage}`, () => ({
    profile,
    error: firstBroken(certificate, role, usage, profile),
  }));
  // Two profiles may share a name; what one of them allows is nothing to the other.
  return judgement.profile === profile ? judgement.error : firstBroken(certificate, role, usage, profile);
}

function firstBroken(certificate: Certificate, role: Role, usage: Usage | null, profile: Profile): TlsError | null {
  for (const rule of profile.rules) {
    if (rule.roles.indexOf(role) < 0) continue;
    try {
      if (rule.holds(certificate, role, usage)) continue;
    } catch (error) {
      if (isTlsError(error)) return error;
      throw error;
    }
    const what = rule.tells === undefined ? '' : `: ${rule.tells(certificate)}`;
    return new TlsError(rule.code, { detail: `${rule.says}${what} (${rule.section})`, certificate: certificate.der });
  }
  return null;
}
