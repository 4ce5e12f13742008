import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA } from '../../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import * as node from '../../../src/providers/node.ts';
import { type ClientHello, ExtensionType, HandshakeType } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import { lacking, other } from '../../support/hello.ts';
import { extension, protocols, serverNameOf } from '../../support/peer-client.ts';
import {
  type ClientOptions12,
  type ClientStep12,
  clientSteps12 as c12,
  PeerClient12,
} from '../../support/peer-client12.ts';
import { NOW, serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

const WINDOW = 600_000;
const MINE = credentialOf('ed25519', 'client');

/** A connection to a server whose clock a test moves. */
class World {
  now: number = NOW;
  readonly session: Session<PeerClient12>;

  constructor(server: Partial<ServerOptions> = {}, client: ClientOptions12 = {}) {
    const renegotiation = { limit: 3, window: WINDOW };
    const options = { versions: ['TLSv1.2'], now: () => this.now, renegotiation, ...server } as const;
    this.session = serverSession(new PeerClient12(client), options);
    expect(this.session.engine.state).toBe('open');
  }

  /** The client does it again, after so many milliseconds; whether it went well. */
  again(after: number = 0, change: (hello: ClientHello) => ClientHello = (hello) => hello): boolean {
    const { peer } = this.session;
    const { handshakes } = peer;
    const usual = other(extension('renegotiation_info', peer.verifyData.client));
    this.now += after;
    peer.sayHello(change(usual(peer.clientHello)));
    this.session.run();
    return peer.handshakes === handshakes + 1 && peer.done && this.session.engine.error === null;
  }

  expectOpen(): void {
    const { session } = this;
    const had = session.data.length;
    session.engine.send(fromLatin1('x'));
    session.peer.sendData(fromLatin1('y'));
    session.run();
    expect(session.engine.error).toBeNull();
    expect(session.data).toHaveLength(had + 1);
  }

  expectRefused(code: string): void {
    expect(this.session.code).toBe(code);
    expect(this.session.engine.state).toBe('failed');
  }
}

describe('how often a client may renegotiate', () => {
  test('three times, and not a fourth time', () => {
    const world = new World();
    expect([1, 2, 3].map(() => world.again())).toEqual([true, true, true]);
    world.expectOpen();
    expect(world.again()).toBe(false);
    world.expectRefused('ERR_TLS_RENEGOTIATION_REFUSED');
    expect(world.session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'no_renegotiation' });
  });

  test('again when the first one is as long ago as the window', () => {
    const world = new World();
    expect([0, 1000, 1000].map((after) => world.again(after))).toEqual([true, true, true]);
    expect(world.again(WINDOW - 2000)).toBe(true);
    world.expectOpen();
    expect(world.again(999)).toBe(false);
  });

  test('a millisecond before that is too early', () => {
    const world = new World();
    for (let i = 0; i < 3; i++) world.again();
    expect(world.again(WINDOW - 1)).toBe(false);
    world.expectRefused('ERR_TLS_RENEGOTIATION_REFUSED');
  });

  test('for ever, at that pace', () => {
    const world = new World();
    for (let i = 0; i < 12; i++) expect(world.again(WINDOW / 3)).toBe(true);
    world.expectOpen();
  });

  test('the window slides: what is left of it counts', () => {
    const world = new World();
    const waits = [0, WINDOW / 2, WINDOW / 4, WINDOW / 4, WINDOW / 2, WINDOW / 4];
    expect(waits.map((after) => world.again(after))).toEqual([true, true, true, true, true, true]);
    expect(world.again(0)).toBe(false);
  });

  test('a clock that goes back gives no one more than that', () => {
    const world = new World();
    expect([1, 2, 3].map(() => world.again(-1000))).toEqual([true, true, true]);
    expect(world.again(-1_000_000)).toBe(false);
  });

  test('once, or never', () => {
    const once = new World({ renegotiation: { limit: 1, window: WINDOW } });
    expect([once.again(), once.again()]).toEqual([true, false]);
    for (const renegotiation of [null, { limit: 0, window: WINDOW }]) {
      const never = new World({ renegotiation });
      expect(never.again()).toBe(false);
      never.expectRefused('ERR_TLS_RENEGOTIATION_REFUSED');
    }
  });

  test('those that the server asked for count as well', () => {
    const world = new World({ renegotiation: { limit: 2, window: WINDOW } });
    world.session.engine.renegotiate();
    world.session.run();
    expect(world.session.peer.types.at(-1)).toBe(HandshakeType.hello_request);
    expect([world.again(), world.again(), world.again()]).toEqual([true, true, false]);
  });
});

describe('who may renegotiate', () => {
  const withoutInfo: ClientOptions12 = { change: { hello: lacking(ExtensionType.renegotiation_info) } };

  test('not a client without RFC 5746', () => {
    const world = new World({}, withoutInfo);
    expect(world.session.engine.facts.secureRenegotiation).toBe(false);
    world.expectOpen();
    world.session.peer.run([c12.hello]);
    world.session.run();
    world.expectRefused('ERR_TLS_NO_SECURE_RENEGOTIATION');
    expect(world.session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'handshake_failure' });
  });

  test('not even where it says what would be right', () => {
    const world = new World({}, withoutInfo);
    expect(world.again()).toBe(false);
    world.expectRefused('ERR_TLS_NO_SECURE_RENEGOTIATION');
  });

  test('a client that knows it by the signalling suite alone', () => {
    const suites = [node.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.id, 0x00ff];
    const world = new World({}, { ...withoutInfo, suites });
    expect(world.session.engine.facts.secureRenegotiation).toBe(true);
    const withoutSignal = (hello: ClientHello): ClientHello => ({ ...hello, cipher_suites: suites.slice(0, 1) });
    expect(world.again(0, withoutSignal)).toBe(true);
    world.expectOpen();
  });
});

describe('renegotiation_info', () => {
  const info = (bytes: Uint8Array) => other(extension('renegotiation_info', bytes));

  test.each([0, 5, 11])('with byte %i changed: two connections are spliced', (at) => {
    const world = new World();
    const wrong = world.session.peer.verifyData.client.slice();
    wrong[at]! ^= 1;
    expect(world.again(0, info(wrong))).toBe(false);
    world.expectRefused('ERR_TLS_BAD_RENEGOTIATION_INFO');
    expect(world.session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'handshake_failure' });
  });

  test('of another connection, of the server, or of both', () => {
    const elsewhere = new World({}, { serverName: 'other.example' }).session.peer.verifyData;
    for (const of of [
      () => elsewhere.client,
      ({ server }: typeof elsewhere) => server,
      ({ client, server }: typeof elsewhere) => new Uint8Array([...client, ...server]),
      ({ client }: typeof elsewhere) => client.slice(1),
    ]) {
      const world = new World();
      expect(world.again(0, info(of(world.session.peer.verifyData)))).toBe(false);
      world.expectRefused('ERR_TLS_BAD_RENEGOTIATION_INFO');
    }
  });

  test('of the handshake before the last', () => {
    const world = new World();
    const old = world.session.peer.verifyData.client.slice();
    expect(world.again()).toBe(true);
    expect(world.again(0, info(old))).toBe(false);
    world.expectRefused('ERR_TLS_BAD_RENEGOTIATION_INFO');
  });

  test('the server says both of its own', () => {
    const world = new World();
    const { client, server } = world.session.peer.verifyData;
    const expected = toHex(client) + toHex(server);
    expect(world.again()).toBe(true);
    const list = world.session.peer.serverHello.extensions!;
    const said = list.find((one) => one.extension_type === ExtensionType.renegotiation_info)!;
    expect(toHex(said.extension_data.subarray(1))).toBe(expected);
  });
});

describe('what a renegotiation changes', () => {
  test('the keys, but not how the connection began', () => {
    const world = new World();
    const before = world.session.engine.exportKeys('EXPORTER-test', null, 16);
    expect(world.again()).toBe(true);
    expect(world.session.engine.exportKeys('EXPORTER-test', null, 16)).not.toEqual(before);
    expect(world.session.engine.facts.resumed).toBe(false);
  });

  test('the suite, from and to CBC too', () => {
    const [gcm, cbc] = [node.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA];
    for (const suite of [gcm, cbc]) {
      const world = new World({ suites: [suite] }, { suite, encryptThenMac: true });
      expect([world.again(), world.again()]).toEqual([true, true]);
      world.expectOpen();
    }
  });

  test('the protocol does not change, whether or not the client says it again', () => {
    const world = new World({ alpn: ['mqtt', 'h2'] }, { extensions: [protocols('h2')] });
    expect(world.session.engine.facts.alpn).toBe('h2');
    expect(world.again(0, other(protocols('mqtt', 'h2')))).toBe(true);
    expect(world.session.engine.facts.alpn).toBe('h2');
    expect(world.again(0, lacking(16))).toBe(true);
    expect(world.session.engine.facts.alpn).toBe('h2');
    const said = world.session.peer.serverHello.extensions!.map((one) => one.extension_type);
    expect(said).not.toContain(16);
    expect(world.again(0, other(protocols('mqtt')))).toBe(false);
    world.expectRefused('ERR_TLS_ALPN');
  });

  test('a connection without a protocol gets none', () => {
    const world = new World({ alpn: ['mqtt'] });
    expect(world.again(0, other(protocols('mqtt')))).toBe(true);
    expect(world.session.engine.facts.alpn).toBeNull();
  });

  test('the configuration does not change, whatever name the client asks for', () => {
    let asked = 0;
    const chooseConfig = (): null => {
      asked += 1;
      return null;
    };
    const world = new World({ chooseConfig });
    expect(world.again(0, other(serverNameOf('other.example')))).toBe(true);
    expect(asked).toBe(1);
  });

  test('a client shows its certificate again', () => {
    const world = new World({ clientAuth: 'require' }, { credential: MINE });
    expect(world.again()).toBe(true);
    expect(world.session.engine.facts.peer?.chain).toEqual(MINE.chain);
    world.expectOpen();
  });
});

describe('data between change_cipher_spec and Finished (RFC 5246, section 7.4.9)', () => {
  const sendData: ClientStep12 = (peer) => peer.sendData(fromLatin1('z'));

  test.each([
    [
      'before change_cipher_spec belongs to the old keys',
      [c12.exchange, sendData, c12.changeCipherSpec, c12.finished],
      null,
    ],
    ['behind it is refused', [c12.exchange, c12.changeCipherSpec, sendData, c12.finished], 'ERR_TLS_UNEXPECTED_RECORD'],
    ['behind Finished is welcome', [c12.exchange, c12.changeCipherSpec, c12.finished, sendData], null],
  ] as const)('%s', (_name, script, code) => {
    const first = [c12.exchange, c12.changeCipherSpec, c12.finished];
    const choose: ClientStep12 = (peer) => peer.run(peer.handshakes === 0 ? first : script);
    const world = new World({}, { script: [choose] });
    world.again();
    expect(world.session.code).toBe(code);
    expect(toHex(world.session.data)).toBe(code === null ? '7a' : '');
  });
});
