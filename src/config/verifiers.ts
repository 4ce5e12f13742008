import type { SignatureVerifier } from '../crypto/index.ts';
import { isTlsError, type TlsError } from '../errors/index.ts';
import { type Awaitable, isThenable, runFlow, type Signal } from '../flow/index.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../handshake/peer.ts';
import {
  type AnchorSet,
  type ChainRequest,
  type Crl,
  type PathCache,
  type PathLimits,
  type Profile,
  pathDer,
  type RevocationPolicy,
  strictProfile,
  type VerifiedPath,
  verifyChain,
} from '../x509/index.ts';
import { VerdictMemo } from './verdict-memo.ts';

/** How `pathVerifier` judges. Only `anchors`, `verifiers` and `now` have no default. */
export interface PathVerifierOptions {
  /** What is trusted, and nothing else. */
  readonly anchors: AnchorSet;
  readonly verifiers: readonly SignatureVerifier[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The date to judge by, in seconds since 1970, in place of now; null: validity is not checked. */
  readonly time?: number | null;
  /** The date is at least this (seconds since 1970), whatever the clock says. */
  readonly earliest?: number;
  /** Default: `strictProfile`. */
  readonly profile?: Profile;
  /** Let the common name count where there is no subjectAltName at all. */
  readonly legacyCommonName?: boolean;
  /** False: whoever calls checks the server's name by itself. */
  readonly checkName?: boolean;
  readonly crls?: readonly Crl[];
  readonly revocation?: RevocationPolicy;
  readonly partialChain?: boolean;
  readonly maxDepth?: number;
  readonly limits?: Partial<PathLimits>;
  readonly cache?: PathCache;
  /** `report`: the connection goes on, and the verdict holds the error. Default: `refuse`. */
  readonly onError?: 'refuse' | 'report';
}

/** Chains of which a verifier remembers that they were good. */
const REMEMBERED = 16;

/** The usual verifier: a path to an anchor, and the name that was asked for (RFC 5280, RFC 9525). */
export function pathVerifier(options: PathVerifierOptions): PeerVerifier {
  return new PathVerifier(options);
}

/** Seconds since 1970 from which all of a path is valid. */
function notBefore(path: VerifiedPath): number {
  const { certificate: anchor } = path.anchor;
  let from = anchor === null ? Number.NEGATIVE_INFINITY : anchor.notBefore;
  for (const certificate of path.certificates) from = Math.max(from, certificate.notBefore);
  return from;
}

class PathVerifier implements PeerVerifier {
  private readonly options: PathVerifierOptions;
  /** Null where a verdict depends on more than chain, name and date. */
  private readonly memo: VerdictMemo | null;

  constructor(options: PathVerifierOptions) {
    this.options = options;
    const revocable = options.crls !== undefined || options.revocation === 'require';
    this.memo = revocable ? null : new VerdictMemo(REMEMBERED);
  }

  verify(identity: PresentedIdentity, signal: Signal): Awaitable<Verdict> {
    const { time = Math.floor(this.options.now() / 1000) } = this.options;
    const known = this.memo === null ? null : this.memo.find(identity, time);
    if (known !== null) return known;
    let path: Awaitable<VerifiedPath>;
    try {
      path = runFlow(verifyChain(this.request(identity, time)), signal);
    } catch (reason) {
      return this.judge(reason);
    }
    if (!isThenable(path)) return this.accept(path, identity);
    return path.then(
      (found) => this.accept(found, identity),
      (reason) => this.judge(reason),
    );
  }

  private request(identity: PresentedIdentity, time: number | null): ChainRequest {
    const { anchors, verifiers, now: _now, checkName, onError: _onError, ...rest } = this.options;
    return {
      ...rest,
      anchors,
      verifiers,
      profile: rest.profile ?? strictProfile,
      time,
      chain: identity.chain,
      usage: identity.role === 'server' ? 'serverAuth' : 'clientAuth',
      serverName: checkName === false ? null : identity.serverName,
    };
  }

  private accept(path: VerifiedPath, identity: PresentedIdentity): Verdict {
    const { checkName } = this.options;
    const unchecked = checkName === false ? [...path.unchecked, 'name'] : path.unchecked;
    const verdict: Verdict = { error: null, path: pathDer(path), notAfter: path.notAfter, unchecked };
    // A stapled response is part of what a verdict rests on, and it changes.
    if (this.memo !== null && identity.ocspResponse === null) {
      this.memo.keep(identity, verdict, notBefore(path), path.notAfter ?? Number.POSITIVE_INFINITY);
    }
    return verdict;
  }

  private judge(reason: unknown): Verdict {
    if (this.options.onError !== 'report' || !isTlsError(reason)) throw reason;
    return { error: reason as TlsError, path: null, notAfter: null, unchecked: ['everything: the chain was refused'] };
  }
}
