import { concat, EMPTY, fromLatin1 } from '../../bytes/index.ts';
import { decrypts, type Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  type Extension,
  HandshakeType,
  SERVER_HELLO_12_EXTENSIONS,
  ServerHello,
  writeExtension,
} from '../../wire/index.ts';
import type { Credential, CredentialRequest } from '../credential.ts';
import { chooseScheme, fitsGroups } from '../negotiation.ts';
import { VERSION_CODES } from '../version.ts';
import { answerLimits } from './encrypted-extensions.ts';
import { inCommon } from './hello.ts';
import type { ReadHello, ServerExchange12, ServerHandshake } from './settings.ts';

/** What a TLS 1.2 server decided on. */
export interface Choice12 {
  readonly suite: Suite12;
  readonly exchange: ServerExchange12;
  readonly credential: Credential | null;
}

/** The suites that would work with this client, and the credential that one of them needs (RFC 5246, section 7.4.1.3). */
export function* choose12(hs: ServerHandshake, hello: ReadHello): Flow<Choice12> {
  const candidates = possibleSuites(hs, hello);
  if (candidates.length === 0) fail('ERR_TLS_NO_COMMON_CIPHER', 'TLS 1.2');
  const request = wantedCredential(hs, hello, candidates);
  const kinds = kindsOf(candidates);
  const credential =
    kinds.length === 0
      ? null
      : yield* perform('select-credential', (signal) => hs.settings.credentials.select(request, signal));
  const suite = candidates.find(
    (one) => one.auth === null || (credential !== null && serves(credential, one, request)),
  );
  if (suite === undefined) fail('ERR_TLS_NO_CREDENTIAL', `the client could do with ${kinds.join(' or ')}`);
  return { suite, exchange: exchangeOf(hs, suite)!, credential: suite.auth === null ? null : credential };
}

function wantedCredential(
  hs: ServerHandshake,
  { values }: ReadHello,
  candidates: readonly Suite12[],
): CredentialRequest {
  return {
    role: 'server',
    version: 'TLSv1.2',
    schemes: values.signature_algorithms ?? [],
    certificateSchemes: values.signature_algorithms_cert ?? null,
    authorities: values.certificate_authorities ?? [],
    serverName: hs.facts.serverName ?? null,
    kinds: kindsOf(candidates.filter((suite) => !decrypts(suite))),
    groups: values.supported_groups ?? null,
    rsaDecrypt: candidates.some(decrypts),
  };
}

function kindsOf(suites: readonly Suite12[]): ('rsa' | 'ecdsa')[] {
  const kinds: ('rsa' | 'ecdsa')[] = [];
  for (const { auth } of suites) if (auth !== null && !kinds.includes(auth)) kinds.push(auth);
  return kinds;
}

/** Whether a suite can be spoken with this credential: by signing, or in static RSA by decrypting. */
function serves(credential: Credential, suite: Suite12, request: CredentialRequest): boolean {
  const { kind } = credential.publicKey;
  if (suite.auth !== (kind === 'rsa' || kind === 'rsa-pss' ? 'rsa' : 'ecdsa')) return false;
  if (decrypts(suite)) return kind === 'rsa' && credential.key.rsaDecrypt !== undefined;
  return fitsGroups(credential, request.groups) && chooseScheme(credential, request.schemes, 'TLSv1.2') !== null;
}

export function possibleSuites(hs: ServerHandshake, hello: ReadHello): Suite12[] {
  const list: Suite12[] = [];
  for (const suite of inCommon(hs.settings.suites, hello.hello.cipher_suites, hs.settings.preferOwn)) {
    if (suite.version === 'TLSv1.2' && exchangeOf(hs, suite)?.possible(hs, suite, hello) === true) list.push(suite);
  }
  return list;
}

export function exchangeOf(hs: ServerHandshake, suite: Suite12): ServerExchange12 | null {
  return hs.settings.exchanges.find((exchange) => exchange.kind === suite.exchange.kind) ?? null;
}

/** "DOWNGRD" and 1: a client that speaks 1.3 notices that somebody made us believe otherwise. */
const DOWNGRADE_12 = new Uint8Array([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1]);

/** ServerHello.random (RFC 9846, section 4.2.3). */
export function serverRandom12(hs: ServerHandshake): Uint8Array {
  const random = hs.settings.random(32);
  return hs.settings.versions.includes('TLSv1.3') ? concat(random.subarray(0, 24), DOWNGRADE_12) : random;
}

export interface Answer12 {
  readonly suite: Suite12;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly willTicket: boolean;
  readonly willStaple: boolean;
  /** SignedCertificateTimestamps to send along; null if none. */
  readonly scts: readonly Uint8Array[] | null;
  readonly resumed: boolean;
  /** RFC 5746: what renegotiation_info says; null if the client does not know it. */
  readonly renegotiationInfo: Uint8Array | null;
}

export function sendHello12(hs: ServerHandshake, { values }: ReadHello, answer: Answer12): void {
  const table = SERVER_HELLO_12_EXTENSIONS;
  const list: Extension[] = [];
  const { renegotiationInfo: info } = answer;
  if (info !== null) list.push(writeExtension(table, 'renegotiation_info', info));
  if (hs.facts.serverName !== null && !answer.resumed) list.push(writeExtension(table, 'server_name', true));
  if (answer.extendedMasterSecret) list.push(writeExtension(table, 'extended_master_secret', true));
  if (answer.encryptThenMac) list.push(writeExtension(table, 'encrypt_then_mac', true));
  if (answer.willTicket) list.push(writeExtension(table, 'session_ticket', true));
  if (answer.willStaple) list.push(writeExtension(table, 'status_request', true));
  if (answer.scts !== null) list.push(writeExtension(table, 'signed_certificate_timestamp', answer.scts));
  if (values.ec_point_formats !== undefined && answer.suite.exchange.kind.startsWith('ecdhe')) {
    list.push(writeExtension(table, 'ec_point_formats', [0]));
  }
  const alpn = values.application_layer_protocol_negotiation === undefined ? null : (hs.facts.alpn ?? null);
  if (alpn !== null) list.push(writeExtension(table, 'application_layer_protocol_negotiation', [fromLatin1(alpn)]));
  const limits = answerLimits(hs, values, 0);
  if (limits.record_size_limit !== null)
    list.push(writeExtension(table, 'record_size_limit', limits.record_size_limit));
  if (limits.max_fragment_length !== null)
    list.push(writeExtension(table, 'max_fragment_length', limits.max_fragment_length));
  hs.send(HandshakeType.server_hello, ServerHello, {
    legacy_version: VERSION_CODES['TLSv1.2'],
    random: answer.random,
    legacy_session_id_echo: answer.sessionId.length === 0 ? EMPTY : answer.sessionId,
    cipher_suite: answer.suite.id,
    legacy_compression_method: 0,
    extensions: list.length === 0 ? null : list,
  });
}
