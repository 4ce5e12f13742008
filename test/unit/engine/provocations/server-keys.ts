import type { ServerOptions } from '../../../../src/config/server.ts';
import type { SigningKey } from '../../../../src/crypto/index.ts';
import { fail } from '../../../../src/errors/index.ts';
import { credentialOf } from '../../../support/configs.ts';
import { other } from '../../../support/hello.ts';
import { extension } from '../../../support/peer-client.ts';
import { at12, at13, type Provocation } from './case.ts';

const ED25519 = credentialOf('ed25519');

/** A server whose key does this when it is to sign. */
function signing(sign: () => unknown): Partial<ServerOptions> {
  const key: SigningKey = { ...ED25519.key, sign: sign as SigningKey['sign'] };
  return { credentials: { select: () => ({ ...ED25519, key }) } };
}

function throwing(reason: () => unknown): Partial<ServerOptions> {
  return signing(() => {
    throw reason();
  });
}

/** What goes wrong with a server's own key. */
export const SERVER_KEYS: readonly Provocation[] = [
  ...[at13, at12].flatMap((at) => [
    at(
      'ERR_TLS_SIGN_FAILED',
      'a signer that throws',
      {},
      throwing(() => new Error('no card in the reader')),
    ),
    at(
      'ERR_TLS_SIGN_FAILED',
      'a signer that throws nothing',
      {},
      throwing(() => undefined),
    ),
    at(
      'ERR_TLS_KEY_TOKEN',
      'a signer that throws an error of ours',
      {},
      signing(() => fail('ERR_TLS_KEY_TOKEN')),
    ),
    at(
      'ERR_TLS_SIGN_BAD_RESULT',
      'a signer that returns text',
      {},
      signing(() => 'signature'),
    ),
    at(
      'ERR_TLS_SIGN_BAD_RESULT',
      'a signer that returns null',
      {},
      signing(() => null),
    ),
    at(
      'ERR_TLS_SIGN_BAD_RESULT',
      'a signer that returns nothing',
      {},
      signing(() => new Uint8Array(0)),
    ),
    at(
      'ERR_TLS_SIGN_INVALID',
      'a signature that does not verify',
      {},
      signing(() => new Uint8Array(64)),
    ),
    at('ERR_TLS_NO_CREDENTIAL', 'a source that has none', {}, { credentials: { select: () => null } }),
  ]),
  at13(
    'ERR_TLS_KEY_SCHEME',
    'a source that pays no heed to what the client accepts',
    { change: { hello: other(extension('signature_algorithms', [0x0403])) } },
    { credentials: { select: () => ED25519 } },
  ),
];
