import { randomFillSync } from 'node:crypto';
import type { Aead, Cbc, Group, Hash, Provider, SignatureVerifier, Suite } from '../../src/crypto/index.ts';
import * as nobleOptIn from '../../src/providers/noble/optin.ts';
import * as noble from '../../src/providers/noble.ts';
import * as nodeOptIn from '../../src/providers/node/optin.ts';
import * as node from '../../src/providers/node.ts';

/** A provider with everything that it can do, the default offer and the opt-in values together. */
export interface Whole {
  readonly name: string;
  readonly provider: Provider;
  readonly hashes: readonly Hash[];
  readonly suites: readonly Suite[];
  readonly groups: readonly Group[];
  readonly verifiers: readonly SignatureVerifier[];
}

export const random = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));

const nobleProvider = noble.createNobleProvider({ random });

export const WHOLE: readonly Whole[] = [
  {
    name: 'node',
    provider: node.nodeProvider,
    hashes: node.nodeProvider.hashes,
    suites: [...node.nodeProvider.suites, ...nodeOptIn.optInSuites13, ...nodeOptIn.optInSuites12],
    groups: [...node.nodeProvider.groups, ...nodeOptIn.optInGroups],
    verifiers: [...node.nodeProvider.verifiers, ...nodeOptIn.optInVerifiers],
  },
  {
    name: 'noble',
    provider: nobleProvider,
    hashes: nobleProvider.hashes,
    suites: [...nobleProvider.suites, ...nobleOptIn.optInSuites13, ...nobleOptIn.optInSuites12(random)],
    groups: [...nobleProvider.groups, ...nobleOptIn.optInGroups(random)],
    verifiers: [...nobleProvider.verifiers, ...nobleOptIn.optInVerifiers],
  },
];

/** Every AEAD that one of its suites uses, each once. */
export function aeadsOf(whole: Whole): Aead[] {
  const aeads = new Map<string, Aead>();
  for (const suite of whole.suites) {
    const aead = suite.version === 'TLSv1.3' ? suite.aead : suite.bulk.kind === 'cbc' ? null : suite.bulk.aead;
    if (aead !== null) aeads.set(aead.name, aead);
  }
  return [...aeads.values()];
}

export function cbcsOf(whole: Whole): Cbc[] {
  const ciphers = new Map<string, Cbc>();
  for (const suite of whole.suites) {
    if (suite.version === 'TLSv1.2' && suite.bulk.kind === 'cbc')
      ciphers.set(suite.bulk.cipher.name, suite.bulk.cipher);
  }
  return [...ciphers.values()];
}

/** Pairs of the same algorithm in both providers, by name. */
export function inBoth<T extends { readonly name: string }>(list: (whole: Whole) => readonly T[]): [string, T, T][] {
  const others = list(WHOLE[1]!);
  const pairs: [string, T, T][] = [];
  for (const one of list(WHOLE[0]!)) {
    const other = others.find(({ name }) => name === one.name);
    if (other !== undefined) pairs.push([one.name, one, other]);
  }
  return pairs;
}
