import type { Group, Provider, SignatureVerifier, Suite } from '../../crypto/index.ts';
import { optInGroups, optInSuites12, optInSuites13, optInVerifiers } from '../../providers/node/optin.ts';
import { nodeProvider } from '../../providers/node.ts';
import { openSslCipherName } from './cipher-name.ts';

// What may be named in options: all that the provider declares and, with node:crypto, what is never on by default.

export function knownSuites(provider: Provider): readonly Suite[] {
  return provider === nodeProvider ? NODE_SUITES : provider.suites;
}

export function knownGroups(provider: Provider): readonly Group[] {
  return provider === nodeProvider ? NODE_GROUPS : provider.groups;
}

/** What `auto` means: as in Node X448 is there for peers that know no other. */
export function defaultGroups(provider: Provider): readonly Group[] {
  return provider === nodeProvider ? NODE_DEFAULT_GROUPS : provider.groups;
}

/** Verifying more kinds of certificates and of own keys than are offered does no harm. */
export function knownVerifiers(provider: Provider): readonly SignatureVerifier[] {
  return provider === nodeProvider ? NODE_VERIFIERS : provider.verifiers;
}

/** Suites that need a pre-shared key are used only where `pskCallback` gives one. */
const NODE_SUITES: readonly Suite[] = [...nodeProvider.suites, ...optInSuites13, ...optInSuites12];
const NODE_DEFAULT_GROUPS: readonly Group[] = [
  ...nodeProvider.groups,
  ...optInGroups.filter((group) => group.name === 'x448'),
];
const NODE_GROUPS: readonly Group[] = [...nodeProvider.groups, ...optInGroups];
const NODE_VERIFIERS: readonly SignatureVerifier[] = [...nodeProvider.verifiers, ...optInVerifiers];

/** The suites that options may name, by OpenSSL's names in lower case, as Node lists them. */
export function knownCiphers(): string[] {
  return NODE_SUITES.map((suite) => openSslCipherName(suite.name).toLowerCase()).sort();
}
