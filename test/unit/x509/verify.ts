import { isTlsError, type TlsError } from '../../../src/errors/index.ts';
import { runFlow } from '../../../src/flow/index.ts';
import { optInVerifiers } from '../../../src/providers/node/optin.ts';
import { nodeProvider } from '../../../src/providers/node.ts';
import {
  AnchorSet,
  anchorFromCertificate,
  type ChainRequest,
  parseCertificate,
  strictProfile,
  type VerifiedPath,
  verifyChain,
} from '../../../src/x509/index.ts';
import type { Issued } from '../../support/pki.ts';

export const VERIFIERS = [...nodeProvider.verifiers, ...optInVerifiers.filter(({ hash }) => hash !== 'sha1')];
export const NOW = Math.floor(Date.now() / 1000);

export type Change = Partial<ChainRequest>;

export function anchorsOf(...issued: readonly Issued[]): AnchorSet {
  return new AnchorSet(issued.map(({ der }) => anchorFromCertificate(parseCertificate(der))));
}

/** Verifies leaf and intermediates against these anchors: strict, for a server, now, any name, unless told otherwise. */
export function verify(chain: readonly Issued[], anchors: readonly Issued[], change: Change = {}): VerifiedPath {
  const request: ChainRequest = {
    chain: chain.map(({ der }) => der),
    anchors: anchorsOf(...anchors),
    verifiers: VERIFIERS,
    time: NOW,
    usage: 'serverAuth',
    profile: strictProfile,
    serverName: null,
    ...change,
  };
  return runFlow(verifyChain(request)) as VerifiedPath;
}

/** The error with which verification fails; null if it does not. */
export function errorOf(chain: readonly Issued[], anchors: readonly Issued[], change: Change = {}): TlsError | null {
  try {
    verify(chain, anchors, change);
  } catch (error) {
    if (isTlsError(error)) return error;
    throw error;
  }
  return null;
}

export function codeFor(chain: readonly Issued[], anchors: readonly Issued[], change: Change = {}): string | null {
  return errorOf(chain, anchors, change)?.code ?? null;
}
