import { EMPTY, Reader } from '../../bytes/index.ts';
import type { HashName } from '../../crypto/index.ts';
import { ecSpkiFromXy, type NistCurve, rsaSpki } from '../shared/spki.ts';
import { ALG, ATTRIBUTE, CC } from './constants.ts';
import { readSized, understood } from './tpm.ts';

/** What the TPM tells about a key (TPMT_PUBLIC; TPM 2.0 Library, part 2, section 12.2.4). */
export interface PublicArea {
  readonly kind: 'rsa' | 'ec';
  /** SubjectPublicKeyInfo; empty for a curve that TLS does not sign with. */
  readonly spki: Uint8Array;
  /** RSA: of the modulus. */
  readonly bits: number;
  readonly curve: NistCurve | null;
  readonly sign: boolean;
  readonly decrypt: boolean;
  /** Signs only what the TPM has hashed itself. */
  readonly restricted: boolean;
  /** Whether a password, which may be empty, is enough to use it. */
  readonly byPassword: boolean;
  /** The scheme that was fixed when the key was made; TPM_ALG_NULL where the user chooses. */
  readonly scheme: number;
  /** TPM_ALG_ID of the hash that goes with a fixed scheme; 0 where none does. */
  readonly schemeHash: number;
}

const CURVES: Readonly<Record<number, NistCurve>> = { 3: 'P-256', 4: 'P-384', 5: 'P-521' };

/** Null for keys that are neither RSA nor EC. */
export function readPublicArea(reader: Reader): PublicArea | null {
  return understood(CC.ReadPublic, () => read(new Reader(readSized(reader))));
}

function read(area: Reader): PublicArea | null {
  const type = area.u16();
  area.u16();
  const attributes = area.uint(4);
  readSized(area);
  if (type !== ALG.RSA && type !== ALG.ECC) return null;
  if (area.u16() !== ALG.NULL) area.take(4);
  const scheme = area.u16();
  const schemeHash = scheme === ALG.NULL || scheme === ALG.RSAES ? 0 : area.u16();
  const common = {
    sign: (attributes & ATTRIBUTE.SIGN) !== 0,
    decrypt: (attributes & ATTRIBUTE.DECRYPT) !== 0,
    restricted: (attributes & ATTRIBUTE.RESTRICTED) !== 0,
    byPassword: (attributes & ATTRIBUTE.USER_WITH_AUTH) !== 0,
    scheme,
    schemeHash,
  };
  if (type === ALG.RSA) {
    const bits = area.u16();
    const exponent = area.uint(4) || 65_537;
    const spki = rsaSpki(readSized(area), withoutZeros(exponent));
    return { ...common, kind: 'rsa', spki, bits, curve: null };
  }
  const curve = CURVES[area.u16()] ?? null;
  if (area.u16() !== ALG.NULL) area.u16();
  const [x, y] = [readSized(area), readSized(area)];
  const spki = curve === null ? EMPTY : ecSpkiFromXy(curve, x, y);
  return { ...common, kind: 'ec', spki, bits: 0, curve };
}

/** TPM_ALG_ID of a hash that TLS signs with. */
export const HASH_ALG: Readonly<Record<Exclude<HashName, 'sha1'>, number>> = {
  sha256: ALG.SHA256,
  sha384: ALG.SHA384,
  sha512: ALG.SHA512,
};

function withoutZeros(number: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return new Uint8Array(octets);
}
