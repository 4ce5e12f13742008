import { concat, equalBytes, equalSecret } from '../../bytes/index.ts';
import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import {
  ExtensionType,
  type ExtensionValues,
  type ServerHello,
  type ServerHello12Extensions,
} from '../../wire/index.ts';
import { checkAnswers } from '../extensions.ts';
import type { Session } from '../session.ts';
import { applyProtocol, applyRecordLimits } from './encrypted-extensions.ts';
import { typesOf } from './retry.ts';
import type { ClientExchange12, ClientHandshake, Offer } from './settings.ts';

/** What a TLS 1.2 ServerHello settled. */
export interface Answer12 {
  readonly suite: Suite12;
  readonly exchange: ClientExchange12;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  /** Whether a CertificateStatus may follow the certificate. */
  readonly willStaple: boolean;
  /** Whether a NewSessionTicket precedes the server's Finished. */
  readonly willTicket: boolean;
  /** The session that is resumed; null in a full handshake. */
  readonly session: Session | null;
  /** The server's id for this session; empty if there is none. */
  readonly sessionId: Uint8Array;
}

const ALLOWED: readonly number[] = [
  ExtensionType.server_name,
  ExtensionType.max_fragment_length,
  ExtensionType.status_request,
  ExtensionType.supported_groups, // means nothing here, but servers are known that send it
  ExtensionType.ec_point_formats,
  ExtensionType.application_layer_protocol_negotiation,
  ExtensionType.signed_certificate_timestamp,
  ExtensionType.encrypt_then_mac,
  ExtensionType.extended_master_secret,
  ExtensionType.record_size_limit,
  ExtensionType.session_ticket,
  ExtensionType.renegotiation_info,
];

/** Judges a ServerHello of TLS 1.2 (RFC 5246, section 7.4.1.3). */
export function readHello12(
  hs: ClientHandshake,
  offer: Offer,
  hello: ServerHello,
  values: ExtensionValues<ServerHello12Extensions>,
): Answer12 {
  const suite = selectedSuite12(offer, hello);
  const exchange = hs.settings.exchanges.find((e) => e.kind === suite.exchange.kind);
  if (exchange === undefined) fail('ERR_TLS_WRONG_CIPHER', `no key exchange for ${suite.name}`);
  checkAnswers(typesOf(hello), offer.sent, ALLOWED, 'ServerHello');
  checkRenegotiationInfo(hs, values.renegotiation_info);
  const extendedMasterSecret = values.extended_master_secret === true;
  if (!extendedMasterSecret && hs.settings.requireExtendedMasterSecret) fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET');
  if (hs.before !== null && hs.before.extendedMasterSecret !== extendedMasterSecret) {
    fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET', 'it changed in a renegotiation');
  }
  const session = resumedSession(offer, hello, suite, extendedMasterSecret);
  const encryptThenMac = values.encrypt_then_mac === true;
  if (encryptThenMac && suite.bulk.kind !== 'cbc') fail('ERR_TLS_BAD_EXTENSION', `encrypt_then_mac with ${suite.name}`);
  const formats = values.ec_point_formats;
  if (formats !== undefined && !formats.includes(0))
    fail('ERR_TLS_BAD_EXTENSION', 'ec_point_formats without uncompressed');
  if (hs.before === null) applyProtocol(hs, values.application_layer_protocol_negotiation);
  else hs.facts.alpn = hs.before.alpn;
  applyRecordLimits(hs, values.record_size_limit, values.max_fragment_length, 0);
  hs.facts.suite = suite;
  hs.facts.group = null;
  hs.facts.retried = false;
  hs.facts.extendedMasterSecret = extendedMasterSecret;
  hs.facts.scts = values.signed_certificate_timestamp ?? null;
  return {
    suite,
    exchange,
    clientRandom: offer.random,
    serverRandom: hello.random,
    extendedMasterSecret,
    encryptThenMac,
    willStaple: values.status_request !== undefined,
    willTicket: values.session_ticket !== undefined,
    session,
    sessionId: hello.legacy_session_id_echo,
  };
}

function selectedSuite12(offer: Offer, hello: ServerHello): Suite12 {
  if (hello.legacy_compression_method !== 0) fail('ERR_TLS_WRONG_COMPRESSION');
  for (const suite of offer.suites) {
    if (suite.id === hello.cipher_suite && suite.version === 'TLSv1.2') return suite;
  }
  return fail('ERR_TLS_WRONG_CIPHER', `0x${hello.cipher_suite.toString(16)}`);
}

/** An echoed session id means that the server resumes (RFC 5246, section 7.4.1.3; RFC 5077, section 3.4). */
function resumedSession(offer: Offer, hello: ServerHello, suite: Suite12, extended: boolean): Session | null {
  const echoed = offer.sessionId.length > 0 && equalBytes(hello.legacy_session_id_echo, offer.sessionId);
  if (!echoed) return null;
  const { session } = offer;
  if (session === null || session.version !== 'TLSv1.2') {
    fail('ERR_TLS_WRONG_SESSION_ID', 'the server resumes a session that was not offered');
  }
  if (session.suite !== suite.id) fail('ERR_TLS_RESUMPTION_MISMATCH', 'another cipher suite');
  if (session.extendedMasterSecret !== extended)
    fail('ERR_TLS_NO_EXTENDED_MASTER_SECRET', 'it changed between the sessions');
  return session;
}

/** RFC 5746, sections 3.4 and 3.5: empty at first, then the Finished messages before. */
function checkRenegotiationInfo(hs: ClientHandshake, info: Uint8Array | undefined): void {
  const { before } = hs;
  hs.facts.secureRenegotiation = info !== undefined;
  if (before === null) {
    if (info !== undefined && info.length > 0) fail('ERR_TLS_BAD_RENEGOTIATION_INFO');
    if (info === undefined && hs.settings.requireSecureRenegotiation) fail('ERR_TLS_NO_SECURE_RENEGOTIATION');
    return;
  }
  if (!before.secure) {
    // Only a configuration that allows unsafe renegotiation comes here.
    if (info !== undefined) fail('ERR_TLS_BAD_RENEGOTIATION_INFO');
    return;
  }
  const expected = concat(before.client, before.server);
  if (info === undefined || !equalSecret(info, expected)) fail('ERR_TLS_BAD_RENEGOTIATION_INFO');
}
