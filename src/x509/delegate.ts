import { timeText } from '../asn1/index.ts';
import type { Certificate } from './certificate.ts';
import type { Profile } from './profile/index.ts';

/** What the profile asks of every key and certificate, whatever it is for. */
const RULES: readonly string[] = [
  'critical-extensions',
  'rsa-1024',
  'rsa-2048',
  'rsa-octets',
  'point-form',
  'version-3',
  'well-formed',
];

interface DelegateContext {
  readonly profile: Profile;
  readonly time: number | null;
  readonly earliest: number;
}

/** Why somebody with this certificate cannot sign CRLs or OCSP responses for another, in words; null if they can. */
export function delegateProblem(certificate: Certificate, context: DelegateContext): string | null {
  const { profile, time, earliest } = context;
  if ((time ?? earliest) > certificate.notAfter) return `it expired on ${timeText(certificate.notAfter)}`;
  if (time !== null && time < certificate.notBefore) return `it is not valid before ${timeText(certificate.notBefore)}`;
  for (const rule of profile.rules)
    if (RULES.indexOf(rule.name) >= 0 && !rule.holds(certificate, 'leaf', null)) return rule.says;
  return null;
}
