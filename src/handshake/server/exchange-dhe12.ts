import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { ClientKeyExchangeDhe, encode, HandshakeType, ServerDHParams, ServerKeyExchangeDhe } from '../../wire/index.ts';
import { signParams } from './exchange12.ts';
import type { Answerer, ReadHello, ServerExchange12, ServerExchangeContext, ServerHandshake } from './settings.ts';

/** A Diffie-Hellman group, numbers big-endian. */
export interface DhGroup {
  readonly p: Uint8Array;
  readonly g: Uint8Array;
}

/** DHE with a group of ours (RFC 5246, section 7.4.3; RFC 7919). Opt-in. */
export function dheServer(group: DhGroup): ServerExchange12 {
  return {
    kind: 'dhe',
    possible: (_hs: ServerHandshake, _suite: Suite12, _hello: ReadHello): boolean => true,
    *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
      const { exchange } = context.suite;
      if (exchange.kind !== 'dhe') fail('ERR_TLS_INTERNAL', `a DHE exchange for ${context.suite.name}`);
      const key = yield* perform('key-share', () => exchange.field.start(group.p, group.g));
      const params: ServerDHParams = { dh_p: group.p, dh_g: group.g, dh_Ys: key.share };
      const signed_params = yield* signParams(hs, context, encode(ServerDHParams, params));
      hs.send(HandshakeType.server_key_exchange, ServerKeyExchangeDhe, { params, signed_params });
      hs.facts.dhBits = group.p.length * 8;
      return function* answer(): Flow<Uint8Array> {
        const { dh_Yc } = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeDhe);
        const secret = yield* perform('key-agree', () => key.agree(dh_Yc));
        let start = 0;
        while (start < secret.length && secret[start] === 0) start += 1;
        return secret.subarray(start);
      };
    },
  };
}
