import { isIP } from 'node:net';
import { asTlsError, isTlsError, TlsError } from '../../errors/index.ts';
import { type Awaitable, isThenable, type Signal } from '../../flow/index.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../../handshake/peer.ts';
import { verifyServerName } from '../../x509/index.ts';
import { checkServerIdentity, identityError } from './check-server-identity.ts';
import type { CheckServerIdentity } from './options.ts';
import { detailedCertificate, nodeCertificate } from './peer-certificate.ts';
import { seen } from './seen.ts';

export interface NodeVerifierOptions {
  /** Finds the path, without looking at names. */
  readonly path: PeerVerifier;
  /** Host name or address that the certificate must be for. */
  readonly host: string;
  /** The program's own check of the server's name; null: the usual one. */
  readonly check: CheckServerIdentity | null;
  /** Whether an error ends the connection. */
  readonly rejectUnauthorized: boolean;
}

/** Node's policy: path, then name, where the common name counts if there is no subjectAltName; errors may be let go. */
export class NodeVerifier implements PeerVerifier {
  private readonly options: NodeVerifierOptions;

  constructor(options: NodeVerifierOptions) {
    this.options = options;
  }

  verify(identity: PresentedIdentity, signal: Signal): Awaitable<Verdict> {
    let verdict: Awaitable<Verdict>;
    try {
      verdict = this.options.path.verify(identity, signal);
    } catch (reason) {
      return this.refuse(asTlsError(reason), identity);
    }
    if (!isThenable(verdict)) return this.checkName(verdict, identity);
    return verdict.then(
      (found) => this.checkName(found, identity),
      (reason) => this.refuse(asTlsError(reason), identity),
    );
  }

  private checkName(verdict: Verdict, identity: PresentedIdentity): Verdict {
    const { host, check } = this.options;
    const matched = check === null ? matchedName(host, identity.chain[0]!) : ownError(check, host, verdict, identity);
    if (isTlsError(matched)) return this.refuse(matched, identity);
    return { ...verdict, matchedName: matched, unchecked: verdict.unchecked.filter((one) => one !== 'name') };
  }

  private refuse(error: TlsError, identity: PresentedIdentity): Verdict {
    if (this.options.rejectUnauthorized) throw error;
    return {
      error,
      path: null,
      notAfter: null,
      unchecked: [`whether the peer is ${identity.serverName ?? 'anybody'}`],
    };
  }
}

/** The name in the certificate that fits, or why there is none. The rule is x509's; the sentence is Node's. */
function matchedName(host: string, leaf: Uint8Array): string | TlsError {
  try {
    const address = isIP(host) !== 0;
    return verifyServerName(seen.certificate(leaf), address ? withoutZone(host) : host, { legacyCommonName: !address });
  } catch (reason) {
    if (!isTlsError(reason)) throw reason;
    const cert = nodeCertificate([leaf]);
    return nameError(checkServerIdentity(host, cert) ?? identityError(reason.detail, host, cert), leaf);
  }
}

function ownError(
  check: CheckServerIdentity,
  host: string,
  verdict: Verdict,
  identity: PresentedIdentity,
): TlsError | null {
  const chain = verdict.path ?? identity.chain;
  const error = check(host, detailedCertificate(chain) as never);
  return error ? nameError(error, identity.chain[0]!) : null;
}

function nameError(cause: Error, certificate: Uint8Array): TlsError {
  return new TlsError('ERR_TLS_CERT_ALTNAME_INVALID', { detail: cause.message, certificate, cause });
}

/** fe80::1%eth0: the zone says which link, not who. */
function withoutZone(address: string): string {
  return address.split('%')[0]!;
}
