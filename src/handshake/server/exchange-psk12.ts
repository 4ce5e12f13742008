import { EMPTY } from '../../bytes/index.ts';
import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { pskPremaster } from '../../schedule/index.ts';
import {
  ClientKeyExchangeEcdhePsk,
  ClientKeyExchangePsk,
  HandshakeType,
  type ServerECDHParams,
  ServerKeyExchangeEcdhePsk,
  ServerKeyExchangePsk,
} from '../../wire/index.ts';
import { askForPsk, checkPskKey } from '../psk.ts';
import { chooseGroup12, NAMED_CURVE } from './exchange12.ts';
import type { Answerer, ReadHello, ServerExchange12, ServerExchangeContext, ServerHandshake } from './settings.ts';

// Pre-shared keys in TLS 1.2, without certificates. Opt-in.

/** A pre-shared key alone (RFC 4279, section 2): no forward secrecy. */
export const pskServer: ServerExchange12 = {
  kind: 'psk',
  possible: (hs: ServerHandshake, _suite: Suite12, _hello: ReadHello): boolean => hs.settings.psk !== null,
  // biome-ignore lint/correctness/useYield: nothing has to be awaited before the client answers
  *begin(hs: ServerHandshake, _context: ServerExchangeContext): Flow<Answerer> {
    sendHint(hs);
    return function* answer(): Flow<Uint8Array> {
      const { psk_identity } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangePsk);
      return pskPremaster(null, yield* findPsk(hs, psk_identity));
    };
  },
};

/** With an elliptic curve besides (RFC 5489). */
export const ecdhePskServer: ServerExchange12 = {
  kind: 'ecdhe-psk',
  possible: (hs: ServerHandshake, _suite: Suite12, hello: ReadHello): boolean =>
    hs.settings.psk !== null && chooseGroup12(hs, hello) !== null,
  *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
    const group = chooseGroup12(hs, context.hello);
    if (group === null) fail('ERR_TLS_NO_COMMON_GROUP');
    const key = yield* perform('key-share', () => group.start());
    const params: ServerECDHParams = { curve_type: NAMED_CURVE, named_curve: group.id, public: key.share };
    const psk_identity_hint = hs.settings.psk!.hint ?? EMPTY;
    hs.send(HandshakeType.server_key_exchange, ServerKeyExchangeEcdhePsk, { psk_identity_hint, params });
    hs.facts.group = group.name;
    return function* answer(): Flow<Uint8Array> {
      const { psk_identity, ecdh_Yc } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeEcdhePsk);
      const secret = yield* findPsk(hs, psk_identity);
      return pskPremaster(yield* perform('key-agree', () => key.agree(ecdh_Yc)), secret);
    };
  },
};

/** A ServerKeyExchange that holds a hint alone is left out where there is none (RFC 4279, section 2). */
export function sendHint(hs: ServerHandshake): void {
  const hint = hs.settings.psk!.hint ?? null;
  if (hint !== null && hint.length > 0) {
    hs.send(HandshakeType.server_key_exchange, ServerKeyExchangePsk, { psk_identity_hint: hint });
  }
}

export function* findPsk(hs: ServerHandshake, identity: Uint8Array): Flow<Uint8Array> {
  const { find } = hs.settings.psk!;
  const key = yield* askForPsk((signal) => find(identity.slice(), signal));
  if (key === null) fail('ERR_TLS_UNKNOWN_PSK_IDENTITY');
  hs.facts.pskIdentity = identity.slice();
  return checkPskKey(key);
}
