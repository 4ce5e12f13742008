import type { Hash, Suite } from '../../crypto/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { EarlyStage } from '../../schedule/index.ts';
import type { OfferedPsks } from '../../wire/index.ts';
import { authenticatePeer, leafOf, restoreIdentity } from '../authentication.ts';
import type { Life } from '../context.ts';
import type { Gathering } from '../facts.ts';
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
  if (session.version === 'TLSv1.2' && session.id.length === 0 && !settings.requestTicket) return false;
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
  const age = session.external === true ? 0 : Math.max(0, Math.floor(settings.now() - session.receivedAt));
  const obfuscated_ticket_age = (age + session.ageAdd) % 0x1_0000_0000;
  const binder = new Uint8Array(hashOfSession(session, draft.suites).size);
  return { identities: [{ identity: session.ticket, obfuscated_ticket_age }], binders: [binder] };
}

/** Fills in the binder, which covers the hello up to the list of binders (RFC 9846, section 4.3.11.2). */
export function signBinder(hs: ClientHandshake, draft: OfferDraft, session: Session, message: Uint8Array): void {
  const hash = hashOfSession(session, draft.suites);
  const part = message.subarray(0, message.length - hash.size - 3);
  const stage = new EarlyStage(hash, session.secret, hs.vault);
  const binder = hash.hmac(
    stage.binderKey(session.external === true ? 'ext' : 'res').reveal(),
    hs.transcript.hashWithPart(hash, part),
  );
  message.set(binder, message.length - hash.size);
}

/** What a session keeps of the server's authentication. */
export function keptIdentity(facts: Gathering): KeptIdentity {
  const { peer = null, peerScheme = null, group = null, scts = null } = facts;
  return {
    chain: peer === null ? [] : peer.chain,
    notAfter: peer === null ? null : peer.verdict.notAfter,
    verified: peer !== null && peer.verdict.error === null,
    peerScheme,
    group,
    ocspResponse: peer === null ? null : peer.ocspResponse,
    scts,
  };
}

type KeptIdentity = Pick<Session, 'chain' | 'notAfter' | 'verified' | 'peerScheme' | 'group' | 'ocspResponse' | 'scts'>;

/**
 * The server that began the session. A verdict that was good is kept; one that was not is asked for anew, so that
 * nobody becomes more trusted by being visited again.
 */
export function* identityOf(hs: ClientHandshake, session: Session): Flow<VerifiedIdentity | null> {
  const { chain, version, ocspResponse, scts } = session;
  hs.facts.peerScheme = session.peerScheme;
  hs.facts.peerSchemes = [];
  hs.facts.authorities = [];
  hs.facts.credential = null;
  hs.facts.ownScheme = null;
  hs.facts.ocspResponse = ocspResponse;
  hs.facts.scts = scts;
  hs.facts.certificateRequested = false;
  hs.facts.peer = null;
  if (chain.length === 0) return null;
  const { serverName, reverify } = hs.settings;
  const presented = { role: 'server', version, chain, serverName, ocspResponse, scts } as const;
  const leaf = leafOf(hs, chain);
  const kept = session.verified && !reverify;
  const peer = kept ? restoreIdentity(presented, leaf, session.notAfter) : yield* authenticatePeer(hs, presented, leaf);
  hs.facts.peer = peer;
  return peer;
}
