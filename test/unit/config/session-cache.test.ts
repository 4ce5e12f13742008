import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../../src/bytes/index.ts';
import { SessionCache } from '../../../src/config/session-cache.ts';
import type { Awaitable, Signal } from '../../../src/flow/index.ts';
import type { Session } from '../../../src/handshake/session.ts';
import type { Version } from '../../../src/handshake/version.ts';

const SIGNAL: Signal = { aborted: false, addEventListener() {}, removeEventListener() {} };

/** A session that can be told from others by its ticket. */
function session(number: number, version: Version = 'TLSv1.3'): Session {
  return {
    version,
    suite: 0x1301,
    secret: new Uint8Array(32),
    ticket: new Uint8Array([number]),
    id: EMPTY,
    ageAdd: 0,
    receivedAt: 0,
    lifetime: 1,
    maxEarlyData: 0,
    extendedMasterSecret: true,
    serverName: null,
    alpn: null,
    chain: [],
    notAfter: null,
    verified: true,
    peerScheme: null,
    group: null,
    ocspResponse: null,
    scts: null,
  };
}

function save(cache: SessionCache, name: string, ...sessions: readonly Session[]): void {
  for (const one of sessions) cache.source(name).save!(one, SIGNAL);
}

/** Which session comes; null if none does. */
function load(cache: SessionCache, name: string): number | null {
  const found: Awaitable<Session | null> = cache.source(name).load(SIGNAL);
  return found === null ? null : (found as Session).ticket[0]!;
}

describe('a cache of sessions', () => {
  test('gives out a ticket of TLS 1.3 once, the newest first', () => {
    const cache = new SessionCache();
    save(cache, 'a', session(1), session(2), session(3));
    expect([load(cache, 'a'), load(cache, 'a'), load(cache, 'a'), load(cache, 'a')]).toEqual([3, 2, 1, null]);
  });

  test('gives out a session of TLS 1.2 as often as it is asked', () => {
    const cache = new SessionCache();
    save(cache, 'a', session(1, 'TLSv1.2'));
    expect([load(cache, 'a'), load(cache, 'a'), load(cache, 'a')]).toEqual([1, 1, 1]);
    save(cache, 'a', session(2));
    expect([load(cache, 'a'), load(cache, 'a')]).toEqual([2, 1]);
  });

  test('keeps names apart', () => {
    const cache = new SessionCache();
    save(cache, 'a', session(1));
    save(cache, 'a:443', session(2));
    expect([load(cache, 'b'), load(cache, ''), load(cache, 'a:443'), load(cache, 'a')]).toEqual([null, null, 2, 1]);
  });

  test('keeps so many of a name: the oldest goes', () => {
    const cache = new SessionCache({ sessions: 2 });
    save(cache, 'a', session(1), session(2), session(3));
    expect([load(cache, 'a'), load(cache, 'a'), load(cache, 'a')]).toEqual([3, 2, null]);
    const usual = new SessionCache();
    for (let i = 0; i < 9; i++) save(usual, 'a', session(i));
    expect([1, 2, 3, 4, 5].map(() => load(usual, 'a'))).toEqual([8, 7, 6, 5, null]);
  });

  test('keeps so many names: the one not used for longest goes', () => {
    const cache = new SessionCache({ names: 2 });
    save(cache, 'a', session(1, 'TLSv1.2'));
    save(cache, 'b', session(2, 'TLSv1.2'));
    save(cache, 'a', session(3, 'TLSv1.2'));
    save(cache, 'c', session(4, 'TLSv1.2'));
    expect(cache.size).toBe(2);
    expect([load(cache, 'a'), load(cache, 'b'), load(cache, 'c')]).toEqual([3, null, 4]);
  });

  test('to be asked for is to be used', () => {
    const cache = new SessionCache({ names: 2 });
    save(cache, 'a', session(1, 'TLSv1.2'));
    save(cache, 'b', session(2, 'TLSv1.2'));
    expect(load(cache, 'a')).toBe(1);
    save(cache, 'c', session(3, 'TLSv1.2'));
    expect([load(cache, 'a'), load(cache, 'b'), load(cache, 'c')]).toEqual([1, null, 3]);
  });

  test('a name without a session left takes no room', () => {
    const cache = new SessionCache({ names: 2 });
    save(cache, 'a', session(1));
    expect([load(cache, 'a'), cache.size]).toEqual([1, 0]);
    for (let i = 0; i < 50; i++) expect(load(cache, `nobody ${i}`)).toBeNull();
    expect(cache.size).toBe(0);
  });

  test('remembers a hundred names by default', () => {
    const cache = new SessionCache();
    for (let i = 0; i < 150; i++) save(cache, `${i}`, session(1));
    expect(cache.size).toBe(100);
    expect([load(cache, '49'), load(cache, '50')]).toEqual([null, 1]);
  });

  test('forgets all at once', () => {
    const cache = new SessionCache();
    const source = cache.source('a');
    save(cache, 'a', session(1));
    cache.clear();
    expect([cache.size, load(cache, 'a')]).toEqual([0, null]);
    source.save!(session(2), SIGNAL);
    expect(load(cache, 'a')).toBe(2);
  });

  test('never holds more than it may, and never gives a ticket twice', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new SessionCache({ names: 3, sessions: 2 });
        const seen = new Set<number>();
        for (const [index, [name, saves]] of steps.entries()) {
          if (saves) save(cache, name, session(index));
          const found = saves ? null : load(cache, name);
          if (found !== null) {
            expect(seen.has(found)).toBe(false);
            expect(steps[found]![0]).toBe(name);
            seen.add(found);
          }
          expect(cache.size).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
