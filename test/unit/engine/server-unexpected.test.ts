import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../src/config/server.ts';
import type { AlertName } from '../../../src/errors/index.ts';
import { frame, HandshakeType } from '../../../src/wire/index.ts';
import { credentialOf } from '../../support/configs.ts';
import type { Peer } from '../../support/peer.ts';
import { extension } from '../../support/peer-client.ts';
import { type ClientOptions12, type ClientStep12, clientSteps12, PeerClient12 } from '../../support/peer-client12.ts';
import { type ClientOptions13, type ClientStep13, clientSteps13, PeerClient13 } from '../../support/peer-client13.ts';
import { serverSession } from '../../support/server.ts';
import type { Session } from '../../support/session.ts';

const T = HandshakeType;
const credential = credentialOf('ed25519', 'client');

/** Where a server is, and what it waits for there. */
interface State {
  readonly name: string;
  readonly allowed: readonly number[];
  /** A session that comes to this state and meets `act` there. */
  readonly run: (act: (peer: Peer) => void) => Session<Peer>;
  readonly open?: boolean;
}

type Act = (peer: Peer) => void;

const c13 = clientSteps13;
const c12 = clientSteps12;
const asks = { clientAuth: 'request' } as const;

/** A session of a client that does this; `act` is one of the steps. */
const with13 =
  (client: (act: ClientStep13) => ClientOptions13, server: Partial<ServerOptions> = {}): State['run'] =>
  (act) =>
    serverSession(new PeerClient13({ credential, ...client(act) }), server);

const with12 =
  (client: (act: ClientStep12) => ClientOptions12, server: Partial<ServerOptions> = {}): State['run'] =>
  (act) =>
    serverSession(new PeerClient12({ credential, ...client(act) }), { versions: ['TLSv1.2'], ...server });

const flush: Act = (peer) => peer.flush();

function opened(session: Session<Peer>, act: Act): Session<Peer> {
  act(session.peer);
  return session.run();
}

/** Asked for a certificate after the handshake, the client does this. */
const asked =
  (later: (act: ClientStep13) => readonly ClientStep13[]): State['run'] =>
  (act) => {
    const extensions = [extension('post_handshake_auth', true)];
    const peer = new PeerClient13({ credential, extensions, later: later(act) });
    const session = serverSession(peer, { postHandshakeAuth: true });
    session.engine.requestCertificate();
    return session.run();
  };

const STATES_13: readonly State[] = [
  { name: 'before ClientHello', allowed: [T.client_hello], run: with13((act) => ({ opening: [act] })) },
  {
    name: 'before the second ClientHello',
    allowed: [T.client_hello],
    run: with13((act) => ({ shares: [], again: [act] })),
  },
  { name: 'before Certificate', allowed: [T.certificate], run: with13((act) => ({ script: [act] }), asks) },
  {
    name: 'before CertificateVerify',
    allowed: [T.certificate_verify],
    run: with13((act) => ({ script: [c13.certificate, flush, act] }), asks),
  },
  {
    name: 'before Finished, with a certificate',
    allowed: [T.finished],
    run: with13((act) => ({ script: [c13.certificate, c13.verify, flush, act] }), asks),
  },
  { name: 'before Finished', allowed: [T.finished], run: with13((act) => ({ script: [act] })) },
  {
    name: 'open',
    allowed: [T.key_update],
    run: (act) => opened(serverSession(new PeerClient13()), act),
    open: true,
  },
  {
    name: 'open, before Certificate',
    allowed: [T.certificate, T.key_update],
    run: asked((act) => [act]),
    open: true,
  },
  {
    name: 'open, before CertificateVerify',
    allowed: [T.certificate_verify, T.key_update],
    run: asked((act) => [c13.certificate, flush, act]),
    open: true,
  },
  {
    name: 'open, before Finished',
    allowed: [T.finished, T.key_update],
    run: asked((act) => [c13.certificate, c13.verify, flush, act]),
    open: true,
  },
];

const renegotiation = { limit: 3, window: 600_000 };

/** In a renegotiation the client does this once the server is done. */
const again =
  (script: (act: ClientStep12) => readonly ClientStep12[]): State['run'] =>
  (act) => {
    const { exchange, changeCipherSpec, finished } = c12;
    const first = [exchange, changeCipherSpec, finished];
    const choose: ClientStep12 = (peer) => peer.run(peer.handshakes === 0 ? first : script(act));
    const peer = new PeerClient12({ script: [choose] });
    const session = serverSession(peer, { versions: ['TLSv1.2'], renegotiation });
    peer.run([c12.hello]);
    return session.run();
  };

const STATES_12: readonly State[] = [
  { name: 'before ClientHello', allowed: [T.client_hello], run: with12((act) => ({ opening: [act] })) },
  { name: 'before Certificate', allowed: [T.certificate], run: with12((act) => ({ script: [act] }), asks) },
  { name: 'before ClientKeyExchange', allowed: [T.client_key_exchange], run: with12((act) => ({ script: [act] })) },
  {
    name: 'before CertificateVerify',
    allowed: [T.certificate_verify],
    run: with12((act) => ({ script: [c12.certificate, c12.exchange, flush, act] }), asks),
  },
  {
    name: 'before change_cipher_spec',
    allowed: [],
    run: with12((act) => ({ script: [c12.exchange, flush, act] })),
  },
  {
    name: 'before Finished',
    allowed: [T.finished],
    run: with12((act) => ({ script: [c12.exchange, c12.changeCipherSpec, act] })),
  },
  {
    name: 'open',
    allowed: [T.client_hello],
    run: (act) => opened(serverSession(new PeerClient12(), { versions: ['TLSv1.2'], renegotiation }), act),
    open: true,
  },
  {
    name: 'open, before ClientKeyExchange',
    allowed: [T.client_key_exchange],
    run: again((act) => [act]),
    open: true,
  },
  {
    name: 'open, before change_cipher_spec',
    allowed: [],
    run: again((act) => [c12.exchange, flush, act]),
    open: true,
  },
];

const TYPES = [...Object.values(HandshakeType), 3, 6, 7, 9, 99, 255];

describe.each([
  ['TLS 1.3', STATES_13],
  ['TLS 1.2', STATES_12],
] as const)('a server of %s', (version, states) => {
  describe.each(states)('$name', ({ name, allowed, run, open }) => {
    test('any other message is unexpected', () => {
      for (const type of TYPES) {
        if (allowed.includes(type)) continue;
        const session = run((peer) => peer.message(frame(type, EMPTY)));
        expect(session.code, `message type ${type}`).toBe('ERR_TLS_UNEXPECTED_MESSAGE');
        expect(session.peer.alerts.at(-1)).toEqual({ level: 2, name: 'unexpected_message' });
      }
    });

    test('an awaited message with nothing in it is no reason to fall over', () => {
      for (const type of allowed) {
        const session = run((peer) => peer.message(frame(type, EMPTY)));
        expect(session.engine.state).toBe('failed');
        expect(session.engine.error?.alert).toMatch(/^(decode_error|decrypt_error)$/);
      }
    });

    test('a fatal alert ends it without an answer', () => {
      const session = run((peer) => peer.alert('fatal', 'handshake_failure'));
      expect(session.engine.error).toMatchObject({
        code: 'ERR_TLS_ALERT_RECEIVED',
        received: 'handshake_failure',
        alert: null,
      });
      expect(session.peer.alerts).toEqual([]);
    });

    test('user_canceled alone changes nothing', () => {
      const session = run((peer) => peer.alert('warning', 'user_canceled'));
      expect(session.engine.error).toBeNull();
      expect(session.engine.state).toBe(open ? 'open' : 'handshaking');
    });

    test('close_notify is the end', () => {
      const session = run((peer) => peer.alert('warning', 'close_notify'));
      expect(session.engine.state).toBe(open ? 'closing' : 'failed');
      expect(session.code).toBe(open ? null : 'ERR_TLS_ALERT_RECEIVED');
    });

    test('the end of the transport is the end', () => {
      const session = run(() => {});
      session.engine.receiveEnd();
      session.output();
      expect(session.engine.state).toBe(open ? 'closing' : 'failed');
      expect(session.code).toBe(open ? null : 'ERR_TLS_TRUNCATED');
    });

    test('data comes only where it may', () => {
      const session = run((peer) => peer.sendData(new Uint8Array(3)));
      expect(session.code).toBe(open ? null : 'ERR_TLS_UNEXPECTED_RECORD');
      expect(session.data).toHaveLength(open ? 3 : 0);
    });

    test('warnings of TLS 1.2 are heard, and no more', () => {
      const warning: AlertName = version === 'TLS 1.2' ? 'unrecognized_name' : 'user_canceled';
      const session = run((peer) => {
        for (let i = 0; i < 4; i++) peer.alert('warning', warning);
      });
      expect(session.engine.error, name).toBeNull();
    });
  });
});
