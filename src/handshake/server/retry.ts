import { equalBytes } from '../../bytes/index.ts';
import type { Group, Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import {
  ExtensionType,
  HandshakeType,
  HELLO_RETRY_REQUEST_EXTENSIONS,
  HELLO_RETRY_REQUEST_RANDOM,
  type KeyShareEntry,
  ServerHello,
  writeExtension,
} from '../../wire/index.ts';
import { VERSION_CODES } from '../version.ts';
import { inCommon, readClientHello } from './hello.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';

/** A group in common, and the client's share of it; without one the client has to be asked again. */
export interface ChosenShare {
  readonly group: Group;
  readonly share: KeyShareEntry | null;
}

/**
 * The key exchange (RFC 9846, section 4.3.7). Where our order counts, a share that is there saves a round trip, so it
 * wins, unless the better group is a hybrid: protection against recorded traffic is worth the trip. Where the client's
 * order counts, it is kept to: the client knows what it sent.
 */
export function chooseShare(hs: ServerHandshake, { values }: ReadHello): ChosenShare {
  const { supported_groups: offered, key_share: shares } = values;
  if (offered === undefined) fail('ERR_TLS_MISSING_EXTENSION', 'supported_groups in ClientHello');
  if (shares === undefined) fail('ERR_TLS_MISSING_EXTENSION', 'key_share in ClientHello');
  checkShares(shares, offered);
  const groups = hs.settings.groups.filter((group) => group.tls13 !== false);
  const common = inCommon(groups, offered, hs.settings.preferOwn);
  const best = common[0];
  if (best === undefined) fail('ERR_TLS_NO_COMMON_GROUP', `the client offers groups ${offered.join(', ')}`);
  const candidates = best.tls12 && hs.settings.preferOwn ? common : [best];
  for (const group of candidates) {
    const share = shares.find((s) => s.group === group.id);
    if (share !== undefined) return { group, share };
  }
  return { group: best, share: null };
}

/** RFC 9846, section 4.3.8: each group once, and only groups that were offered. */
function checkShares(shares: readonly KeyShareEntry[], offered: readonly number[]): void {
  for (let i = 0; i < shares.length; i++) {
    const { group } = shares[i]!;
    if (!offered.includes(group)) fail('ERR_TLS_BAD_EXTENSION', `a share of group ${group}, which is not offered`);
    if (shares.findIndex((s) => s.group === group) !== i) fail('ERR_TLS_BAD_EXTENSION', `two shares of group ${group}`);
  }
}

/** Sends a HelloRetryRequest and reads the second ClientHello (RFC 9846, sections 4.2.2 and 4.2.4). */
export function* askAgain(hs: ServerHandshake, first: ReadHello, suite: Suite13, group: Group): Flow<ReadHello> {
  hs.facts.retried = true;
  const table = HELLO_RETRY_REQUEST_EXTENSIONS;
  const request: ServerHello = {
    legacy_version: VERSION_CODES['TLSv1.2'],
    random: HELLO_RETRY_REQUEST_RANDOM,
    legacy_session_id_echo: first.hello.legacy_session_id,
    cipher_suite: suite.id,
    legacy_compression_method: 0,
    extensions: [
      writeExtension(table, 'supported_versions', VERSION_CODES['TLSv1.3']),
      writeExtension(table, 'key_share', group.id),
    ],
  };
  hs.send(HandshakeType.server_hello, ServerHello, request);
  hs.transcript.startRetry(suite.hash);
  hs.sendChangeCipherSpecOnce();
  const second = readClientHello(hs, yield* hs.next(HandshakeType.client_hello));
  hs.link.early.skip(0);
  checkSecond(first, second, group);
  return second;
}

/** What a client may change: key shares, the cookie, padding, early data, and its PSKs. */
const CHANGING: readonly number[] = [
  ExtensionType.key_share,
  ExtensionType.cookie,
  ExtensionType.padding,
  ExtensionType.early_data,
  ExtensionType.pre_shared_key,
];

function checkSecond(first: ReadHello, second: ReadHello, group: Group): void {
  const shares = second.values.key_share ?? [];
  if (shares.length !== 1 || shares[0]!.group !== group.id) {
    fail('ERR_TLS_USELESS_RETRY', 'the second ClientHello has not exactly the share that was asked for');
  }
  if (second.values.cookie !== undefined) fail('ERR_TLS_BAD_EXTENSION', 'a cookie that was not sent');
  const a = first.hello;
  const b = second.hello;
  const same =
    a.legacy_version === b.legacy_version &&
    equalBytes(a.random, b.random) &&
    equalBytes(a.legacy_session_id, b.legacy_session_id) &&
    a.cipher_suites.length === b.cipher_suites.length &&
    a.cipher_suites.every((id, i) => id === b.cipher_suites[i]) &&
    equalBytes(a.legacy_compression_methods, b.legacy_compression_methods) &&
    sameExtensions(a, b);
  if (!same) fail('ERR_TLS_USELESS_RETRY', 'the second ClientHello changes what it may not');
}

function sameExtensions(a: ReadHello['hello'], b: ReadHello['hello']): boolean {
  const fixed = (hello: ReadHello['hello']) =>
    (hello.extensions ?? []).filter((e) => !CHANGING.includes(e.extension_type));
  const before = fixed(a);
  const after = fixed(b);
  return (
    before.length === after.length &&
    before.every(
      (e, i) => e.extension_type === after[i]!.extension_type && equalBytes(e.extension_data, after[i]!.extension_data),
    )
  );
}
