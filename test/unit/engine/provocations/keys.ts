import type { ClientOptions } from '../../../../src/config/client.ts';
import type { SigningKey } from '../../../../src/crypto/index.ts';
import { fail } from '../../../../src/errors/index.ts';
import { credentialOf } from '../../../support/configs.ts';
import { by12, by13, type Provocation } from './case.ts';

const ED25519 = credentialOf('ed25519', 'client');

/** A client whose key does this when it is to sign. */
function signing(sign: () => unknown): Partial<ClientOptions> {
  const key: SigningKey = { ...ED25519.key, sign: sign as SigningKey['sign'] };
  return { credentials: { select: () => ({ ...ED25519, key }) } };
}

const request = { requestCertificate: true };
const onlyRsa = { ...request, change: { request: <T>(value: T) => ({ ...value, ...RSA_ALONE }) } };
const RSA_ALONE = {
  extensions: [{ extension_type: 13, extension_data: new Uint8Array([0, 2, 8, 4]) }],
  supported_signature_algorithms: [0x0804],
};
const mine = { credentials: { select: () => ED25519 } };

/** What goes wrong with our own key. */
export const KEYS: readonly Provocation[] = [by13, by12].flatMap((by) => [
  by('ERR_TLS_KEY_SCHEME', 'a server that accepts RSA alone', onlyRsa, mine),
  by(
    'ERR_TLS_SIGN_FAILED',
    'a signer that throws',
    request,
    signing(() => {
      throw new Error('no card in the reader');
    }),
  ),
  by(
    'ERR_TLS_KEY_TOKEN',
    'a signer that throws an error of ours',
    request,
    signing(() => fail('ERR_TLS_KEY_TOKEN')),
  ),
  by(
    'ERR_TLS_SIGN_BAD_RESULT',
    'a signer that returns text',
    request,
    signing(() => 'signature'),
  ),
  by(
    'ERR_TLS_SIGN_BAD_RESULT',
    'a signer that returns null',
    request,
    signing(() => null),
  ),
  by(
    'ERR_TLS_SIGN_BAD_RESULT',
    'a signer that returns nothing',
    request,
    signing(() => new Uint8Array(0)),
  ),
  by(
    'ERR_TLS_SIGN_INVALID',
    'a signature that does not verify',
    request,
    signing(() => new Uint8Array(64)),
  ),
]);
