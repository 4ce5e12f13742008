import { equalBytes } from '../../bytes/index.ts';
import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import {
  ExtensionType,
  HandshakeType,
  HELLO_RETRY_REQUEST_EXTENSIONS,
  isHelloRetryRequest,
  readExtensions,
  ServerHello,
} from '../../wire/index.ts';
import { checkAnswers, checkEachOnce } from '../extensions.ts';
import { VERSION_CODES } from '../version.ts';
import { refuseByRetry } from './early.ts';
import { sendHello, startShares } from './offer.ts';
import { hashOfSession } from './resume.ts';
import type { ClientHandshake, Offer, OfferedShare } from './settings.ts';

export interface AnsweredOffer {
  readonly offer: Offer;
  readonly hello: ServerHello;
  readonly suite: Suite13;
}

/** Answers a HelloRetryRequest with a second ClientHello (RFC 9846, section 4.2.4), and reads the ServerHello. */
export function* retry(hs: ClientHandshake, first: Offer, request: ServerHello): Flow<AnsweredOffer> {
  const suite = selectedSuite13(first, request);
  hs.transcript.startRetry(suite.hash);
  hs.facts.retried = true;
  checkEachOnce(typesOf(request));
  checkAnswers(typesOf(request), [...first.sent, ExtensionType.cookie], ALLOWED, 'HelloRetryRequest');
  const asked = readExtensions(HELLO_RETRY_REQUEST_EXTENSIONS, request.extensions);
  if (asked.cookie === undefined && asked.key_share === undefined) fail('ERR_TLS_USELESS_RETRY', 'it asks for nothing');
  refuseByRetry(hs, first);
  const shares = asked.key_share === undefined ? first.shares : yield* newShare(hs, first, asked.key_share);
  if (hs.settings.middleboxCompatibility) hs.sendChangeCipherSpecOnce();
  const session = first.session !== null && fitsHash(first, suite) ? first.session : null;
  const offer = sendHello(hs, { ...first, shares, cookie: asked.cookie ?? null, session });
  const hello = yield* hs.read(HandshakeType.server_hello, ServerHello);
  if (isHelloRetryRequest(hello.random)) fail('ERR_TLS_SECOND_RETRY');
  if (selectedSuite13(offer, hello) !== suite) fail('ERR_TLS_WRONG_CIPHER', 'it changed after the HelloRetryRequest');
  return { offer, hello, suite };
}

/** A session with another hash than the suite's could not be accepted any more. */
function fitsHash(first: Offer, suite: Suite13): boolean {
  return hashOfSession(first.session!, first.suites).name === suite.hash.name;
}

const ALLOWED: readonly number[] = [ExtensionType.supported_versions, ExtensionType.cookie, ExtensionType.key_share];

/** The group must be one we offered, and one of which we sent no share. */
function* newShare(hs: ClientHandshake, first: Offer, id: number): Flow<readonly OfferedShare[]> {
  const group = hs.settings.groups.find((g) => g.id === id);
  if (group === undefined) fail('ERR_TLS_WRONG_GROUP', `group ${id} was not offered`);
  if (first.shares.some((share) => share.group.id === id))
    fail('ERR_TLS_USELESS_RETRY', `a share of ${group.name} was sent`);
  return yield* startShares([group]);
}

export function typesOf(hello: ServerHello): readonly number[] {
  return (hello.extensions ?? []).map((extension) => extension.extension_type);
}

/** Also checks the fields that any ServerHello must echo. */
export function selectedSuite13(offer: Offer, hello: ServerHello): Suite13 {
  checkLegacyVersion(hello);
  if (!equalBytes(hello.legacy_session_id_echo, offer.sessionId)) fail('ERR_TLS_WRONG_SESSION_ID');
  // Not a choice that could be wrong, but a constant of the format.
  if (hello.legacy_compression_method !== 0) fail('ERR_TLS_WRONG_COMPRESSION', { alert: 'decode_error' });
  for (const suite of offer.suites) {
    if (suite.id === hello.cipher_suite && suite.version === 'TLSv1.3') return suite;
  }
  return fail('ERR_TLS_WRONG_CIPHER', `0x${hello.cipher_suite.toString(16)}`);
}

/** RFC 9846, section 4.2.3: this field does not choose the version, and has but one value. */
function checkLegacyVersion(hello: ServerHello): void {
  if (hello.legacy_version === VERSION_CODES['TLSv1.2']) return;
  const detail = `legacy_version is 0x${hello.legacy_version.toString(16)}`;
  fail('ERR_TLS_UNSUPPORTED_VERSION', { detail, alert: 'protocol_version' });
}
