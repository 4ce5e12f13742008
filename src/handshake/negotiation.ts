import { groupOfCurve, type SchemeInfo, schemeById, schemeFitsKey, schemeOf } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Credential } from './credential.ts';
import type { Version } from './version.ts';

/** The scheme to sign with: the first of the key's own that the peer accepts and the certificate's key fits. */
export function chooseScheme(credential: Credential, accepted: readonly number[], version: Version): SchemeInfo | null {
  for (const scheme of schemesOf(credential)) {
    if (accepted.includes(scheme.id) && schemeFitsKey(scheme, credential.publicKey, version)) return scheme;
  }
  return null;
}

/** As `chooseScheme`. Fails with ERR_TLS_KEY_SCHEME, saying what each side could do. */
export function requireScheme(credential: Credential, accepted: readonly number[], version: Version): SchemeInfo {
  const scheme = chooseScheme(credential, accepted, version);
  if (scheme !== null) return scheme;
  const ours = schemesOf(credential).map((own) => own.name);
  const theirs = accepted.map((id) => schemeById(id)?.name ?? `0x${id.toString(16)}`);
  return fail(
    'ERR_TLS_KEY_SCHEME',
    `in ${version} our key can ${ours.join(', ')}; the peer accepts ${theirs.join(', ')}`,
  );
}

/** TLS 1.2 holds a certificate's curve to the groups that the client lists (RFC 8422, section 5.3). */
export function fitsGroups(credential: Credential, groups: readonly number[] | null): boolean {
  const { curve } = credential.publicKey;
  return curve === undefined || groups === null || groups.includes(groupOfCurve(curve));
}

/** What a credential can sign with, best first. RSASSA-PSS keys sign the same way under another name. */
export function schemesOf(credential: Credential): readonly SchemeInfo[] {
  if (credential.schemes !== undefined) return credential.schemes;
  const schemes: SchemeInfo[] = [];
  for (const name of credential.key.schemes) {
    const scheme = schemeOf(name, credential.publicKey);
    if (scheme !== null) schemes.push(scheme);
  }
  return schemes;
}
