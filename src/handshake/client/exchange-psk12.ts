import { EMPTY } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { pskPremaster } from '../../schedule/index.ts';
import {
  ClientKeyExchangeDhePsk,
  ClientKeyExchangeEcdhePsk,
  ClientKeyExchangePsk,
  encode,
  ServerKeyExchangeDhePsk,
  ServerKeyExchangeEcdhePsk,
  ServerKeyExchangePsk,
} from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import { askForPsk, checkPskKey } from '../psk.ts';
import { agreeOnDh } from './exchange-dhe12.ts';
import { agreeOnPoint } from './exchange12.ts';
import type { ClientExchange12, ClientHandshake, ExchangeContext, ExchangeResult, PskChoice } from './settings.ts';

// Pre-shared keys in TLS 1.2, without certificates. Opt-in.

/** A pre-shared key alone (RFC 4279, section 2): no forward secrecy. */
export const pskExchange: ClientExchange12 = {
  kind: 'psk',
  params: 'optional',
  *run(hs: ClientHandshake, _context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { identity, key } = yield* choosePsk(hs, readHint(hs, message));
    const body = encode(ClientKeyExchangePsk, { psk_identity: identity });
    return { premaster: pskPremaster(null, key), message: body };
  },
};

/** With an elliptic curve besides (RFC 5489). */
export const ecdhePskExchange: ClientExchange12 = {
  kind: 'ecdhe-psk',
  params: 'required',
  *run(hs: ClientHandshake, _context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { psk_identity_hint, params } = hs.decode(ServerKeyExchangeEcdhePsk, message!);
    const { identity, key } = yield* choosePsk(hs, psk_identity_hint);
    const { share, secret } = yield* agreeOnPoint(hs, params);
    const body = encode(ClientKeyExchangeEcdhePsk, { psk_identity: identity, ecdh_Yc: share });
    return { premaster: pskPremaster(secret, key), message: body };
  },
};

/** With finite-field Diffie-Hellman besides (RFC 4279, section 3). */
export const dhePskExchange: ClientExchange12 = {
  kind: 'dhe-psk',
  params: 'required',
  *run(hs: ClientHandshake, context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { exchange } = context.suite;
    if (exchange.kind !== 'dhe-psk') fail('ERR_TLS_INTERNAL', `a DHE_PSK exchange for ${context.suite.name}`);
    const { psk_identity_hint, params } = hs.decode(ServerKeyExchangeDhePsk, message!);
    const { identity, key } = yield* choosePsk(hs, psk_identity_hint);
    const { share, secret } = yield* agreeOnDh(hs, exchange.field, params);
    const body = encode(ClientKeyExchangeDhePsk, { psk_identity: identity, dh_Yc: share });
    return { premaster: pskPremaster(secret, key), message: body };
  },
};

/** Of a ServerKeyExchange that holds nothing else, or is left out. */
export function readHint(hs: ClientHandshake, message: RawMessage | null): Uint8Array {
  return message === null ? EMPTY : hs.decode(ServerKeyExchangePsk, message).psk_identity_hint;
}

/** An empty hint is none (RFC 4279, section 5.2). */
export function* choosePsk(hs: ClientHandshake, hint: Uint8Array): Flow<PskChoice> {
  const { psk } = hs.settings;
  if (psk === null) fail('ERR_TLS_INTERNAL', 'a PSK suite without a PSK');
  const chosen = yield* askForPsk((signal) => psk(hint.length === 0 ? null : hint.slice(), signal));
  if (chosen === null)
    fail('ERR_TLS_UNKNOWN_PSK_IDENTITY', { detail: 'we have no key for this server', alert: 'handshake_failure' });
  hs.facts.pskIdentity = chosen.identity;
  return { identity: chosen.identity, key: checkPskKey(chosen.key) };
}
