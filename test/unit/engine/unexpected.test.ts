import { describe, expect, test } from 'vitest';
import { EMPTY } from '../../../src/bytes/index.ts';
import type { AlertName } from '../../../src/errors/index.ts';
import { frame, HandshakeType } from '../../../src/wire/index.ts';
import { type Session, sessionWith } from '../../support/client.ts';
import type { Peer } from '../../support/peer.ts';
import { Peer12, steps12 } from '../../support/peer12.ts';
import { Peer13, steps13 } from '../../support/peer13.ts';

const T = HandshakeType;

/** Where a client is, and what it waits for there. */
interface State {
  readonly name: string;
  readonly allowed: readonly number[];
  /** A session that comes to this state and meets `act` there. */
  readonly run: (act: (peer: Peer) => void) => Session<Peer>;
  readonly open?: boolean;
}

const upTo13 =
  (...steps: readonly ((peer: Peer13) => void)[]): State['run'] =>
  (act) =>
    sessionWith(new Peer13({ script: [...steps, (peer) => peer.flush(), act] }));

const upTo12 =
  (...steps: readonly ((peer: Peer12) => void)[]): State['run'] =>
  (act) =>
    sessionWith(new Peer12({ script: [...steps, (peer) => peer.flush(), act] }), { versions: ['TLSv1.2'] });

const opened =
  (start: () => Session<Peer>): State['run'] =>
  (act) => {
    const session = start();
    act(session.peer);
    return session.run();
  };

const s13 = steps13;
const s12 = steps12;

const STATES_13: readonly State[] = [
  { name: 'before ServerHello', allowed: [T.server_hello], run: upTo13() },
  { name: 'before EncryptedExtensions', allowed: [T.encrypted_extensions], run: upTo13(s13.hello) },
  {
    name: 'before Certificate or CertificateRequest',
    allowed: [T.certificate, T.certificate_request],
    run: upTo13(s13.hello, s13.extensions),
  },
  {
    name: 'after CertificateRequest',
    allowed: [T.certificate],
    run: upTo13(s13.hello, s13.extensions, s13.request),
  },
  {
    name: 'before CertificateVerify',
    allowed: [T.certificate_verify],
    run: upTo13(s13.hello, s13.extensions, s13.certificate),
  },
  {
    name: 'before Finished',
    allowed: [T.finished],
    run: upTo13(s13.hello, s13.extensions, s13.certificate, s13.verify),
  },
  {
    name: 'open',
    allowed: [T.new_session_ticket, T.key_update],
    run: opened(() => sessionWith(new Peer13())),
    open: true,
  },
];

const STATES_12: readonly State[] = [
  { name: 'before ServerHello', allowed: [T.server_hello], run: upTo12() },
  { name: 'before Certificate', allowed: [T.certificate], run: upTo12(s12.hello) },
  { name: 'before ServerKeyExchange', allowed: [T.server_key_exchange], run: upTo12(s12.hello, s12.certificate) },
  {
    name: 'before ServerHelloDone',
    allowed: [T.certificate_request, T.server_hello_done],
    run: upTo12(s12.hello, s12.certificate, s12.exchange),
  },
  {
    name: 'after CertificateRequest',
    allowed: [T.server_hello_done],
    run: upTo12(s12.hello, s12.certificate, s12.exchange, s12.request),
  },
  {
    name: 'before change_cipher_spec',
    allowed: [],
    run: (act) => sessionWith(new Peer12({ ending: [act] }), { versions: ['TLSv1.2'] }),
  },
  {
    name: 'before Finished',
    allowed: [T.finished],
    run: (act) => sessionWith(new Peer12({ ending: [s12.changeCipherSpec, act] }), { versions: ['TLSv1.2'] }),
  },
  {
    name: 'open',
    allowed: [T.hello_request],
    run: opened(() => sessionWith(new Peer12(), { versions: ['TLSv1.2'] })),
    open: true,
  },
];

const TYPES = [...Object.values(HandshakeType), 3, 6, 7, 9, 99, 255];

describe.each([
  ['TLS 1.3', STATES_13],
  ['TLS 1.2', STATES_12],
] as const)('%s', (version, states) => {
  describe.each(states)('$name', ({ allowed, run, open }) => {
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
        if (type === T.hello_request || type === T.server_hello_done) continue; // they are meant to be empty
        const session = run((peer) => peer.message(frame(type, EMPTY)));
        expect(session.client.state).toBe('failed');
        expect(session.client.error?.alert).toMatch(/^(decode_error|decrypt_error)$/);
      }
    });

    test('a fatal alert ends it without an answer', () => {
      const session = run((peer) => peer.alert('fatal', 'handshake_failure'));
      expect(session.code).toBe('ERR_TLS_ALERT_RECEIVED');
      expect(session.client.error).toMatchObject({ received: 'handshake_failure', alert: null });
      expect(session.peer.alerts).toEqual([]);
    });

    test('an alert that nobody knows ends it too', () => {
      const session = run((peer) => peer.record(21, new Uint8Array([2, 200])));
      expect(session.client.error).toMatchObject({ code: 'ERR_TLS_ALERT_RECEIVED', received: 'unknown(200)' });
    });

    test('user_canceled alone changes nothing', () => {
      const session = run((peer) => peer.alert('warning', 'user_canceled'));
      expect(session.client.error).toBeNull();
      expect(session.client.state).toBe(open ? 'open' : 'handshaking');
      const seen = { type: 'alert', from: 'peer', level: 'warning', name: 'user_canceled' };
      expect(session.events).toContainEqual(seen);
    });

    test('close_notify is the end', () => {
      const session = run((peer) => peer.alert('warning', 'close_notify'));
      expect(session.client.state).toBe(open ? 'closing' : 'failed');
      expect(session.code).toBe(open ? null : 'ERR_TLS_ALERT_RECEIVED');
    });

    test('the end of the transport is the end', () => {
      const session = run(() => {});
      session.client.receiveEnd();
      session.output();
      expect(session.client.state).toBe(open ? 'closing' : 'failed');
      expect(session.code).toBe(open ? null : 'ERR_TLS_TRUNCATED');
    });

    test('warnings of TLS 1.2 are heard, and no more', () => {
      const warning: AlertName = version === 'TLS 1.2' ? 'unrecognized_name' : 'user_canceled';
      const session = run((peer) => {
        for (let i = 0; i < 4; i++) peer.alert('warning', warning);
      });
      expect(session.client.error).toBeNull();
    });
  });
});
