import { EMPTY } from '../../bytes/index.ts';
import type { KeyShare, Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { pskPremaster } from '../../schedule/index.ts';
import {
  ClientKeyExchangeDhe,
  ClientKeyExchangeDhePsk,
  encode,
  HandshakeType,
  ServerDHParams,
  ServerKeyExchangeDhe,
  ServerKeyExchangeDhePsk,
} from '../../wire/index.ts';
import { findPsk } from './exchange-psk12.ts';
import { signParams } from './exchange12.ts';
import type { Answerer, ReadHello, ServerExchange12, ServerExchangeContext, ServerHandshake } from './settings.ts';

/** The NamedGroups of RFC 7919, known and to come. */
const FIRST_FFDHE = 0x0100;
const LAST_FFDHE = 0x01ff;

/** A Diffie-Hellman group, numbers big-endian. */
export interface DhGroup {
  /** Its NamedGroup, where RFC 7919 names it. */
  readonly id?: number;
  readonly p: Uint8Array;
  readonly g: Uint8Array;
}

/** DHE with a group of ours (RFC 5246, section 7.4.3; RFC 7919). Opt-in. */
export function dheServer(group: DhGroup): ServerExchange12 {
  return {
    kind: 'dhe',
    possible: (_hs: ServerHandshake, _suite: Suite12, hello: ReadHello): boolean => suits(group, hello),
    *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
      const { key, params } = yield* startDh(hs, context, group);
      const signed_params = yield* signParams(hs, context, encode(ServerDHParams, params));
      hs.send(HandshakeType.server_key_exchange, ServerKeyExchangeDhe, { params, signed_params });
      return function* answer(): Flow<Uint8Array> {
        const { dh_Yc } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeDhe);
        return withoutLeadingZeros(yield* perform('key-agree', () => key.agree(dh_Yc)));
      };
    },
  };
}

/** The same with a pre-shared key, and without certificates (RFC 4279, section 3). Opt-in. */
export function dhePskServer(group: DhGroup): ServerExchange12 {
  return {
    kind: 'dhe-psk',
    possible: (hs: ServerHandshake, _suite: Suite12, hello: ReadHello): boolean =>
      hs.settings.psk !== null && suits(group, hello),
    *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
      const { key, params } = yield* startDh(hs, context, group);
      const psk_identity_hint = hs.settings.psk!.hint ?? EMPTY;
      hs.send(HandshakeType.server_key_exchange, ServerKeyExchangeDhePsk, { psk_identity_hint, params });
      return function* answer(): Flow<Uint8Array> {
        const { psk_identity, dh_Yc } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeDhePsk);
        const secret = yield* findPsk(hs, psk_identity);
        return pskPremaster(withoutLeadingZeros(yield* perform('key-agree', () => key.agree(dh_Yc))), secret);
      };
    },
  };
}

/** A client that lists finite-field groups takes one of these or none (RFC 7919, section 4); groups without a name go with any. */
function suits({ id }: DhGroup, { values }: ReadHello): boolean {
  const listed = (values.supported_groups ?? []).filter((one) => one >= FIRST_FFDHE && one <= LAST_FFDHE);
  return id === undefined || listed.length === 0 || listed.includes(id);
}

function* startDh(
  hs: ServerHandshake,
  { suite }: ServerExchangeContext,
  { p, g }: DhGroup,
): Flow<{ readonly key: KeyShare; readonly params: ServerDHParams }> {
  const { exchange } = suite;
  if (exchange.kind !== 'dhe' && exchange.kind !== 'dhe-psk') {
    fail('ERR_TLS_INTERNAL', `a Diffie-Hellman exchange for ${suite.name}`);
  }
  const key = yield* perform('key-share', () => exchange.field.start(p, g));
  hs.facts.dhBits = p.length * 8;
  return { key, params: { dh_p: p, dh_g: g, dh_Ys: key.share } };
}

/** RFC 5246, section 8.1.2: leading zero bytes of the shared secret are stripped. */
function withoutLeadingZeros(secret: Uint8Array): Uint8Array {
  let start = 0;
  while (start < secret.length && secret[start] === 0) start += 1;
  return secret.subarray(start);
}
