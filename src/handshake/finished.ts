import { equalSecret } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';

declare const verified: unique symbol;

/** verify_data that matched. */
export type VerifiedFinished = Uint8Array & { readonly [verified]: true };

/** `expected` is computed before the message is read (RFC 9846, section 4.5.3). Fails with ERR_TLS_BAD_FINISHED. */
export function checkFinished(received: Uint8Array, expected: Uint8Array): VerifiedFinished {
  if (received.length !== expected.length) fail('ERR_TLS_BAD_FINISHED', `it has ${received.length} bytes`);
  if (!equalSecret(received, expected)) fail('ERR_TLS_BAD_FINISHED');
  return received as VerifiedFinished;
}
