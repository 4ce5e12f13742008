import { toBase64 } from '../../bytes/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { type FetchFunction, fetchClient, jsonFrom } from '../shared/http.ts';
import type { GoogleKms } from './service.ts';

export interface GoogleKmsAccess {
  /** An OAuth 2.0 access token with the scope cloudkms; asked for with each request. */
  readonly token: () => Awaitable<string>;
  /** Default: `https://cloudkms.googleapis.com`. */
  readonly endpoint?: string;
  /** Default: the host's `fetch`. */
  readonly fetch?: FetchFunction;
}

/** The two calls of Cloud KMS that are needed, without Google's SDK: over `fetch`. */
export function googleKmsClient(access: GoogleKmsAccess): GoogleKms {
  const call = async (method: 'GET' | 'POST', path: string, content?: object): Promise<Record<string, unknown>> => {
    const client = fetchClient(access.fetch ?? (globalThis.fetch as FetchFunction));
    const headers = { authorization: `Bearer ${await access.token()}`, 'content-type': 'application/json' };
    const url = `${access.endpoint ?? 'https://cloudkms.googleapis.com'}/v1/${path}`;
    const body = content === undefined ? {} : { body: JSON.stringify(content) };
    const { signal } = new AbortController();
    return jsonFrom(`Google KMS at ${path}`, await client.send({ method, url, headers, signal, ...body }));
  };
  return {
    getPublicKey: async ({ name }) => [(await call('GET', `${name}/publicKey`)) as { pem: string; algorithm: string }],
    async asymmetricSign({ name, digest, data }): ReturnType<GoogleKms['asymmetricSign']> {
      const hashed = Object.entries(digest ?? {}).map(([hash, value]) => [hash, toBase64(value as Uint8Array)]);
      const content = data === undefined ? { digest: Object.fromEntries(hashed) } : { data: toBase64(data) };
      return [(await call('POST', `${name}:asymmetricSign`, content)) as { signature: string }];
    },
  };
}
