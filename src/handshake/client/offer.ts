import { EMPTY, fromLatin1 } from '../../bytes/index.ts';
import { type Group, type Suite, usesPsk } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  CLIENT_HELLO_EXTENSIONS,
  ClientHello,
  type Extension,
  ExtensionType,
  encode,
  frame,
  HandshakeType,
  writeExtension,
} from '../../wire/index.ts';
import type { Session } from '../session.ts';
import { VERSION_CODES } from '../version.ts';
import { beginEarly, offersEarly } from './early.ts';
import { externalPsk } from './external-psk.ts';
import { loadSession, pskOffer, signBinder } from './resume.ts';
import type { ClientHandshake, ClientSettings, Offer, OfferDraft, OfferedShare } from './settings.ts';

export function* makeOffer(hs: ClientHandshake): Flow<Offer> {
  const { settings } = hs;
  const offers13 = settings.versions.includes('TLSv1.3');
  const random = settings.random(32);
  hs.clientRandom = random;
  const shares = offers13 ? yield* startShares(firstGroups(settings)) : [];
  const suites = settings.suites.filter((suite) => isPossible(settings, suite));
  const session = (yield* loadSession(hs, suites)) ?? (yield* externalPsk(hs, suites));
  const sessionId = sessionIdFor(settings, session);
  const draft: OfferDraft = { random, sessionId, suites, shares, cookie: null, session };
  if (!offersEarly(hs, session)) return sendHello(hs, draft);
  const offer = sendHello(hs, draft, true);
  return { ...offer, early: yield* beginEarly(hs, session, suites) };
}

/** A suite of another version, or of keys that nobody gave, is not offered. */
function isPossible({ versions, psk }: ClientSettings, suite: Suite): boolean {
  if (!versions.includes(suite.version)) return false;
  return suite.version === 'TLSv1.3' || psk !== null || !usesPsk(suite);
}

/**
 * A session id that means something in TLS 1.2: the session's own, or one that tells whether a ticket was taken
 * (RFC 5077, section 3.4). In TLS 1.3 it only looks as if.
 */
function sessionIdFor(settings: ClientSettings, session: Session | null): Uint8Array {
  if (session !== null && session.version === 'TLSv1.2')
    return session.id.length > 0 ? session.id : settings.random(32);
  return settings.versions.includes('TLSv1.3') && settings.middleboxCompatibility ? settings.random(32) : EMPTY;
}

/** A share of each group. One that another of them contains costs nothing more. */
export function* startShares(groups: readonly Group[]): Flow<readonly OfferedShare[]> {
  const shares: OfferedShare[] = [];
  const hybridsFirst = [...groups].sort((a, b) => Number(b.contains !== undefined) - Number(a.contains !== undefined));
  for (const group of hybridsFirst) {
    if (shares.some((share) => share.group.id === group.id)) continue;
    const key = yield* perform('key-share', () => group.start());
    shares.push({ group, share: key.share, key, contained: false });
    const inner = group.contains;
    const within = groups.find(({ id }) => id === inner?.group.id);
    if (inner === undefined || within === undefined || key.agreeContained === undefined) continue;
    const share = key.share.subarray(inner.offset, inner.offset + inner.size);
    shares.push({ group: within, share, key, contained: true });
  }
  return shares.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

/** Sends the ClientHello of this draft. */
export function sendHello(hs: ClientHandshake, draft: OfferDraft, withEarlyData: boolean = false): Offer {
  const extensions = helloExtensions(hs, draft, withEarlyData);
  const hello: ClientHello = {
    legacy_version: VERSION_CODES['TLSv1.2'],
    random: draft.random,
    legacy_session_id: draft.sessionId,
    cipher_suites: draft.suites.map((suite) => suite.id),
    legacy_compression_methods: new Uint8Array(1),
    extensions,
  };
  const message = frame(HandshakeType.client_hello, encode(ClientHello, hello));
  if (draft.session !== null && draft.session.version === 'TLSv1.3') signBinder(hs, draft, draft.session, message);
  hs.sendBytes(message);
  return { ...draft, early: null, sent: extensions.map((extension) => extension.extension_type) };
}

/** Those that the configuration names. Else the first, and a hybrid with what it contains, for new servers and old. */
function firstGroups(settings: ClientSettings): readonly Group[] {
  const groups = groupsFor(settings);
  if (settings.keyShares === null) {
    const first = groups[0];
    const hybrid = groups.find((group) => group.contains !== undefined);
    const inner = first?.contains?.group;
    return groups.filter((group) => group === first || group === hybrid || group.id === inner?.id);
  }
  return settings.keyShares.map((name) => {
    const group = settings.groups.find((g) => g.name === name);
    return group === undefined
      ? fail('ERR_TLS_CONFIG', `keyShares names ${name}, which is not among the groups`)
      : group;
  });
}

/** The groups that one of the versions offered has a use for. */
function groupsFor({ groups, versions }: ClientSettings): readonly Group[] {
  return groups.filter(
    (group) => (group.tls12 && versions.includes('TLSv1.2')) || (group.tls13 !== false && versions.includes('TLSv1.3')),
  );
}

const table = CLIENT_HELLO_EXTENSIONS;

function helloExtensions(hs: ClientHandshake, draft: OfferDraft, withEarlyData: boolean): readonly Extension[] {
  const { settings } = hs;
  const list: Extension[] = [];
  nameAndStatus(settings, list);
  list.push(
    writeExtension(
      table,
      'supported_groups',
      groupsFor(settings).map((group) => group.id),
    ),
  );
  const ids = settings.schemes.map((scheme) => scheme.id);
  list.push(writeExtension(table, 'signature_algorithms', ids));
  if (settings.certificateSchemes !== null) {
    const inCertificates = settings.certificateSchemes.map((scheme) => scheme.id);
    list.push(writeExtension(table, 'signature_algorithms_cert', inCertificates));
  }
  if (settings.alpn.length > 0 && hs.before === null) {
    list.push(writeExtension(table, 'application_layer_protocol_negotiation', settings.alpn.map(fromLatin1)));
  }
  if (settings.recordSizeLimit !== null) {
    list.push(writeExtension(table, 'record_size_limit', announcedLimit(settings)));
  }
  if (settings.versions.includes('TLSv1.2')) legacyExtensions(hs, draft, list);
  if (settings.versions.includes('TLSv1.3')) extensions13(settings, draft, withEarlyData, list);
  return list;
}

/** TLS 1.3 counts the content type as well (RFC 8449, section 4). */
export function announcedLimit(settings: ClientSettings): number {
  return settings.recordSizeLimit! + (settings.versions.includes('TLSv1.3') ? 1 : 0);
}

function nameAndStatus(settings: ClientSettings, list: Extension[]): void {
  if (settings.serverName !== null && settings.sendServerName) {
    const host_name = fromLatin1(settings.serverName);
    list.push(writeExtension(table, 'server_name', [{ name_type: 0, host_name }]));
  }
  if (settings.maxFragmentLength !== null) {
    list.push(writeExtension(table, 'max_fragment_length', fragmentCode(settings.maxFragmentLength)));
  }
  if (settings.requestOcsp) {
    const request = { status_type: 1, request: { responder_id_list: [], request_extensions: EMPTY } };
    list.push(writeExtension(table, 'status_request', request));
  }
  if (settings.requestScts)
    list.push({ extension_type: ExtensionType.signed_certificate_timestamp, extension_data: EMPTY });
  if (settings.authorities.length > 0) {
    list.push(writeExtension(table, 'certificate_authorities', settings.authorities));
  }
}

/** RFC 6066, section 4: 2^9 is 1, and so on to 2^12. */
export function fragmentCode(length: 512 | 1024 | 2048 | 4096): number {
  return { 512: 1, 1024: 2, 2048: 3, 4096: 4 }[length];
}

/** What TLS 1.2 alone understands. */
function legacyExtensions(hs: ClientHandshake, draft: OfferDraft, list: Extension[]): void {
  const { settings, before } = hs;
  list.push(writeExtension(table, 'ec_point_formats', [0]));
  list.push(writeExtension(table, 'extended_master_secret', true));
  list.push(writeExtension(table, 'renegotiation_info', before === null ? EMPTY : before.client));
  if (settings.requestTicket) {
    const ticket = draft.session !== null && draft.session.version === 'TLSv1.2' ? draft.session.ticket : EMPTY;
    list.push(writeExtension(table, 'session_ticket', ticket));
  }
  const cbc = draft.suites.some((suite) => suite.version === 'TLSv1.2' && suite.bulk.kind === 'cbc');
  if (cbc && settings.encryptThenMac) list.push(writeExtension(table, 'encrypt_then_mac', true));
}

function extensions13(settings: ClientSettings, draft: OfferDraft, withEarlyData: boolean, list: Extension[]): void {
  const versions = settings.versions.map((version) => VERSION_CODES[version]);
  list.push(writeExtension(table, 'supported_versions', versions));
  if (draft.cookie !== null) list.push(writeExtension(table, 'cookie', draft.cookie));
  list.push(writeExtension(table, 'psk_key_exchange_modes', [1]));
  if (settings.postHandshakeAuth) list.push(writeExtension(table, 'post_handshake_auth', true));
  const shares = draft.shares.map(({ group, share }) => ({ group: group.id, key_exchange: share }));
  list.push(writeExtension(table, 'key_share', shares));
  if (withEarlyData) list.push(writeExtension(table, 'early_data', true));
  if (draft.session !== null && draft.session.version === 'TLSv1.3') {
    list.push(writeExtension(table, 'pre_shared_key', pskOffer(settings, draft, draft.session)));
  }
}
