import type { Hash, Suite } from '../../crypto/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { EarlyStage } from '../../schedule/index.ts';
import type { OfferedPsks } from '../../wire/index.ts';
import { leafOf, restoreIdentity } from '../authentication.ts';
import type { Life } from '../context.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { Session } from '../session.ts';
import type { ClientHandshake, ClientSettings, OfferDraft } from './settings.ts';

/** A session that may be offered here and now; null if none is at hand. */
export function* loadSession(hs: ClientHandshake, suites: readonly Suite[]): Flow<Session | null> {
  const { sessions } = hs.settings;
  if (sessions === null || hs.before !== null) return null;
  const session = yield* attempt('load-session', (signal) => sessions.load(signal));
  return session !== null && usable(hs.settings, session, suites) ? session : null;
}

/** RFC 9846, section 4.7.1: not expired, for this name, and with a hash that is still offered; in 1.2 the very suite. */
function usable(settings: ClientSettings, session: Session, suites: readonly Suite[]): boolean {
  const now = settings.now();
  if (!settings.versions.includes(session.version)) return false;
  if (now > session.receivedAt + session.lifetime * 1000) return false;
  if (session.notAfter !== null && now > session.notAfter * 1000) return false;
  if (session.serverName !== settings.serverName) return false;
  return suites.some((suite) => suite.version === session.version && suite.id === session.suite);
}

/** Tells the application about a new session, and keeps it where sessions are kept. */
export function* keepSession(life: Life<ClientSettings>, session: Session): Flow<true> {
  life.link.emit({ type: 'session', session });
  const { sessions } = life.settings;
  if (sessions?.save !== undefined) yield* attempt('store-session', (signal) => sessions.save!(session, signal));
  return true;
}

export function hashOfSession(session: Session, suites: readonly Suite[]): Hash {
  return suites.find((suite) => suite.id === session.suite)!.hash;
}

/** The offer, with room for its binder (RFC 9846, section 4.3.11). */
export function pskOffer(settings: ClientSettings, draft: OfferDraft, session: Session): OfferedPsks {
  const age = Math.max(0, Math.floor(settings.now() - session.receivedAt));
  const obfuscated_ticket_age = (age + session.ageAdd) % 0x1_0000_0000;
  const binder = new Uint8Array(hashOfSession(session, draft.suites).size);
  return { identities: [{ identity: session.ticket, obfuscated_ticket_age }], binders: [binder] };
}

/** Fills in the binder, which covers the hello up to the list of binders (RFC 9846, section 4.3.11.2). */
export function signBinder(hs: ClientHandshake, draft: OfferDraft, session: Session, message: Uint8Array): void {
  const hash = hashOfSession(session, draft.suites);
  const part = message.subarray(0, message.length - hash.size - 3);
  const stage = new EarlyStage(hash, session.secret, hs.vault);
  const binder = hash.hmac(stage.binderKey('res').reveal(), hs.transcript.hashWithPart(hash, part));
  message.set(binder, message.length - hash.size);
}

/** The server that began the session, as it was verified then. */
export function identityOf(hs: ClientHandshake, session: Session): VerifiedIdentity | null {
  const { chain, version, notAfter } = session;
  hs.facts.peerScheme = null;
  hs.facts.peerSchemes = [];
  hs.facts.authorities = [];
  hs.facts.credential = null;
  hs.facts.ownScheme = null;
  hs.facts.ocspResponse = null;
  hs.facts.scts = null;
  hs.facts.certificateRequested = false;
  hs.facts.peer = null;
  if (chain.length === 0) return null;
  const { serverName } = hs.settings;
  const presented = { role: 'server', version, chain, serverName, ocspResponse: null, scts: null } as const;
  const peer = restoreIdentity(presented, leafOf(hs, chain), notAfter);
  hs.facts.peer = peer;
  return peer;
}
