import { concat } from '../../bytes/index.ts';
import type { Agreement } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  ClientKeyExchangeEcdhe,
  type DigitallySigned,
  encode,
  ServerECDHParams,
  ServerKeyExchangeEcdhe,
} from '../../wire/index.ts';
import { verifyHandshakeSignature } from '../authentication.ts';
import type { RawMessage } from '../context.ts';
import type { ClientExchange12, ClientHandshake, ExchangeContext, ExchangeResult } from './settings.ts';

const NAMED_CURVE = 3;

/** ECDHE (RFC 8422, section 5). */
export const ecdheExchange: ClientExchange12 = {
  kind: 'ecdhe',
  params: 'required',
  *run(hs: ClientHandshake, context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { params, signed_params } = hs.decode(ServerKeyExchangeEcdhe, message!);
    yield* verifyParams(hs, context, encode(ServerECDHParams, params), signed_params);
    const { share, secret } = yield* agreeOnPoint(hs, params);
    return { premaster: secret, message: encode(ClientKeyExchangeEcdhe, { ecdh_Yc: share }) };
  },
};

/** Answers the server's point, which has to be on a curve of ours (RFC 8422, section 5.4). */
export function* agreeOnPoint(hs: ClientHandshake, params: ServerECDHParams): Flow<Agreement> {
  if (params.curve_type !== NAMED_CURVE) fail('ERR_TLS_WRONG_GROUP', `curve type ${params.curve_type}`);
  const group = hs.settings.groups.find((g) => g.id === params.named_curve && g.tls12);
  if (group === undefined) fail('ERR_TLS_WRONG_GROUP', `group ${params.named_curve} was not offered`);
  hs.facts.group = group.name;
  return yield* perform('key-agree', () => group.respond(params.public));
}

/** The server's signature over both randoms and its parameters (RFC 5246, section 7.4.3). */
export function* verifyParams(
  hs: ClientHandshake,
  context: ExchangeContext,
  params: Uint8Array,
  signed: DigitallySigned,
): Flow<true> {
  const content = concat(context.clientRandom, context.serverRandom, params);
  const { algorithm, signature } = signed;
  const scheme = yield* verifyHandshakeSignature(hs, context.serverKey!, 'TLSv1.2', algorithm, content, signature);
  hs.facts.peerScheme = scheme.name;
  return true;
}
