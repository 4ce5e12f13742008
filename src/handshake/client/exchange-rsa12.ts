import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { pskPremaster } from '../../schedule/index.ts';
import { ClientKeyExchangeRsa, ClientKeyExchangeRsaPsk, encode } from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import { choosePsk, readHint } from './exchange-psk12.ts';
import type { ClientExchange12, ClientHandshake, ExchangeContext, ExchangeResult } from './settings.ts';

/** Static RSA (RFC 5246, section 7.4.7.1): no forward secrecy, hence opt-in. */
export const rsaExchange: ClientExchange12 = {
  kind: 'rsa',
  params: 'none',
  *run(hs: ClientHandshake, context: ExchangeContext): Flow<ExchangeResult> {
    const { premaster, sealed } = yield* makePremaster(hs, context);
    return { premaster, message: encode(ClientKeyExchangeRsa, { encrypted_pre_master_secret: sealed }) };
  },
};

/** With a pre-shared key besides (RFC 4279, section 4). Opt-in. */
export const rsaPskExchange: ClientExchange12 = {
  kind: 'rsa-psk',
  params: 'optional',
  *run(hs: ClientHandshake, context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { identity, key } = yield* choosePsk(hs, readHint(hs, message));
    const { premaster, sealed } = yield* makePremaster(hs, context);
    const body = encode(ClientKeyExchangeRsaPsk, { psk_identity: identity, encrypted_pre_master_secret: sealed });
    return { premaster: pskPremaster(premaster, key), message: body };
  },
};

function* makePremaster(
  hs: ClientHandshake,
  { suite, serverKey }: ExchangeContext,
): Flow<{ readonly premaster: Uint8Array; readonly sealed: Uint8Array }> {
  const { exchange } = suite;
  if (exchange.kind !== 'rsa' && exchange.kind !== 'rsa-psk') {
    fail('ERR_TLS_INTERNAL', `an RSA exchange for ${suite.name}`);
  }
  const premaster = hs.settings.random(48);
  premaster[0] = 3; // client_version of the ClientHello, so that a rolled-back version is noticed
  premaster[1] = 3;
  return { premaster, sealed: yield* perform('key-agree', () => exchange.encrypt(serverKey!, premaster)) };
}
