import { SCHEMES, type SchemeInfo, type SignatureScheme, schemeById, schemeByName } from '../../crypto/index.ts';
import { invalidArgValue } from './node-error.ts';

const RSA_PKCS1 = /^RSA\+(SHA\d+)$/i;
const RSA_PSS = /^RSA-PSS\+(SHA\d+)$/i;
const ECDSA = /^ECDSA\+(SHA\d+)$/i;

/**
 * Reads Node's `sigalgs`: names with `:` between, OpenSSL's (`ECDSA+SHA256`, `RSA-PSS+SHA384`, `ed25519`) or the
 * RFCs'. Throws ERR_INVALID_ARG_VALUE for what is not known.
 */
export function schemesFrom(list: string): SignatureScheme[] {
  const names: SignatureScheme[] = [];
  for (const word of list.split(':')) {
    const found = named(word);
    if (found.length === 0)
      throw invalidArgValue('options.sigalgs', list, `knows no "${word}"; it takes ${accepted()}`);
    for (const name of found) if (!names.includes(name)) names.push(name);
  }
  return names;
}

/** As Node's `getSharedSigalgs` writes them; what OpenSSL has no name for is left out. */
export function openSslSchemes(ids: readonly number[]): string[] {
  const names: string[] = [];
  for (const id of ids) {
    const scheme = schemeById(id);
    if (scheme !== null) names.push(openSslName(scheme));
  }
  return names;
}

function named(word: string): SignatureScheme[] {
  const exact = schemeByName(word) ?? schemeByName(word.toLowerCase());
  if (exact !== null) return [exact.name];
  const pkcs1 = RSA_PKCS1.exec(word);
  if (pkcs1 !== null) return existing(`rsa_pkcs1_${pkcs1[1]!.toLowerCase()}`);
  const pss = RSA_PSS.exec(word);
  if (pss !== null) return existing(`rsa_pss_rsae_${pss[1]!.toLowerCase()}`);
  const hash = ECDSA.exec(word)?.[1]?.toLowerCase();
  if (hash === undefined) return [];
  return SCHEMES.filter((scheme) => scheme.kind === 'ecdsa' && scheme.hash === hash && scheme.tls12).map(
    (one) => one.name,
  );
}

function existing(...names: readonly string[]): SignatureScheme[] {
  return names
    .map(schemeByName)
    .filter((scheme) => scheme !== null)
    .map((scheme) => scheme.name);
}

function accepted(): string {
  return `RSA+SHA256, RSA-PSS+SHA256, ECDSA+SHA256 and the like, or ${SCHEMES.map((scheme) => scheme.name).join(', ')}`;
}

function openSslName(scheme: SchemeInfo): string {
  const { kind, hash } = scheme;
  if (kind === 'ed25519') return 'Ed25519+UNDEF';
  if (kind === 'ed448') return 'Ed448+UNDEF';
  if (hash === null) return `id-${kind}+UNDEF`;
  const algorithm = kind === 'ecdsa' ? 'ECDSA' : kind === 'rsa-pss' ? 'RSA-PSS' : 'RSA';
  return `${algorithm}+${hash.toUpperCase()}`;
}
