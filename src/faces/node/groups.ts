import type { Group, PublicKey } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import { nodeError } from './node-error.ts';

/** OpenSSL's and NIST's names for what the RFCs call otherwise; all are compared in lower case. */
const ALIASES: Readonly<Record<string, string>> = {
  prime256v1: 'secp256r1',
  'p-256': 'secp256r1',
  'p-384': 'secp384r1',
  'p-521': 'secp521r1',
};

/** What the `ecdhCurve` option selects. */
export interface GroupSelection {
  readonly groups: readonly Group[];
  /** Groups marked with `*`, of which a share is sent at once; null where none is. */
  readonly keyShares: readonly string[] | null;
}

/**
 * Reads Node's `ecdhCurve`: `auto`, or names with `:` or `/` between, where `DEFAULT` stands for the default list, `?`
 * before a name allows it to be unknown, `-` takes it out and `*` sends a share of it at once. Throws
 * ERR_CRYPTO_OPERATION_FAILED, as Node does, its cause naming what is known.
 */
export function groupSelection(list: string, known: readonly Group[], defaults: readonly Group[]): GroupSelection {
  if (list === 'auto' || list === '') return { groups: defaults, keyShares: null };
  let groups: Group[] = [];
  const shares: string[] = [];
  for (const word of list.split(/[:/]/)) {
    const marks = /^[?*-]*/.exec(word)![0];
    const name = word.slice(marks.length);
    const found = name === 'DEFAULT' ? defaults : known.filter((group) => isNamed(group, name));
    if (found.length === 0 && !/[?-]/.test(marks)) throw unknown(list, word, known);
    groups = groups.filter((group) => !found.includes(group));
    if (marks.includes('-')) continue;
    groups.push(...found);
    if (marks.includes('*')) shares.push(...found.map((group) => group.name));
  }
  if (groups.length === 0) throw unknown(list, list, known);
  return { groups, keyShares: shares.length === 0 ? null : shares };
}

/**
 * `groups` and, at their end, those on whose curves our certificates' keys are: a TLS 1.2 server takes no other
 * certificates than those of supported_groups (RFC 8422, section 5.1.1).
 */
export function withCurvesOf(
  keys: readonly PublicKey[],
  groups: readonly Group[],
  known: readonly Group[],
): readonly Group[] {
  const missing = keys.flatMap(({ curve }) =>
    curve === undefined || groups.some((group) => isNamed(group, curve))
      ? []
      : known.filter((group) => isNamed(group, curve)),
  );
  return missing.length === 0 ? groups : [...new Set([...groups, ...missing])];
}

/** Some curves have one number in TLS 1.2 and another in 1.3, but one name for users (RFC 8734). */
function isNamed(group: Group, name: string): boolean {
  const wanted = name.toLowerCase();
  return group.name.replace(/tls13$/, '').toLowerCase() === (ALIASES[wanted] ?? wanted).replace(/tls13$/, '');
}

function unknown(list: string, word: string, known: readonly Group[]): Error {
  const names = known.map((group) => group.name).join(', ');
  const detail = `options.ecdhCurve is "${list}", where "${word}" is no group of those known here: ${names}`;
  return nodeError(
    Error,
    'ERR_CRYPTO_OPERATION_FAILED',
    'Failed to set ECDH curve',
    new TlsError('ERR_TLS_CONFIG', { detail }),
  );
}

/** What `getEphemeralKeyInfo` tells about a group: OpenSSL's type, name and size in bits. */
export function ephemeralKeyInfo(
  group: string | null,
  dhBits: number | null,
): { type?: string; name?: string; size?: number } {
  if (dhBits !== null) return { type: 'DH', size: dhBits };
  if (group === null) return {};
  const finite = /^ffdhe(\d+)$/.exec(group);
  if (finite !== null) return { type: 'DH', size: Number(finite[1]) };
  const known = ECDH[group.replace(/tls13$/, '')];
  return known === undefined ? { type: 'KEM', name: group } : { type: 'ECDH', name: known[0], size: known[1] };
}

const ECDH: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  x25519: ['X25519', 253],
  x448: ['X448', 448],
  secp256r1: ['prime256v1', 256],
  secp384r1: ['secp384r1', 384],
  secp521r1: ['secp521r1', 521],
  secp256k1: ['secp256k1', 256],
  brainpoolP256r1: ['brainpoolP256r1', 256],
  brainpoolP384r1: ['brainpoolP384r1', 384],
  brainpoolP512r1: ['brainpoolP512r1', 512],
};
