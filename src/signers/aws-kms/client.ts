import { fromBase64, toBase64 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { type FetchFunction, fetchClient, jsonFrom } from '../shared/http.ts';
import type { AwsKms } from './service.ts';
import { signatureV4 } from './signature-v4.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsKmsAccess {
  readonly region: string;
  /** A function is asked for each request, so that temporary credentials can be renewed. */
  readonly credentials: AwsCredentials | (() => Awaitable<AwsCredentials>);
  /** Default: `https://kms.REGION.amazonaws.com/`. */
  readonly endpoint?: string;
  /** Default: the host's `fetch`. */
  readonly fetch?: FetchFunction;
  /** Default: the host's clock. */
  readonly now?: () => Date;
}

interface Input {
  readonly KeyId: string;
  readonly [field: string]: unknown;
}

/** The two calls of KMS that are needed, without AWS's SDK: over `fetch`, signed by Signature Version 4. */
export function awsKmsClient(access: AwsKmsAccess): AwsKms {
  const call = (action: string, input: Input, signal?: AbortSignal): Promise<Record<string, unknown>> =>
    send(access, action, input, signal ?? new AbortController().signal);
  return {
    async getPublicKey(input, options): ReturnType<AwsKms['getPublicKey']> {
      const answer = await call('GetPublicKey', input, options?.abortSignal);
      const { KeyUsage, SigningAlgorithms } = answer as { KeyUsage?: string; SigningAlgorithms?: string[] };
      return {
        PublicKey: bytesFrom(answer, 'PublicKey'),
        ...(KeyUsage === undefined ? {} : { KeyUsage }),
        ...(Array.isArray(SigningAlgorithms) ? { SigningAlgorithms } : {}),
      };
    },
    async sign({ Message, ...input }, options): ReturnType<AwsKms['sign']> {
      const answer = await call('Sign', { ...input, Message: toBase64(Message) }, options?.abortSignal);
      return { Signature: bytesFrom(answer, 'Signature') };
    },
  };
}

async function send(
  access: AwsKmsAccess,
  action: string,
  input: Input,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const url = new URL(access.endpoint ?? `https://kms.${access.region}.amazonaws.com/`);
  const credentials = typeof access.credentials === 'function' ? await access.credentials() : access.credentials;
  const date = (access.now?.() ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const { sessionToken } = credentials;
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': date,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    'x-amz-target': `TrentService.${action}`,
  };
  const body = JSON.stringify(input);
  const { region } = access;
  const authorization = signatureV4(
    { method: 'POST', path: url.pathname, headers, body },
    { region, service: 'kms', date },
    credentials,
  );
  // fetch writes the host header itself, the same.
  const { host: _, ...sent } = headers;
  const client = fetchClient(access.fetch ?? (globalThis.fetch as FetchFunction));
  const request = { method: 'POST', url: url.href, headers: { ...sent, authorization }, body, signal } as const;
  return jsonFrom(`AWS KMS key ${input.KeyId}`, await client.send(request));
}

function bytesFrom(answer: Record<string, unknown>, field: string): Uint8Array {
  const value = answer[field];
  const bytes = typeof value === 'string' ? fromBase64(value) : null;
  return bytes ?? fail('ERR_TLS_KEY_DEVICE', `AWS KMS answered without ${field}`);
}
