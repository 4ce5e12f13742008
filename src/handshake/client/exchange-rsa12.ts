import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { ClientKeyExchangeRsa, encode } from '../../wire/index.ts';
import type { ClientExchange12, ClientHandshake, ExchangeContext, ExchangeResult } from './settings.ts';

/** Static RSA (RFC 5246, section 7.4.7.1): no forward secrecy, hence opt-in. */
export const rsaExchange: ClientExchange12 = {
  kind: 'rsa',
  params: 'none',
  *run(hs: ClientHandshake, context: ExchangeContext): Flow<ExchangeResult> {
    const { exchange } = context.suite;
    if (exchange.kind !== 'rsa') fail('ERR_TLS_INTERNAL', `an RSA exchange for ${context.suite.name}`);
    const premaster = hs.settings.random(48);
    premaster[0] = 3; // client_version of the ClientHello, so that a rolled-back version is noticed
    premaster[1] = 3;
    const sealed = yield* perform('key-agree', () => exchange.encrypt(context.serverKey!, premaster));
    return { premaster, message: encode(ClientKeyExchangeRsa, { encrypted_pre_master_secret: sealed }) };
  },
};
