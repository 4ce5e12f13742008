import { fail, isTlsError, type TlsError } from '../errors/index.ts';
import { type Awaitable, isThenable, runFlow, type Signal } from '../flow/index.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../handshake/peer.ts';
import {
  type ChainRequest,
  namesOf,
  type PathOptions,
  pathDer,
  strictProfile,
  type VerifiedPath,
  verifyChain,
} from '../x509/index.ts';
import { VerdictMemo } from './verdict-memo.ts';

/** What `verifyChain` takes as it is. */
type Passed = Omit<PathOptions, 'time' | 'usage' | 'keyUsage' | 'profile' | 'staple' | 'issuerStaples'> &
  Pick<ChainRequest, 'legacyCommonName' | 'pins'>;

/** How `pathVerifier` judges. Only `anchors`, `verifiers` and `now` have no default. `anchors` is all that is trusted. */
export interface PathVerifierOptions extends Passed {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The date to judge by, in seconds since 1970, in place of now; null: validity is not checked. */
  readonly time?: number | null;
  /** Default: `strictProfile`. */
  readonly profile?: PathOptions['profile'];
  /** False: whoever calls checks the server's name by itself. */
  readonly checkName?: boolean;
  /** `report`: the connection goes on, and the verdict holds the error. Default: `refuse`. */
  readonly onError?: 'refuse' | 'report';
}

/** Chains of which a verifier remembers that they were good. */
const REMEMBERED = 16;

/** The usual verifier: a path to an anchor, and the name that was asked for (RFC 5280, RFC 9525). */
export function pathVerifier(options: PathVerifierOptions): PeerVerifier {
  return new PathVerifier(checked(options));
}

function checked(options: PathVerifierOptions): PathVerifierOptions {
  const { anchors, verifiers, now } = options;
  if (!(anchors?.all?.length >= 0)) wrong('anchors', 'takes an AnchorSet, as `anchorsFrom` makes it');
  if (!(verifiers?.length > 0)) wrong('verifiers', 'takes those of a provider, such as nodeProvider.verifiers');
  if (typeof now !== 'function') wrong('now', 'takes a function that gives milliseconds since 1970, such as Date.now');
  checkJudging(options);
  return options;
}

/** Checks what does not say whom to trust. Fails with ERR_TLS_CONFIG, naming the option. */
export function checkJudging(options: Partial<PathVerifierOptions>): void {
  const { time = null, earliest = 0 } = options;
  if (time !== null && !Number.isFinite(time)) wrong('time', 'takes seconds since 1970, or null');
  if (!Number.isFinite(earliest)) wrong('earliest', 'takes seconds since 1970');
  oneOf('revocation', options.revocation, ['off', 'prefer', 'require']);
  oneOf('revocationScope', options.revocationScope, ['path', 'leaf']);
  oneOf('expiredCrls', options.expiredCrls, ['refuse', 'use']);
  oneOf('onError', options.onError, ['refuse', 'report']);
}

function oneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value)) wrong(name, `takes ${known.join(', ')}`);
}

function wrong(name: string, what: string): never {
  return fail('ERR_TLS_CONFIG', `pathVerifier: ${name} ${what}`);
}

/** Seconds since 1970 from which all of a path is valid. */
function notBefore(path: VerifiedPath): number {
  const { certificate: anchor } = path.anchor;
  let from = anchor === null ? Number.NEGATIVE_INFINITY : anchor.notBefore;
  for (const certificate of path.certificates) from = Math.max(from, certificate.notBefore);
  return from;
}

class PathVerifier implements PeerVerifier {
  readonly wantsOcsp: boolean;
  private readonly options: PathVerifierOptions;
  /** Null where a verdict depends on more than chain, name and date. */
  private readonly memo: VerdictMemo | null;

  constructor(options: PathVerifierOptions) {
    this.options = options;
    const { crls, ocsp, revocation } = options;
    this.wantsOcsp = ocsp !== undefined && revocation !== 'off';
    const revocable = crls !== undefined || ocsp !== undefined || revocation === 'require';
    this.memo = revocable && revocation !== 'off' ? null : new VerdictMemo(REMEMBERED);
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
      staple: identity.ocspResponse,
      issuerStaples: identity.issuerStaples ?? [],
      usage: identity.role === 'server' ? 'serverAuth' : 'clientAuth',
      serverName: checkName === false ? null : identity.serverName,
    };
  }

  private accept(path: VerifiedPath, identity: PresentedIdentity): Verdict {
    const { checkName } = this.options;
    const unchecked = checkName === false ? [...path.unchecked, 'name'] : path.unchecked;
    const { notAfter, matchedName, policies } = path;
    const names = namesOf(path.leaf);
    const verdict: Verdict = { error: null, path: pathDer(path), notAfter, unchecked, matchedName, names, policies };
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
