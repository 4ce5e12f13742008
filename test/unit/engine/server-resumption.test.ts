import { describe, expect, test } from 'vitest';
import { EMPTY, fromLatin1 } from '../../../src/bytes/index.ts';
import { type ClientHello, ExtensionType, HandshakeType } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { fields, lacking } from '../../support/hello.ts';
import { protocols } from '../../support/peer-client.ts';
import { NOW } from '../../support/server.ts';
import { type Client, expectOpen, GOOD, type Server, WAYS, World } from './ways.ts';

const MINE = credentialOf('ed25519', 'client');
const LIFETIME = 7200_000;

interface Rule {
  readonly name: string;
  readonly resumes: boolean;
  /** What is so in the first handshake, and what is so in the second. */
  readonly client?: readonly [Client, Client];
  readonly server?: readonly [Server, Server];
  /** Milliseconds between the two. */
  readonly after?: number;
}

const none: Client = {};
const usual: Server = {};
const asks: Server = { clientAuth: 'request' };
const demands: Server = { clientAuth: 'require' };
const shows: Client = { credential: MINE };
const until = (notAfter: number | null): Server => ({
  clientAuth: 'require',
  verifier: { verify: () => ({ ...GOOD, notAfter }) },
});

const RULES: readonly Rule[] = [
  { name: 'at once', resumes: true },
  { name: 'at the end of its life', resumes: true, after: LIFETIME },
  { name: 'not a millisecond later', resumes: false, after: LIFETIME + 1 },
  { name: 'by the lifetime of today', resumes: false, after: 61_000, server: [usual, { sessionLifetime: 60 }] },
  { name: 'also if the clock went back a little', resumes: true, after: -60_000 },
  { name: 'not if it went back more', resumes: false, after: -60_001 },
  { name: 'not under another name', resumes: false, client: [none, { serverName: 'other.example' }] },
  { name: 'not without the name', resumes: false, client: [none, { serverName: null }] },
  { name: 'not with a name, where there was none', resumes: false, client: [{ serverName: null }, none] },
  { name: 'without a name as before', resumes: true, client: [{ serverName: null }, { serverName: null }] },
  {
    name: 'not in another context',
    resumes: false,
    server: [{ sessionContext: fromLatin1('a') }, { sessionContext: fromLatin1('b') }],
  },
  { name: 'not without the context', resumes: false, server: [{ sessionContext: fromLatin1('a') }, usual] },
  { name: 'not with one where there was none', resumes: false, server: [usual, { sessionContext: fromLatin1('a') }] },
  { name: 'without a certificate, where one is asked for now', resumes: true, server: [usual, asks] },
  {
    name: 'not without a certificate, where one is demanded now',
    resumes: false,
    client: [none, shows],
    server: [usual, demands],
  },
  { name: 'with the certificate of then', resumes: true, client: [shows, none], server: [demands, demands] },
  { name: 'with it, where it is only asked for', resumes: true, client: [shows, none], server: [demands, asks] },
  { name: 'not with it, where nobody asks any more', resumes: false, client: [shows, none], server: [asks, usual] },
  {
    name: 'with a certificate until it expires',
    resumes: true,
    client: [shows, none],
    server: [until(NOW / 1000 + 60), demands],
    after: 60_000,
  },
  {
    name: 'not with one that has expired since',
    resumes: false,
    client: [shows, shows],
    server: [until(NOW / 1000 + 60), demands],
    after: 60_001,
  },
  {
    name: 'with one whose date nobody checked',
    resumes: true,
    client: [shows, none],
    server: [until(null), demands],
    after: 61_000,
  },
  {
    name: 'with another protocol',
    resumes: true,
    client: [{ extensions: [protocols('a')] }, { extensions: [protocols('b')] }],
    server: [{ alpn: ['a'] }, { alpn: ['b'] }],
  },
];

describe.each(WAYS)('$name resumes', ({ talk, sessionOf }) => {
  test.each(RULES)('$name', ({ resumes, client = [none, none], server = [usual, usual], after = 1000 }) => {
    const world = new World();
    const first = talk(world, client[0], server[0]);
    expectOpen(first);
    expect(first.engine.facts.resumed).toBe(false);
    world.now += after;
    const second = talk(world, client[1], server[1], sessionOf(first));
    expectOpen(second);
    expect(second.engine.facts.resumed).toBe(resumes);
    const certificates = second.peer.types.filter((type) => type === HandshakeType.certificate).length;
    expect(certificates).toBe(resumes ? 0 : 1);
  });

  test('and keeps who the client is', () => {
    const world = new World();
    const first = talk(world, shows, demands);
    const second = talk(world, none, demands, sessionOf(first));
    const { peer, peerScheme, certificateRequested } = second.engine.facts;
    expect(peer?.chain).toEqual(MINE.chain);
    expect(peer?.verdict).toMatchObject({ error: null });
    expect(peerScheme).toBe('ed25519');
    expect(certificateRequested).toBe(false);
  });

  test('with the protocol of this time', () => {
    const world = new World();
    const first = talk(world, { extensions: [protocols('a', 'b')] }, { alpn: ['a'] });
    const second = talk(world, { extensions: [protocols('a', 'b')] }, { alpn: ['b', 'a'] }, sessionOf(first));
    expect([first.engine.facts.alpn, second.engine.facts.alpn]).toEqual(['a', 'b']);
  });

  test('nothing that is damaged, however', () => {
    const world = new World();
    const session = sessionOf(talk(world, none, usual)) as { ticket: Uint8Array; id?: Uint8Array };
    for (const change of [
      (bytes: Uint8Array) => bytes.slice(1),
      (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1),
    ]) {
      const id = session.id === undefined || session.id.length === 0 ? EMPTY : change(session.id);
      const ticket = session.ticket.length === 0 ? EMPTY : change(session.ticket);
      const second = talk(world, none, usual, { ...session, id, ticket });
      expectOpen(second);
      expect(second.engine.facts.resumed).toBe(false);
    }
  });

  test('nothing of another server', () => {
    const session = sessionOf(talk(new World(), none, usual));
    const elsewhere = new World('another');
    for (const fill of [1, 2]) elsewhere.tickets.replaceKey(new Uint8Array(48).fill(fill));
    const second = talk(elsewhere, none, usual, session);
    expectOpen(second);
    expect(second.engine.facts.resumed).toBe(false);
  });

  test('nothing where sessions were switched off', () => {
    const world = new World();
    const session = sessionOf(talk(world, none, usual));
    const second = talk(world, none, { tickets: null, sessions: null }, session);
    expectOpen(second);
    expect(second.engine.facts.resumed).toBe(false);
  });
});

describe.each(WAYS.slice(0, 2))('$name in a row', ({ talk, sessionOf }) => {
  test('each brings the next one, which resumes too', () => {
    const world = new World();
    let one = talk(world, shows, demands);
    for (let i = 0; i < 5; i++) {
      world.now += 1000;
      one = talk(world, none, demands, sessionOf(one));
      expectOpen(one);
      expect(one.engine.facts).toMatchObject({ resumed: true, peerScheme: 'ed25519' });
    }
  });

  test('all together live no longer than one', () => {
    const world = new World();
    let one = talk(world, none, usual);
    for (const [wait, resumes] of [
      [LIFETIME * 0.6, true],
      [LIFETIME * 0.4, true],
      [1, false],
    ] as const) {
      world.now += wait;
      one = talk(world, none, usual, sessionOf(one));
      expectOpen(one);
      expect(one.engine.facts.resumed).toBe(resumes);
    }
  });
});

describe.each(WAYS.slice(1))('$name resumes, where the client says nothing', ({ talk, sessionOf }) => {
  const silent = lacking(ExtensionType.supported_groups, ExtensionType.signature_algorithms);

  test.each([
    ['of groups and signatures: a resumption needs none', silent, true],
    [
      'of the suite: it has to be offered again',
      (hello: ClientHello) => fields({ cipher_suites: [0xaaaa] })(silent(hello)),
      false,
    ],
  ] as const)('%s', (_, hello, resumes) => {
    const world = new World();
    const first = talk(world, none, usual);
    const second = talk(world, { change: { hello } }, usual, sessionOf(first));
    expect(second.engine.facts.resumed ?? false).toBe(resumes);
    expect(second.code).toBe(resumes ? null : 'ERR_TLS_NO_COMMON_CIPHER');
  });
});
