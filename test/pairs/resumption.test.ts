import { describe, expect, it } from 'vitest';
import { credentialChooser } from '../../src/config/credentials.ts';
import { TlsError } from '../../src/errors/index.ts';
import type { PeerVerifier, PresentedIdentity } from '../../src/handshake/peer.ts';
import type { Session } from '../../src/handshake/session.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA } from '../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 } from '../../src/providers/node.ts';
import { credentialOf, pairClient, pairServer, ticketsOf } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';
import { accepting } from '../support/verifiers.ts';

const STAPLE = new Uint8Array([1, 2, 3]);

/** Notes what it is asked, and refuses from the call of this number on. */
class Noting implements PeerVerifier {
  readonly asked: PresentedIdentity[] = [];
  private readonly error: TlsError | null;
  private readonly refuseFrom: number;

  constructor(error: TlsError | null = null, refuseFrom: number = Number.POSITIVE_INFINITY) {
    this.error = error;
    this.refuseFrom = refuseFrom;
  }

  verify(identity: PresentedIdentity) {
    this.asked.push(identity);
    if (this.asked.length >= this.refuseFrom) throw new TlsError('ERR_TLS_CERT_REVOKED');
    return { error: this.error, path: null, notAfter: null, unchecked: [] };
  }
}

function sessionOf(pair: Pair): Session {
  expect(pair.client.error ?? pair.server.error).toBeNull();
  return pair.clientEvents.flatMap((event) => (event.type === 'session' ? [event.session] : []))[0]!;
}

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('a session of %s', (version) => {
  const versions = [version];
  const tickets = ticketsOf();
  const stapled = { ...credentialOf('P-256'), ocspResponse: STAPLE };
  const server = () => pairServer({ versions, tickets, credentials: credentialChooser([stapled]) });

  it('keeps what the server proved itself with', () => {
    const verifier = accepting;
    const first = new Pair(pairClient({ versions, verifier, requestOcsp: true }), server()).run();
    const session = sessionOf(first);
    const second = new Pair(pairClient({ versions, verifier, sessions: { load: () => session } }), server()).run();
    expect(second.client.facts).toMatchObject({ resumed: true, peerScheme: first.client.facts.peerScheme });
    expect(second.client.facts.group).toBe(first.client.facts.group);
    expect(second.client.facts.ocspResponse).toEqual(STAPLE);
    expect(second.client.facts.peer?.verdict.error).toBeNull();
  });

  it('of a server that was not found good makes it no better: the verifier is asked again', () => {
    const verifier = new Noting(new TlsError('ERR_TLS_CERT_EXPIRED'));
    const session = sessionOf(new Pair(pairClient({ versions, verifier }), server()).run());
    const second = new Pair(pairClient({ versions, verifier, sessions: { load: () => session } }), server()).run();
    expect(second.client.facts.resumed).toBe(true);
    expect(second.client.facts.peer?.verdict.error?.code).toBe('ERR_TLS_CERT_EXPIRED');
    expect(verifier.asked.length).toBe(2);
  });

  it('of a good one is believed, unless a second look is wanted', () => {
    const verifier = new Noting(null, 3);
    const options = { versions, verifier, requestOcsp: true };
    const session = sessionOf(new Pair(pairClient(options), server()).run());
    const sessions = { load: () => session };
    new Pair(pairClient({ ...options, sessions }), server()).run();
    expect(verifier.asked.length).toBe(1);
    const again = new Pair(pairClient({ ...options, sessions, reverify: true }), server()).run();
    expect(again.client.facts.resumed).toBe(true);
    expect(verifier.asked[1]).toEqual(verifier.asked[0]);
    expect(verifier.asked[1]!.ocspResponse).toEqual(STAPLE);
    const refused = new Pair(pairClient({ ...options, sessions, reverify: true }), server()).run();
    expect(refused.client.error?.code).toBe('ERR_TLS_CERT_REVOKED');
  });

  it('keeps for the server what the client proved itself with, and is looked at again where that is wanted', () => {
    const verifier = new Noting();
    const options = { versions, tickets, clientAuth: 'require', verifier } as const;
    const credentials = credentialChooser([credentialOf('P-384', 'client')]);
    const session = sessionOf(new Pair(pairClient({ versions, credentials }), pairServer(options)).run());
    const client = () => pairClient({ versions, credentials, sessions: { load: () => session } });
    const second = new Pair(client(), pairServer(options)).run();
    expect(second.server.facts).toMatchObject({ resumed: true, peerScheme: 'ecdsa_secp384r1_sha384' });
    expect(verifier.asked.length).toBe(1);
    new Pair(client(), pairServer({ ...options, reverify: true })).run();
    expect(verifier.asked.length).toBe(2);
  });
});

describe('a session of TLS 1.2', () => {
  const versions = ['TLSv1.2'] as const;
  const cbc = TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
  const gcm = TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;

  it('is not resumed where a full handshake would agree on a better suite', () => {
    const server = pairServer({ versions, tickets: ticketsOf(), suites: [gcm, cbc] });
    const session = sessionOf(new Pair(pairClient({ versions, suites: [cbc] }), server).run());
    expect(session.suite).toBe(cbc.id);
    const resume = (suites: (typeof gcm)[]) =>
      new Pair(pairClient({ versions, suites, sessions: { load: () => session } }), server).run().client.facts;
    expect(resume([gcm, cbc])).toMatchObject({ resumed: false, suite: gcm });
    expect(resume([cbc])).toMatchObject({ resumed: true, suite: cbc });
  });

  it('with a ticket is not offered by a client that asks for none', () => {
    const server = pairServer({ versions, tickets: ticketsOf() });
    const session = sessionOf(new Pair(pairClient({ versions }), server).run());
    const client = pairClient({ versions, requestTicket: false, sessions: { load: () => session } });
    expect(new Pair(client, server).run().client.facts.resumed).toBe(false);
  });
});

describe('a ticket of TLS 1.3', () => {
  it('is good for a client that still offers the suite it was made with', () => {
    const versions = ['TLSv1.3'] as const;
    const server = pairServer({ versions, tickets: ticketsOf() });
    const client = pairClient({ versions });
    const [aes, chacha] = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'].map((name) =>
      client.suites.filter((suite) => suite.name === name),
    );
    const session = sessionOf(new Pair(pairClient({ versions, suites: chacha! }), server).run());
    const sessions = { load: () => ({ ...session, suite: aes![0]!.id }) };
    expect(new Pair(pairClient({ versions, suites: aes!, sessions }), server).run().client.facts.resumed).toBe(false);
  });
});
