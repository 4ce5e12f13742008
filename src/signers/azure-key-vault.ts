import { ecdsaRawToDer, type SignatureScheme } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { AzureAlgorithm, AzureJwk, AzureKeyVault } from './azure-key-vault/service.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { waitFor } from './shared/patience.ts';
import { EC_SCHEME, fitsModulus, PKCS1_SCHEMES, PSS_SCHEMES } from './shared/schemes.ts';
import { serviceKey, told } from './shared/service-key.ts';
import { ecSpkiFromXy, magnitude, type NistCurve, rsaSpki } from './shared/spki.ts';

export { type AzureKeyVaultAccess, azureKeyVaultClient } from './azure-key-vault/client.ts';
export type { AzureAlgorithm, AzureJwk, AzureKeyVault } from './azure-key-vault/service.ts';
export type { FetchFunction } from './shared/http.ts';
export type { OpenedKey } from './shared/opened-key.ts';

export interface AzureKeyVaultOptions {
  /** Milliseconds that Azure may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key of Azure Key Vault or Managed HSM. `vault` is `azureKeyVaultClient(...)`, or made of Azure's SDK:
 * `{ getKey: () => keyClient.getKey('device'), sign: (algorithm, digest) => cryptographyClient.sign(algorithm, digest) }`.
 * There is never a certificate. Fails with ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_DENIED, ERR_TLS_KEY_UNSUPPORTED,
 * ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openAzureKeyVault(vault: AzureKeyVault, options: AzureKeyVaultOptions = {}): Promise<OpenedKey> {
  const timeout = timeoutFrom(options.timeout, 30_000);
  const ask = async (): ReturnType<AzureKeyVault['getKey']> =>
    vault.getKey().catch((error) => Promise.reject(told(error, 'Azure Key Vault')));
  const { id, key } = await waitFor(ask, { name: 'Azure Key Vault', timeout });
  const name = `Azure key ${id ?? key?.kid ?? 'without a name'}`;
  const { spki, algorithms } = read(key ?? {}, name);
  return serviceKey({
    name,
    timeout,
    schemes: [...algorithms.keys()],
    publicKey: spki,
    async sign(request, scheme, signal): Promise<Uint8Array> {
      const { result } = await vault.sign(algorithms.get(scheme.name)!, request.digest(), signal);
      const signature = new Uint8Array(result ?? fail('ERR_TLS_KEY_DEVICE', `${name}: Azure returned no signature`));
      return scheme.kind === 'ecdsa' ? ecdsaRawToDer(signature) : signature;
    },
  });
}

function read(
  jwk: AzureJwk,
  name: string,
): { readonly spki: Uint8Array; readonly algorithms: Map<SignatureScheme, AzureAlgorithm> } {
  const { kty, crv, x, y, n, e } = jwk;
  if ((kty === 'EC' || kty === 'EC-HSM') && x && y && (crv === 'P-256' || crv === 'P-384' || crv === 'P-521')) {
    const scheme = EC_SCHEME[crv as NistCurve];
    return {
      spki: ecSpkiFromXy(crv, x, y),
      algorithms: new Map([[scheme, `ES${scheme.slice(-3)}` as AzureAlgorithm]]),
    };
  }
  if ((kty === 'RSA' || kty === 'RSA-HSM') && n && e) {
    const bits = magnitude(n).length * 8;
    const fitting = [...PSS_SCHEMES, ...PKCS1_SCHEMES].filter((scheme) => fitsModulus(scheme, bits));
    const named = fitting.map((scheme): [SignatureScheme, AzureAlgorithm] => [
      scheme,
      `${scheme.startsWith('rsa_pss') ? 'PS' : 'RS'}${scheme.slice(-3)}` as AzureAlgorithm,
    ]);
    return { spki: rsaSpki(magnitude(n), magnitude(e)), algorithms: new Map(named) };
  }
  return fail(
    'ERR_TLS_KEY_UNSUPPORTED',
    `${name} is of type ${kty ?? 'unknown'}${crv === undefined ? '' : ` on ${crv}`}`,
  );
}
