import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** All that are to be signed; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignatureScope {
  readonly region: string;
  readonly service: string;
  /** As in x-amz-date: 20150830T123600Z. */
  readonly date: string;
}

/** The `authorization` header of AWS Signature Version 4, for a request without a query. */
export function signatureV4(
  { method, path, headers, body }: SignedRequest,
  { region, service, date }: SignatureScope,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): string {
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]!.trim()}\n`).join('');
  const signed = names.join(';');
  const canonical = [method, path, '', lines, signed, sha256(body)].join('\n');
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  let key: Buffer | string = `AWS4${credentials.secretAccessKey}`;
  for (const part of [day, region, service, 'aws4_request']) key = hmac(key, part);
  const signature = hmac(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
