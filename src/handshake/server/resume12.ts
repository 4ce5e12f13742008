import { attempt, type Flow } from '../../flow/index.ts';
import { VERSION_CODES } from '../version.ts';
import { isFresh } from './resume.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';
import { decodeState, type SessionState } from './state.ts';

/** The session that this client may resume; null: a full handshake (RFC 5077, section 3; RFC 5246, section 7.4.1.3). */
export function* findSession12(hs: ServerHandshake, hello: ReadHello): Flow<SessionState | null> {
  if (hs.before !== null) return null;
  const state = yield* loadState(hs, hello);
  return state !== null && usable(hs, hello, state) ? state : null;
}

function* loadState(hs: ServerHandshake, { hello, values }: ReadHello): Flow<SessionState | null> {
  const { tickets, sessions } = hs.settings;
  const ticket = values.session_ticket;
  if (tickets !== null && ticket !== undefined && ticket.length > 0) {
    const opened = yield* attempt('open-ticket', (signal) => tickets.open(ticket, signal));
    return opened === null ? null : decodeState(opened);
  }
  const id = hello.legacy_session_id;
  if (sessions === null || id.length === 0) return null;
  const found = yield* attempt('load-session', (signal) => sessions.load(id, signal));
  return found === null ? null : decodeState(found);
}

/** RFC 7627, section 5.3: the extended master secret must have been, or must not have been, used both times. */
function usable(hs: ServerHandshake, { hello, values }: ReadHello, state: SessionState): boolean {
  const suite = hs.settings.suites.find((s) => s.id === state.suite && s.version === 'TLSv1.2');
  return (
    state.version === VERSION_CODES['TLSv1.2'] &&
    suite !== undefined &&
    hello.cipher_suites.includes(state.suite) &&
    state.extendedMasterSecret === (values.extended_master_secret === true) &&
    isFresh(hs, state)
  );
}
