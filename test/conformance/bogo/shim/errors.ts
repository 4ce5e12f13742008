import type { TlsError } from '../../../../src/errors/index.ts';

/** What the shim prints for an error: our code and detail, which the runner's ErrorMap relates to BoringSSL's names. */
export function describe(error: TlsError): string {
  return `${error.code} [${error.detail ?? ''}]: ${error.message}`;
}
