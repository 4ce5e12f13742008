import type { SchemeInfo, SignatureScheme, SignatureVerifier, Suite } from '../crypto/index.ts';
import { SCHEMES } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { DEFAULT_LIMITS, type Limits } from '../handshake/limits.ts';
import type { Version } from '../handshake/version.ts';

// Checks of options that clients and servers share. Each fails with ERR_TLS_CONFIG, naming the option.

export function listFrom<T>(name: string, list: readonly T[]): readonly T[] {
  if (list.length === 0) fail('ERR_TLS_CONFIG', `${name} is empty; it needs at least one entry`);
  return list;
}

export function versionsFrom(versions: readonly Version[] = ['TLSv1.3', 'TLSv1.2']): readonly Version[] {
  for (const version of versions) {
    if (version !== 'TLSv1.3' && version !== 'TLSv1.2') {
      fail('ERR_TLS_CONFIG', `versions has ${JSON.stringify(version)}; known are "TLSv1.3" and "TLSv1.2"`);
    }
  }
  const known: readonly Version[] = ['TLSv1.3', 'TLSv1.2'];
  return listFrom(
    'versions',
    known.filter((version) => versions.includes(version)),
  );
}

/** A version without a suite cannot be spoken, which nobody should learn from a failed handshake. */
export function suitesFrom(suites: readonly Suite[], versions: readonly Version[]): readonly Suite[] {
  for (const version of versions) {
    if (!suites.some((suite) => suite.version === version)) {
      fail('ERR_TLS_CONFIG', `suites has none for ${version}; add one, or leave the version out`);
    }
  }
  return suites;
}

/** The schemes that the verifiers can check and a version of ours may use, in the order of `SCHEMES` or as given. */
export function schemesFrom(
  name: string,
  names: readonly SignatureScheme[] | null,
  verifiers: readonly SignatureVerifier[],
  versions: readonly Version[],
): readonly SchemeInfo[] {
  const able = SCHEMES.filter((scheme) =>
    verifiers.some(
      (verifier) =>
        verifier.kind === scheme.kind &&
        verifier.hash === scheme.hash &&
        (scheme.curve === null || verifier.curves === undefined || verifier.curves.includes(scheme.curve)),
    ),
  );
  if (names === null) {
    return listFrom(name, versions.includes('TLSv1.3') ? able : able.filter((scheme) => scheme.tls12));
  }
  return listFrom(name, names).map((wanted) => {
    const scheme = able.find((s) => s.name === wanted);
    return (
      scheme ??
      fail(
        'ERR_TLS_CONFIG',
        `${name} has ${JSON.stringify(wanted)}; the provider can ${able.map((s) => s.name).join(', ')}`,
      )
    );
  });
}

export function alpnFrom(protocols: readonly string[]): readonly string[] {
  for (const protocol of protocols) {
    if (protocol.length === 0 || protocol.length > 255) {
      fail('ERR_TLS_CONFIG', `alpn has ${JSON.stringify(protocol)}; a protocol has 1 to 255 bytes`);
    }
  }
  return protocols;
}

export function recordSizeLimitFrom(limit: number | null): number | null {
  if (limit !== null && !(Number.isInteger(limit) && limit >= 64 && limit <= 16_384)) {
    fail('ERR_TLS_CONFIG', `recordSizeLimit is ${limit}; it takes 64 to 16384 bytes`);
  }
  return limit;
}

export function maxSendFragmentFrom(size: number): number {
  if (!(Number.isInteger(size) && size >= 512 && size <= 16_384)) {
    fail('ERR_TLS_CONFIG', `maxSendFragment is ${size}; it takes 512 to 16384 bytes`);
  }
  return size;
}

export function limitsFrom(limits: Partial<Limits>): Limits {
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    const value = limits[name];
    if (!(name in DEFAULT_LIMITS)) fail('ERR_TLS_CONFIG', `limits.${name} does not exist`);
    if (value === undefined || !(value >= 0))
      fail('ERR_TLS_CONFIG', `limits.${name} is ${value}; it takes a number from 0`);
  }
  return { ...DEFAULT_LIMITS, ...limits };
}

/** Whether a name is an IP address, which SNI never carries (RFC 6066, section 3). */
export function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
