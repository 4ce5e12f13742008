import type { Agreement, FiniteField } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { ClientKeyExchangeDhe, encode, ServerDHParams, ServerKeyExchangeDhe } from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import { verifyParams } from './exchange12.ts';
import type { ClientExchange12, ClientHandshake, ExchangeContext, ExchangeResult } from './settings.ts';

/** Bits of the smallest group that is accepted. */
const MIN_BITS = 2048;
/** Bits of the largest: the work grows with the cube of it. */
const MAX_BITS = 8192;

/** DHE with the server's own group (RFC 5246, section 7.4.3). Opt-in. */
export const dheExchange: ClientExchange12 = {
  kind: 'dhe',
  params: 'required',
  *run(hs: ClientHandshake, context: ExchangeContext, message: RawMessage | null): Flow<ExchangeResult> {
    const { exchange } = context.suite;
    if (exchange.kind !== 'dhe') fail('ERR_TLS_INTERNAL', `a DHE exchange for ${context.suite.name}`);
    const { params, signed_params } = hs.decode(ServerKeyExchangeDhe, message!);
    yield* verifyParams(hs, context, encode(ServerDHParams, params), signed_params);
    const { share, secret } = yield* agreeOnDh(hs, exchange.field, params);
    return { premaster: secret, message: encode(ClientKeyExchangeDhe, { dh_Yc: share }) };
  },
};

/** Answers the server's value in a group of its choice, which has to be large enough, and not too large. */
export function* agreeOnDh(hs: ClientHandshake, field: FiniteField, params: ServerDHParams): Flow<Agreement> {
  const bits = bitLength(params.dh_p);
  if (bits < MIN_BITS || bits > MAX_BITS) fail('ERR_TLS_WEAK_DH', `a group of ${bits} bits`);
  hs.facts.dhBits = bits;
  const { dh_p, dh_g, dh_Ys } = params;
  const { share, secret } = yield* perform('key-agree', () => field.respond(dh_p, dh_g, dh_Ys));
  return { share, secret: withoutLeadingZeros(secret) };
}

function bitLength(number: Uint8Array): number {
  const digits = withoutLeadingZeros(number);
  return digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0]!) + 24;
}

/** RFC 5246, section 8.1.2: leading zero bytes of the shared secret are stripped. */
function withoutLeadingZeros(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length && number[start] === 0) start += 1;
  return number.subarray(start);
}
