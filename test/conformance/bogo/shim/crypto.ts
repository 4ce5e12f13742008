import type { Group, Provider, SignatureVerifier, Suite } from '../../../../src/crypto/index.ts';

/** A provider with all that it can do, opt-in values included. */
export interface Crypto {
  readonly provider: Provider;
  readonly suites: readonly Suite[];
  readonly groups: readonly Group[];
  readonly verifiers: readonly SignatureVerifier[];
}

/** The provider that the environment names. */
export async function loadCrypto(): Promise<Crypto> {
  return process.env.SIGNET_BOGO_PROVIDER === 'noble'
    ? (await import('./crypto-noble.ts')).nobleCrypto
    : (await import('./crypto-node.ts')).nodeCrypto;
}
