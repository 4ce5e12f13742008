import type { Credential } from '../../handshake/credential.ts';
import type { ServerSettings } from '../../handshake/server/settings.ts';
import { parseCertificate } from '../../x509/index.ts';
import { buffer } from './facts.ts';
import type { SecureContext } from './secure-context.ts';
import type { ServerHooks } from './server-hooks.ts';

/**
 * Asks whoever listens to `OCSPRequest` for a response to staple. Its callback takes an error, which ends the
 * connection, or the response as DER, or null for none.
 */
export function stapler(
  server: ServerHooks | null,
  context: SecureContext,
  refuse: (error: Error) => void,
): ServerSettings['stapler'] {
  if (server === null || server.listenerCount('OCSPRequest') === 0) return null;
  return (credential) =>
    new Promise((resolve) => {
      const answer = (error?: Error | null, response?: Uint8Array | null): void => {
        if (error) refuse(error);
        resolve(response ? new Uint8Array(response) : null);
      };
      server.emit('OCSPRequest', buffer(credential.chain[0]!), issuerOf(credential, context), answer);
    });
}

/** The next certificate in the chain, or the root of ours that issued the leaf; null if neither is known. */
function issuerOf(credential: Credential, context: SecureContext): Buffer | null {
  const { chain } = credential;
  if (chain.length > 1) return buffer(chain[1]!);
  const { issuer } = parseCertificate(chain[0]!);
  const root = context.issuers.find((one) => one.subject.key === issuer.key);
  return root === undefined ? null : buffer(root.der);
}
