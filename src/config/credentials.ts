import { equalBytes } from '../bytes/index.ts';
import {
  type PublicKey,
  type SchemeInfo,
  type SigningKey,
  schemeById,
  schemeFitsKey,
  schemeOf,
} from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Credential, CredentialRequest, CredentialSource } from '../handshake/credential.ts';
import { fitsGroups } from '../handshake/negotiation.ts';
import type { Version } from '../handshake/version.ts';
import { type Certificate, isKeyOf, parseCertificate } from '../x509/index.ts';

export interface CredentialOptions {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  /** What to sign with, best first; whatever the key can do where absent. */
  readonly schemes?: readonly SchemeInfo[];
  /** OCSP response to staple, as DER. */
  readonly ocspResponse?: Uint8Array;
  /** SignedCertificateTimestamps to send along (RFC 6962, section 3.3). */
  readonly scts?: readonly Uint8Array[];
  /** Present it only to a peer that names an authority which the chain leads to. Default: false. */
  readonly mustMatchIssuer?: boolean;
}

/**
 * A certificate chain with the key of its leaf. Fails with ERR_TLS_CERT_PARSE, with ERR_TLS_KEY_MISMATCH if the key
 * tells its public half and it is not the leaf's, and with ERR_TLS_KEY_SCHEME if the key can do nothing that a leaf of
 * this kind needs.
 */
export function credential(options: CredentialOptions): Credential {
  const { chain, key, ocspResponse, scts } = options;
  if (chain.length === 0) fail('ERR_TLS_CONFIG', 'a credential needs at least the certificate of its key');
  const leaf = parseCertificate(chain[0]!);
  const { publicKey } = leaf;
  if (key.publicKey !== undefined && !isKeyOf(key.publicKey, publicKey)) {
    fail('ERR_TLS_KEY_MISMATCH', { detail: `the certificate is that of ${leaf.subject}`, certificate: leaf.der });
  }
  const able = usableSchemes(key, leaf);
  const schemes = options.schemes === undefined ? able : options.schemes.filter((scheme) => able.includes(scheme));
  const made: { -readonly [K in keyof Credential]: Credential[K] } = { chain, key, publicKey, schemes };
  if (ocspResponse !== undefined) made.ocspResponse = ocspResponse;
  if (scts !== undefined) made.scts = scts;
  if (options.mustMatchIssuer === true) made.mustMatchIssuer = true;
  return made;
}

/** How to select among credentials. */
export interface ChooserOptions {
  /**
   * Clients: where a server asks for a certificate and none fits, fail with ERR_TLS_NO_CREDENTIAL, which says what it
   * asked for. Default: false, go on without one, so that the server decides.
   */
  readonly insist?: boolean;
}

/**
 * Selects among credentials, in their order, by what the peer says: version, kind of key, signature schemes. Where
 * several fit, one that leads to an authority of the peer's and whose certificates are signed as the peer likes goes
 * first; those two are wishes, and the peer judges for itself in the end.
 */
export function credentialChooser(credentials: readonly Credential[], options: ChooserOptions = {}): CredentialSource {
  return new CredentialChooser(credentials, options.insist ?? false);
}

/** Those of `versions` that at least one of the credentials can sign in; all of them where there is no credential. */
export function versionsOf(credentials: readonly Credential[], versions: readonly Version[]): Version[] {
  return versions.filter((version) => credentials.length === 0 || credentials.some((one) => serves(one, version)));
}

class CredentialChooser implements CredentialSource {
  private readonly credentials: readonly Credential[];
  private readonly insist: boolean;
  private readonly chains: (readonly Certificate[] | null)[];

  constructor(credentials: readonly Credential[], insist: boolean) {
    this.credentials = credentials;
    this.insist = insist;
    this.chains = credentials.map(() => null);
  }

  select(request: CredentialRequest): Credential | null {
    let best: Credential | null = null;
    let bestRank = -1;
    for (let i = 0; i < this.credentials.length; i++) {
      const one = this.credentials[i]!;
      if (!fits(one, request) || (one.mustMatchIssuer === true && !this.isKnown(i, request))) continue;
      const rank = this.credentials.length === 1 ? 0 : this.rank(i, request);
      if (rank > bestRank) {
        best = one;
        bestRank = rank;
      }
    }
    if (best === null && this.insist && request.role === 'client') {
      fail('ERR_TLS_NO_CREDENTIAL', wishesOf(request));
    }
    return best;
  }

  private rank(index: number, request: CredentialRequest): number {
    const chain = this.certificates(index);
    const { authorities, certificateSchemes } = request;
    const known = authorities.length === 0 || this.isKnown(index, request);
    const liked = certificateSchemes === null || chain.every((one) => signedWithin(one, certificateSchemes));
    return (known ? 2 : 0) + (liked ? 1 : 0);
  }

  private isKnown(index: number, { authorities }: CredentialRequest): boolean {
    return this.certificates(index).some((one) => includesName(authorities, one.issuer.der));
  }

  private certificates(index: number): readonly Certificate[] {
    let chain = this.chains[index] ?? null;
    if (chain === null) {
      chain = this.credentials[index]!.chain.map(parseCertificate);
      this.chains[index] = chain;
    }
    return chain;
  }
}

/** What the server asks for, in a sentence. */
function wishesOf({ schemes, authorities }: CredentialRequest): string {
  const known = schemes.map((id) => schemeById(id)).filter((scheme) => scheme !== null);
  const wanted = known.map(({ name }) => name).join(', ') || 'no signature scheme that is known here';
  return authorities.length === 0
    ? `the server verifies ${wanted}`
    : `the server verifies ${wanted}, by a certificate of the ${authorities.length} authorities that it names`;
}

/** The key's schemes that fit the leaf in some version, in the key's order. */
function usableSchemes(key: SigningKey, leaf: Certificate): SchemeInfo[] {
  const usable: SchemeInfo[] = [];
  for (const name of key.schemes) {
    const scheme = schemeOf(name, leaf.publicKey);
    if (scheme === null) fail('ERR_TLS_KEY_SCHEME', `"${name}" is not the RFC name of a signature scheme`);
    if (fitsSomewhere(scheme, leaf.publicKey) && !usable.includes(scheme)) usable.push(scheme);
  }
  if (usable.length > 0) return usable;
  const kind = leaf.publicKey.curve ?? leaf.publicKey.kind;
  return fail('ERR_TLS_KEY_SCHEME', {
    detail: `it offers ${key.schemes.join(', ') || 'no scheme'}, none of which serves a certificate for a key of kind ${kind}`,
    certificate: leaf.der,
  });
}

function fitsSomewhere(scheme: SchemeInfo, key: PublicKey): boolean {
  // An id-RSASSA-PSS key may fix its hash (RFC 4055, section 3.1).
  if (key.pss !== undefined && key.pss.hash !== scheme.hash) return false;
  return schemeFitsKey(scheme, key, 'TLSv1.3') || schemeFitsKey(scheme, key, 'TLSv1.2');
}

function serves(one: Credential, version: Version): boolean {
  return schemesOf(one).some((scheme) => schemeFitsKey(scheme, one.publicKey, version));
}

function fits(one: Credential, request: CredentialRequest): boolean {
  if (request.rsaDecrypt && one.publicKey.kind === 'rsa' && one.key.rsaDecrypt !== undefined) return true;
  const kind = one.publicKey.kind === 'rsa' || one.publicKey.kind === 'rsa-pss' ? 'rsa' : 'ecdsa';
  if (request.kinds !== null && !request.kinds.includes(kind)) return false;
  if (!fitsGroups(one, request.groups)) return false;
  return schemesOf(one).some(
    (scheme) => request.schemes.includes(scheme.id) && schemeFitsKey(scheme, one.publicKey, request.version),
  );
}

function schemesOf(one: Credential): readonly SchemeInfo[] {
  return one.schemes ?? usableSchemes(one.key, parseCertificate(one.chain[0]!));
}

function includesName(names: readonly Uint8Array[], name: Uint8Array): boolean {
  for (const one of names) if (equalBytes(one, name)) return true;
  return false;
}

/** The signature of a self-signed certificate is nobody's concern (RFC 9846, section 4.3.3). */
function signedWithin(certificate: Certificate, schemes: readonly number[]): boolean {
  if (certificate.selfIssued) return true;
  const { kind, hash } = certificate.signatureAlgorithm;
  return schemes.some((id) => {
    const scheme = schemeById(id);
    return scheme !== null && scheme.kind === kind && scheme.hash === hash;
  });
}
