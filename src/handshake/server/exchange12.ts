import { concat } from '../../bytes/index.ts';
import type { Group, Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  ClientKeyExchangeEcdhe,
  type DigitallySigned,
  encode,
  HandshakeType,
  ServerECDHParams,
  ServerKeyExchangeEcdhe,
} from '../../wire/index.ts';
import { signHandshake } from '../authentication.ts';
import { requireScheme } from '../negotiation.ts';
import { inCommon } from './hello.ts';
import type { Answerer, ReadHello, ServerExchange12, ServerExchangeContext, ServerHandshake } from './settings.ts';

export const NAMED_CURVE = 3;

/** ECDHE (RFC 8422, section 5). */
export const ecdheServer: ServerExchange12 = {
  kind: 'ecdhe',
  possible: (hs: ServerHandshake, _suite: Suite12, hello: ReadHello): boolean => chooseGroup12(hs, hello) !== null,
  *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
    const group = chooseGroup12(hs, context.hello);
    if (group === null) fail('ERR_TLS_NO_COMMON_GROUP');
    const key = yield* perform('key-share', () => group.start());
    const params: ServerECDHParams = { curve_type: NAMED_CURVE, named_curve: group.id, public: key.share };
    const signed_params = yield* signParams(hs, context, encode(ServerECDHParams, params));
    hs.send(HandshakeType.server_key_exchange, ServerKeyExchangeEcdhe, { params, signed_params });
    hs.facts.group = group.name;
    return function* answer(): Flow<Uint8Array> {
      const { ecdh_Yc } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeEcdhe);
      return yield* perform('key-agree', () => key.agree(ecdh_Yc));
    };
  },
};

/** Nothing is assumed of a client that lists no groups, though RFC 8422, section 4, would allow it. */
export function chooseGroup12(hs: ServerHandshake, { values }: ReadHello): Group | null {
  const groups = hs.settings.groups.filter((group) => group.tls12);
  const formats = values.ec_point_formats;
  if (formats !== undefined && !formats.includes(0)) return null;
  const offered = values.supported_groups;
  if (offered === undefined) return null;
  return inCommon(groups, offered, hs.settings.preferOwn)[0] ?? null;
}

/** The signature over both randoms and the parameters (RFC 5246, section 7.4.3). */
export function* signParams(
  hs: ServerHandshake,
  context: ServerExchangeContext,
  params: Uint8Array,
): Flow<DigitallySigned> {
  const credential = context.credential!;
  const { values, hello } = context.hello;
  const scheme = requireScheme(credential, values.signature_algorithms ?? [], 'TLSv1.2');
  const content = concat(hello.random, context.serverRandom, params);
  const signature = yield* signHandshake(hs, credential, scheme, 'TLSv1.2', content);
  hs.facts.ownScheme = scheme.name;
  return { algorithm: scheme.id, signature };
}
