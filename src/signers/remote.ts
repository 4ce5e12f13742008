import { fromBase64, toBase64 } from '../bytes/index.ts';
import { type SignatureScheme, type SignRequest, schemeByName } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Awaitable } from '../flow/index.ts';
import {
  type FetchFunction,
  fetchClient,
  type HttpClient,
  type HttpsOptions,
  jsonFrom,
  nodeClient,
} from './shared/http.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { waitFor } from './shared/patience.ts';
import { type Service, serviceKey } from './shared/service-key.ts';

export type { FetchFunction, HttpsOptions } from './shared/http.ts';
export type { OpenedKey } from './shared/opened-key.ts';

export interface RemoteOptions {
  /** Sent with each request, such as `authorization`; a function is asked each time. */
  readonly headers?: Readonly<Record<string, string>> | (() => Awaitable<Readonly<Record<string, string>>>);
  /** Whom to trust for https, and what to show. */
  readonly tls?: HttpsOptions;
  /** Sends the requests instead of node:http and node:https. */
  readonly fetch?: FetchFunction;
  /** Milliseconds that the signer may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

/** What a signer tells about its key. */
interface Description {
  readonly schemes: readonly SignatureScheme[];
  readonly publicKey: Uint8Array | null;
  readonly certificate: Uint8Array | null;
  readonly takes: 'message' | 'digest';
  readonly decrypts: 'none' | 'pkcs1' | null;
}

/**
 * Opens a key that another process or machine keeps, by the small protocol of docs/keys.md: `https://host/path`,
 * `http://127.0.0.1:port/path`, or `unix:/run/signer.sock` (`unix:/run/signer.sock:/path`).
 *
 * Fails with ERR_TLS_KEY_ADDRESS, ERR_TLS_KEY_MODULE (nobody answers), ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_DENIED,
 * ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openRemote(address: string, options: RemoteOptions = {}): Promise<OpenedKey> {
  const { url, socketPath } = locate(address);
  const client = options.fetch === undefined ? nodeClient(socketPath, options.tls ?? {}) : fetchClient(options.fetch);
  const signer = new Remote(client, url, `remote signer ${address}`, options);
  try {
    const description = await signer.describe();
    return serviceKey(signer.service(description), description.certificate);
  } catch (error) {
    client.close();
    throw error;
  }
}

class Remote {
  private readonly client: HttpClient;
  private readonly url: string;
  private readonly name: string;
  private readonly headers: RemoteOptions['headers'];
  private readonly timeout: number;

  constructor(client: HttpClient, url: string, name: string, options: RemoteOptions) {
    this.client = client;
    this.url = url;
    this.name = name;
    this.headers = options.headers;
    this.timeout = timeoutFrom(options.timeout, 30_000);
  }

  async describe(): Promise<Description> {
    const { name, timeout } = this;
    const told = await waitFor((signal) => this.ask('GET', '', null, signal), { name, timeout });
    const { schemes, takes = 'message', decrypts = null } = told;
    if (!isSchemes(schemes)) this.refuse('schemes');
    if (takes !== 'message' && takes !== 'digest') this.refuse('takes');
    if (decrypts !== null && decrypts !== 'none' && decrypts !== 'pkcs1') this.refuse('decrypts');
    return {
      schemes,
      takes,
      decrypts,
      publicKey: told.publicKey === undefined ? null : this.bytes(told, 'publicKey'),
      certificate: told.certificate === undefined ? null : this.bytes(told, 'certificate'),
    };
  }

  service({ schemes, publicKey, takes, decrypts }: Description): Service {
    const { name, timeout } = this;
    const sign = async ({ scheme, ...request }: SignRequest, _: unknown, signal: AbortSignal): Promise<Uint8Array> => {
      const asDigest = takes === 'digest' && schemeByName(scheme)!.hash !== null;
      const content = asDigest ? { digest: toBase64(request.digest()) } : { message: toBase64(request.message) };
      const { context } = request;
      return this.bytes(await this.ask('POST', 'sign', { scheme, ...content, context }, signal), 'signature');
    };
    const run = async (ciphertext: Uint8Array, signal: AbortSignal): Promise<Uint8Array> =>
      this.bytes(await this.ask('POST', 'decrypt', { ciphertext: toBase64(ciphertext) }, signal), 'plaintext');
    const decrypt = decrypts === null ? {} : { decrypt: { padding: decrypts, run } };
    return { name, timeout, schemes, publicKey, sign, ...decrypt, close: async () => this.client.close() };
  }

  private async ask(
    method: 'GET' | 'POST',
    path: string,
    content: object | null,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const own = typeof this.headers === 'function' ? await this.headers() : (this.headers ?? {});
    const url = path === '' ? this.url : `${this.url.replace(/\/$/, '')}/${path}`;
    const headers = { accept: 'application/json', ...own };
    if (content === null) return jsonFrom(this.name, await this.client.send({ method, url, headers, signal }));
    const body = JSON.stringify(content);
    const typed = { ...headers, 'content-type': 'application/json' };
    return jsonFrom(this.name, await this.client.send({ method, url, headers: typed, body, signal }));
  }

  private bytes(object: Record<string, unknown>, field: string): Uint8Array {
    const value = object[field];
    const bytes = typeof value === 'string' ? fromBase64(value) : null;
    return bytes === null || bytes.length === 0 ? this.refuse(field) : bytes;
  }

  private refuse(field: string): never {
    return fail('ERR_TLS_KEY_DEVICE', `${this.name} answered without a usable "${field}"`);
  }
}

function locate(address: string): { readonly url: string; readonly socketPath: string | null } {
  const unix = /^unix:(\/[^:]+)(?::(\/.*))?$/.exec(address);
  if (unix !== null) return { url: `http://localhost${unix[2] ?? '/'}`, socketPath: unix[1]! };
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return fail('ERR_TLS_KEY_ADDRESS', `"${address}" is no URL: give https://host/path or unix:/path/of/socket`);
  }
  if (url.username !== '' || url.password !== '') {
    fail('ERR_TLS_KEY_ADDRESS', `give credentials for ${url.host} as headers, not in the URL`);
  }
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    fail(
      'ERR_TLS_KEY_ADDRESS',
      `${url.protocol}//${url.host} is not protected: use https, or a signer on this machine`,
    );
  }
  return { url: url.href, socketPath: null };
}

function isSchemes(value: unknown): value is SignatureScheme[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => schemeByName(String(one)) !== null);
}
