import { decrypts, type Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { VERSION_CODES } from '../version.ts';
import { possibleSuites } from './hello12.ts';
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
function usable(hs: ServerHandshake, hello: ReadHello, state: SessionState): boolean {
  const suite = hs.settings.suites.find((s): s is Suite12 => s.id === state.suite && s.version === 'TLSv1.2');
  const fits = state.version === VERSION_CODES['TLSv1.2'] && suite !== undefined && isFresh(hs, state);
  if (!fits || !isStillBest(hs, hello, suite)) return false;
  const extended = hello.values.extended_master_secret === true;
  if (state.extendedMasterSecret && !extended) fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET', 'the session had it');
  return state.extendedMasterSecret === extended;
}

/**
 * Resumption keeps the suite, so it waits where a full handshake would agree on a better one of the same kind: whether
 * there is a key of another kind, or one that decrypts, is not known here. A client that lists no groups has nothing
 * better to hope for.
 */
function isStillBest(hs: ServerHandshake, hello: ReadHello, suite: Suite12): boolean {
  if (suite.exchange.kind === 'ecdhe' && hello.values.supported_groups === undefined) {
    return hello.hello.cipher_suites.includes(suite.id);
  }
  const alike = (one: Suite12): boolean => one.auth === suite.auth && decrypts(one) === decrypts(suite);
  const best = possibleSuites(hs, hello).find(alike);
  return best !== undefined && best.id === suite.id;
}
