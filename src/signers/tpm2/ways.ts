import { type HashName, SCHEMES, type SignatureScheme, schemeByName } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { EC_SCHEME, fitsModulus, PKCS1_SCHEMES, PSS_SCHEMES } from '../shared/schemes.ts';
import { ALG } from './constants.ts';
import { HASH_ALG, type PublicArea } from './public-area.ts';

/** How the TPM makes the signatures of a scheme. */
export interface Way {
  /** TPM_ALG_ID of the scheme; TPM_ALG_NULL for raw RSA with the padding made here. */
  readonly algorithm: number;
  readonly hash: Exclude<HashName, 'sha1'>;
}

export type Ways = ReadonlyMap<SignatureScheme, Way>;

/**
 * What a key can sign with. `implements_`: TPM_ALG_IDs. `trial` makes one signature and tells whether it verifies: TPMs
 * may put the longest possible salt into PSS, which TLS does not take. Then raw RSA helps, where the key may decrypt;
 * else no PSS, and so no TLS 1.3.
 */
export async function findWays(
  area: PublicArea,
  available: ReadonlySet<number>,
  name: string,
  trial: (scheme: SignatureScheme, way: Way) => Promise<boolean>,
): Promise<Ways> {
  const ways = candidates(area, available);
  const first = [...ways][0];
  if (first === undefined) fail('ERR_TLS_KEY_UNSUPPORTED', `${name} ${whyNot(area)}`);
  if (await trial(...first)) return ways;
  if (!isPss(first[0])) fail('ERR_TLS_SIGN_INVALID', `${name}, tried with ${first[0]}`);
  const raw = mapPss(ways, (way) => ({ ...way, algorithm: ALG.NULL }));
  if (area.decrypt && !area.restricted && area.scheme === ALG.NULL && (await trial(...[...raw][0]!))) return raw;
  const pkcs1 = new Map([...ways].filter(([scheme]) => !isPss(scheme)));
  if (pkcs1.size > 0) return pkcs1;
  return fail('ERR_TLS_KEY_UNSUPPORTED', `${name} signs with a PSS salt of another length than TLS wants`);
}

function candidates(area: PublicArea, available: ReadonlySet<number>): Map<SignatureScheme, Way> {
  const ways = new Map<SignatureScheme, Way>();
  if (!area.sign || (area.kind === 'ec' && area.curve === null)) return ways;
  for (const scheme of schemesOf(area)) {
    const info = schemeByName(scheme)!;
    const hash = info.hash as Way['hash'];
    const algorithm = info.kind === 'ecdsa' ? ALG.ECDSA : isPss(scheme) ? ALG.RSAPSS : ALG.RSASSA;
    const fixed = area.scheme !== ALG.NULL;
    if (fixed && (area.scheme !== algorithm || area.schemeHash !== HASH_ALG[hash])) continue;
    if (available.has(HASH_ALG[hash]) && available.has(algorithm)) ways.set(scheme, { algorithm, hash });
  }
  return ways;
}

/** Best first. A scheme that is fixed in an EC key may be that of another curve: TLS 1.2 takes it so. */
function schemesOf(area: PublicArea): readonly SignatureScheme[] {
  if (area.kind === 'rsa') {
    return [...PSS_SCHEMES, ...PKCS1_SCHEMES].filter((scheme) => fitsModulus(scheme, area.bits));
  }
  const own = EC_SCHEME[area.curve!];
  if (area.scheme === ALG.NULL) return [own];
  return [own, ...Object.values(EC_SCHEME)];
}

function mapPss(ways: Ways, change: (way: Way) => Way): Map<SignatureScheme, Way> {
  return new Map([...ways].map(([scheme, way]) => [scheme, isPss(scheme) ? change(way) : way]));
}

function isPss(scheme: SignatureScheme): boolean {
  return SCHEMES.some(({ name, kind }) => name === scheme && kind === 'rsa-pss');
}

function whyNot(area: PublicArea): string {
  if (!area.sign) return 'may not sign: make it with the attribute "sign"';
  if (area.kind === 'ec' && area.curve === null) return 'is on a curve that TLS does not sign with';
  return 'has a scheme that TLS does not know, or a hash that this TPM lacks';
}
