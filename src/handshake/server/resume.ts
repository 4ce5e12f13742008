import { equalBytes, isBytes } from '../../bytes/index.ts';
import { type Group, schemeById, schemeByName } from '../../crypto/index.ts';
import { isTlsError } from '../../errors/index.ts';
import { attempt, type Flow } from '../../flow/index.ts';
import { authenticatePeer, leafOf, restoreIdentity } from '../authentication.ts';
import type { Gathering } from '../facts.ts';
import type { PresentedIdentity, VerifiedIdentity } from '../peer.ts';
import type { Version } from '../version.ts';
import type { ServerHandshake, TicketKeeper } from './settings.ts';
import { encodeState, type SessionState } from './state.ts';

/** Bytes. */
const MAX_TICKET = 0xffff;

/**
 * Whether a session may be resumed here and now: not too old, made for this application, under the same name, and by
 * a client that showed what is demanded today.
 */
export function isFresh(hs: ServerHandshake, state: SessionState): boolean {
  const { settings } = hs;
  const now = settings.now();
  const age = now - state.createdAt;
  if (age < -60_000 || age > settings.sessionLifetime * 1000) return false;
  if (state.notAfter !== null && now > state.notAfter * 1000) return false;
  if (!equalBytes(state.context, settings.sessionContext)) return false;
  if (state.serverName !== (hs.facts.serverName ?? null)) return false;
  if (state.chain.length === 0) return settings.clientAuth !== 'require';
  return settings.clientAuth !== 'none';
}

/**
 * The client that began the session. A verdict that was good is kept; one that was not is asked for anew, so that
 * nobody becomes more trusted by coming back.
 */
export function* identityOf(hs: ServerHandshake, state: SessionState): Flow<VerifiedIdentity | null | 'refused'> {
  hs.facts.peer = null;
  hs.facts.peerScheme = schemeById(state.peerScheme)?.name ?? null;
  if (state.chain.length === 0) return null;
  const version: Version = state.version === 0x0304 ? 'TLSv1.3' : 'TLSv1.2';
  const { chain } = state;
  const presented: PresentedIdentity = {
    role: 'client',
    version,
    chain,
    serverName: null,
    ocspResponse: null,
    scts: null,
  };
  const leaf = leafOf(hs, chain);
  if (state.verified && !hs.settings.reverify) {
    const peer = restoreIdentity(presented, leaf, state.notAfter);
    hs.facts.peer = peer;
    return peer;
  }
  try {
    const peer = yield* authenticatePeer(hs, presented, leaf);
    hs.facts.peer = peer;
    return peer;
  } catch (reason) {
    if (isTlsError(reason)) return 'refused';
    throw reason;
  }
}

/** A ticket that holds this state; null where none is to be had, or none that a message could carry. */
export function* sealTicket(tickets: TicketKeeper, state: SessionState): Flow<Uint8Array | null> {
  const ticket: unknown = yield* attempt('open-ticket', (signal) => tickets.seal(encodeState(state), signal));
  return isBytes(ticket) && ticket.length > 0 && ticket.length <= MAX_TICKET ? ticket : null;
}

/** What a session keeps of the client's authentication, and of the group. */
export function keptIdentity(facts: Gathering, groups: readonly Group[]): KeptIdentity {
  const { peer = null, peerScheme = null, group = null } = facts;
  return {
    chain: peer === null ? [] : peer.chain,
    verified: peer !== null && peer.verdict.error === null,
    notAfter: peer === null ? null : peer.verdict.notAfter,
    peerScheme: peerScheme === null ? 0 : schemeByName(peerScheme)!.id,
    group: groups.find(({ name }) => name === group)?.id ?? 0,
  };
}

type KeptIdentity = Pick<SessionState, 'chain' | 'verified' | 'notAfter' | 'peerScheme' | 'group'>;
