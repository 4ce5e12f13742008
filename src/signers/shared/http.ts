import { Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { concat } from '../../bytes/index.ts';
import { fail, TlsError } from '../../errors/index.ts';
import { codeFor } from './refusals.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** The part of `fetch` that is used; any host's fits. */
export type FetchFunction = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** What Node's TLS needs to know of an HTTPS service. */
export interface HttpsOptions {
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
}

/** No answer that is asked for here comes near. */
const LARGEST_BODY = 1 << 18;

export function fetchClient(fetch: FetchFunction): HttpClient {
  return {
    async send({ method, url, headers, body, signal }): Promise<HttpAnswer> {
      const init = { method, headers: { ...headers }, signal, ...(body === undefined ? {} : { body }) };
      const answer = await fetch(url, init);
      return { status: answer.status, body: await answer.text() };
    },
    close(): void {},
  };
}

/** Over node:http and node:https with connections that are kept; `socketPath` leads to a UNIX socket instead of the URL's host. */
export function nodeClient(socketPath: string | null, tls: HttpsOptions): HttpClient {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true, ...(tls as object) });
  const send = (request: HttpRequest, again: boolean): Promise<HttpAnswer> =>
    exchange(request, request.url.startsWith('https:') ? https : http, socketPath).catch((error) => {
      // The service closed a kept connection just when it was used.
      if (again && error instanceof ReusedConnectionError) return send(request, false);
      throw error;
    });
  return {
    send: (request) => send(request, true),
    close(): void {
      http.destroy();
      https.destroy();
    },
  };
}

/** A JSON object out of an answer. Fails with ERR_TLS_KEY_DENIED, ERR_TLS_KEY_NOT_FOUND or ERR_TLS_KEY_DEVICE. */
export function jsonFrom(name: string, answer: HttpAnswer): Record<string, unknown> {
  let value: unknown = null;
  try {
    value = JSON.parse(answer.body);
  } catch {
    // Judged below: an error page is no JSON either.
  }
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  if (answer.status === 200 && object !== null) return object;
  if (answer.status === 200) fail('ERR_TLS_KEY_DEVICE', `${name} answered with something else than a JSON object`);
  const says = `${name} answered with status ${answer.status}${reasonIn(object)}`;
  return fail(codeFor(says), says);
}

class ReusedConnectionError extends Error {}

function exchange(request: HttpRequest, agent: HttpAgent | HttpsAgent, socketPath: string | null): Promise<HttpAnswer> {
  const { method, url, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? requestHttps : requestHttp;
    const options: RequestOptions = { method, headers, agent, signal, ...(socketPath === null ? {} : { socketPath }) };
    const sent = start(url, options, (answer) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      answer.on('data', (chunk: Uint8Array) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= LARGEST_BODY) return;
        reject(new TlsError('ERR_TLS_KEY_DEVICE', { detail: `the answer of ${socketPath ?? url} is too long` }));
        sent.destroy();
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.from(concat(...chunks)).toString() }),
      );
      answer.on('error', reject);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const lost = error.code === 'ECONNRESET' && sent.reusedSocket;
      reject(lost ? new ReusedConnectionError() : unreachable(socketPath ?? new URL(url).host, error));
    });
    sent.end(body);
  });
}

function unreachable(where: string, cause: NodeJS.ErrnoException): TlsError {
  return new TlsError('ERR_TLS_KEY_MODULE', {
    detail: `no signer answers at ${where} (${cause.code ?? cause.message})`,
    cause,
  });
}

/** Services say what is wrong in several places. */
function reasonIn(object: Record<string, unknown> | null): string {
  const { error, message, Message, __type } = object ?? {};
  const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
  const words = [__type, inner, message, Message].filter((one) => typeof one === 'string' && one !== '').join(', ');
  return words === '' ? '' : `: ${words.slice(0, 300)}`;
}
