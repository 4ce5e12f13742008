import { asTlsError, type TlsError } from '../../errors/index.ts';
import { type Awaitable, isThenable, type Signal } from '../../flow/index.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../../handshake/peer.ts';

/** Node's policy for certificates of clients: a path to what the context trusts; errors may be let go. */
export class ClientVerifier implements PeerVerifier {
  private readonly context: { readonly pathVerifier: PeerVerifier };
  private readonly rejectUnauthorized: boolean;

  constructor(context: { readonly pathVerifier: PeerVerifier }, rejectUnauthorized: boolean) {
    this.context = context;
    this.rejectUnauthorized = rejectUnauthorized;
  }

  verify(identity: PresentedIdentity, signal: Signal): Awaitable<Verdict> {
    let verdict: Awaitable<Verdict>;
    try {
      verdict = this.context.pathVerifier.verify(identity, signal);
    } catch (reason) {
      return this.refuse(asTlsError(reason));
    }
    return isThenable(verdict) ? verdict.then(undefined, (reason) => this.refuse(asTlsError(reason))) : verdict;
  }

  private refuse(error: TlsError): Verdict {
    if (this.rejectUnauthorized) throw error;
    return { error, path: null, notAfter: null, unchecked: ['who the client is'] };
  }
}
