import { isBytes } from '../../bytes/index.ts';
import { asTlsError, fail, isTlsError } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import type { Credential } from '../credential.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';

const OCSP = 1;

/** The OCSP response to send along with this credential's certificate; null if none is wanted or there is none. */
export function* stapleFor(
  hs: ServerHandshake,
  { values }: ReadHello,
  credential: Credential,
): Flow<Uint8Array | null> {
  if (values.status_request?.status_type !== OCSP) return null;
  const { stapler } = hs.settings;
  if (stapler === null) return credential.ocspResponse ?? null;
  let response: unknown;
  try {
    response = yield* perform('staple', (signal) => stapler(credential, signal));
  } catch (reason) {
    throw isTlsError(reason) ? reason : asTlsError(reason, 'ERR_TLS_STAPLE_FAILED');
  }
  if (response !== null && !isBytes(response)) fail('ERR_TLS_STAPLE_FAILED', `it returned a ${typeof response}`);
  return response;
}
