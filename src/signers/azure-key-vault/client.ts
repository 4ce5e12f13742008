import { fromBase64, toBase64 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { type FetchFunction, fetchClient, jsonFrom } from '../shared/http.ts';
import type { AzureJwk, AzureKeyVault } from './service.ts';

export interface AzureKeyVaultAccess {
  /** With its version: `https://myvault.vault.azure.net/keys/device/9885aa558e8d448789683188f8c194b0`. */
  readonly keyId: string;
  /** An access token for https://vault.azure.net; asked for with each request. */
  readonly token: () => Awaitable<string>;
  /** Default: the host's `fetch`. */
  readonly fetch?: FetchFunction;
}

const API_VERSION = '7.4';

/** The two calls of Key Vault that are needed, without Azure's SDK: over `fetch`. */
export function azureKeyVaultClient(access: AzureKeyVaultAccess): AzureKeyVault {
  const call = async (path: string, content: object | null, signal: AbortSignal): Promise<Record<string, unknown>> => {
    const client = fetchClient(access.fetch ?? (globalThis.fetch as FetchFunction));
    const headers = { authorization: `Bearer ${await access.token()}`, 'content-type': 'application/json' };
    const url = `${access.keyId}${path}?api-version=${API_VERSION}`;
    const asked =
      content === null ? ({ method: 'GET' } as const) : ({ method: 'POST', body: JSON.stringify(content) } as const);
    return jsonFrom(`Azure key ${access.keyId}`, await client.send({ ...asked, url, headers, signal }));
  };
  return {
    async getKey(): ReturnType<AzureKeyVault['getKey']> {
      const { key } = await call('', null, new AbortController().signal);
      return { id: access.keyId, key: jwkFrom(key) };
    },
    async sign(algorithm, digest, signal): ReturnType<AzureKeyVault['sign']> {
      const { value } = await call('/sign', { alg: algorithm, value: toBase64Url(digest) }, signal);
      return { result: fromBase64Url(value) };
    },
  };
}

function jwkFrom(value: unknown): AzureJwk {
  const jwk = (value ?? {}) as Record<string, unknown>;
  const texts = ['kid', 'kty', 'crv'].filter((name) => typeof jwk[name] === 'string').map((name) => [name, jwk[name]]);
  const numbers = ['x', 'y', 'n', 'e'].filter((name) => jwk[name] !== undefined);
  return Object.fromEntries([...texts, ...numbers.map((name) => [name, fromBase64Url(jwk[name])])]);
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(value: unknown): Uint8Array {
  const text = typeof value === 'string' ? value.replace(/-/g, '+').replace(/_/g, '/') : '!';
  const bytes = fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
  return bytes ?? fail('ERR_TLS_KEY_DEVICE', 'Azure Key Vault answered without base64url');
}
