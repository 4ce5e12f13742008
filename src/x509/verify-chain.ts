import { fail, isTlsError } from '../errors/index.ts';
import { type Awaitable, type Flow, runFlow } from '../flow/index.ts';
import type { PathCache } from './cache.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type NameOptions, type Reference, verifyEmails, verifyServerName } from './identity.ts';
import { findPath } from './path.ts';
import type { PathOptions } from './path-request.ts';
import type { KeyPins } from './pins.ts';
import { mintVerifiedPath, type VerifiedPath } from './verified-path.ts';

/** A chain as a peer sends it, and who the peer should be. */
export interface ChainRequest extends PathOptions, NameOptions {
  /** DER, the leaf first, the others in any order. */
  readonly chain: readonly Uint8Array[];
  /** The server's name; null: names are not checked. */
  readonly serverName: string | Reference | null;
  /** Mailboxes, all of which the certificate must have. */
  readonly emails?: readonly string[];
  /** Keys, one of which has to be in the path; `keyPins` makes them. */
  readonly pins?: KeyPins;
}

/** Verifies a peer's chain and name: `findPath`, then `verifyServerName`, `verifyEmails` and pins. */
export function* verifyChain(request: ChainRequest): Flow<VerifiedPath> {
  const { chain, cache } = request;
  if (chain.length === 0) fail('ERR_TLS_CERT_PARSE', 'there is none');
  const leaf = parsed(chain[0]!, cache);
  const path = yield* findPath({ ...request, leaf, intermediates: readable(chain.slice(1), cache) });
  const matchedName = request.serverName === null ? null : verifyServerName(leaf, request.serverName, request);
  if (request.emails !== undefined) verifyEmails(leaf, request.emails);
  if (request.pins !== undefined) request.pins.verify(path);
  return mintVerifiedPath({ ...path, matchedName });
}

/** The same outside a handshake: at once where all verifiers answer at once, else as a promise. */
export function verifyCertificate(request: ChainRequest): Awaitable<VerifiedPath> {
  return runFlow(verifyChain(request));
}

/** The certificates among these that can be parsed: what is not needed may be broken. */
function readable(chain: readonly Uint8Array[], cache: PathCache | undefined): Certificate[] {
  const certificates: Certificate[] = [];
  for (const der of chain) {
    try {
      certificates.push(parsed(der, cache));
    } catch (error) {
      if (!isTlsError(error)) throw error;
    }
  }
  return certificates;
}

function parsed(der: Uint8Array, cache: PathCache | undefined): Certificate {
  return cache === undefined ? parseCertificate(der) : cache.certificate(der);
}
