import { describe, expect, it } from 'vitest';
import type { Tracer } from '../../src/handshake/events.ts';
import { HandshakeType } from '../../src/wire/index.ts';
import { pairClient, pairServer } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

const tracer: Tracer = { record: () => null, message: () => null };
const NOT_REQUESTED = 0;
const REQUESTED = 1;

describe('key updates', () => {
  it('answers a request before it makes one of its own', () => {
    const pair = new Pair(pairClient({ tracer }), pairServer()).run();
    pair.client.updateKeys(true);
    pair.run();
    pair.server.updateKeys(true);
    pair.server.send(new Uint8Array([1]));
    pair.run();
    pair.client.send(new Uint8Array([2]));
    pair.run();
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(updatesOf(pair, 'server')).toEqual([NOT_REQUESTED, REQUESTED]);
    expect(updatesOf(pair, 'client')).toEqual([REQUESTED, NOT_REQUESTED]);
  });
});

/** request_update of each KeyUpdate from this end, as the client's trace has them. */
function updatesOf(pair: Pair, from: 'client' | 'server'): number[] {
  return pair.clientEvents.flatMap((event) =>
    event.type === 'message' && event.from === from && event.bytes[0] === HandshakeType.key_update
      ? [event.bytes[4]!]
      : [],
  );
}
