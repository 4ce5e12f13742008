import { describe, expect, test } from 'vitest';
import { TlsError } from '../../../src/errors/index.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../../../src/handshake/peer.ts';
import { credentialOf } from '../../support/configs.ts';
import { type Client, expectOpen, GOOD, type Server, type Talk, WAYS, World } from './ways.ts';

const MINE = credentialOf('ed25519', 'client');
const shows: Client = { credential: MINE };
const demands: Server = { clientAuth: 'require' };

/** Notes whom it is asked about, and says what it is told to say, one after the other. */
class Noting implements PeerVerifier {
  readonly asked: PresentedIdentity[] = [];
  private readonly says: readonly (Verdict | TlsError)[];

  constructor(...says: readonly (Verdict | TlsError)[]) {
    this.says = says;
  }

  verify(identity: PresentedIdentity): Verdict {
    this.asked.push(identity);
    const verdict = this.says[this.asked.length - 1]!;
    if (verdict instanceof TlsError) throw verdict;
    return verdict;
  }
}

const EXPIRED: Verdict = { ...GOOD, error: new TlsError('ERR_TLS_CERT_EXPIRED') };

describe.each(WAYS)('the verdict on a client that comes back by $name', ({ talk, sessionOf }) => {
  function twice(verifier: Noting, second: Server = {}): Talk {
    const world = new World();
    const first = talk(world, shows, { ...demands, verifier });
    expectOpen(first);
    const again = talk(world, shows, { ...demands, verifier, ...second }, sessionOf(first));
    expectOpen(again);
    return again;
  }

  test('a good one is kept', () => {
    const verifier = new Noting(GOOD);
    expect(twice(verifier).engine.facts.resumed).toBe(true);
    expect(verifier.asked).toHaveLength(1);
  });

  test('a good one is asked for again where that is wanted', () => {
    const verifier = new Noting(GOOD, EXPIRED);
    const again = twice(verifier, { reverify: true });
    expect(again.engine.facts.resumed).toBe(true);
    expect(again.engine.facts.peer?.verdict).toBe(EXPIRED);
    expect(verifier.asked[1]).toEqual(verifier.asked[0]);
  });

  test('one that was reported is asked for again, and may be better or worse', () => {
    for (const verdict of [GOOD, EXPIRED]) {
      const verifier = new Noting(EXPIRED, verdict);
      const again = twice(verifier);
      expect(again.engine.facts.resumed).toBe(true);
      expect(again.engine.facts.peer?.verdict).toBe(verdict);
      expect(verifier.asked[1]?.chain).toEqual(MINE.chain);
    }
  });

  test('one who is refused now goes through it all', () => {
    const verifier = new Noting(EXPIRED, new TlsError('ERR_TLS_CERT_REVOKED'), GOOD);
    expect(twice(verifier).engine.facts.resumed).toBe(false);
    expect(verifier.asked).toHaveLength(3);
  });

  test('nobody becomes more trusted by coming back: the next ticket is no better', () => {
    const verifier = new Noting(EXPIRED, EXPIRED, EXPIRED);
    const world = new World();
    let session: unknown;
    for (let i = 0; i < 3; i++) {
      const one = talk(world, shows, { ...demands, verifier }, session);
      expectOpen(one);
      expect(one.engine.facts.peer?.verdict.error?.code).toBe('ERR_TLS_CERT_EXPIRED');
      session = sessionOf(one);
    }
    expect(verifier.asked).toHaveLength(3);
  });
});
