import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  CERTIFICATE_ENTRY_EXTENSIONS,
  CERTIFICATE_REQUEST_EXTENSIONS,
  Certificate13,
  type CertificateEntry,
  CertificateRequest13,
  CertificateVerify,
  ExtensionType,
  encode,
  frame,
  HandshakeType,
  readExtensions,
} from '../../wire/index.ts';
import type { IssuerStaple } from '../../x509/index.ts';
import {
  authenticatePeer,
  leafOf,
  requireKeyUsage,
  signedContent13,
  signHandshake,
  verifyHandshakeSignature,
} from '../authentication.ts';
import type { RawMessage } from '../context.ts';
import type { Credential, CredentialRequest } from '../credential.ts';
import { checkAnswers } from '../extensions.ts';
import { requireScheme } from '../negotiation.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { ClientHandshake, Offer } from './settings.ts';

/** A server that wants a certificate. */
export interface CertificateDemand {
  readonly context: Uint8Array;
  readonly request: CredentialRequest;
}

/** Reads a CertificateRequest if there is one, and in any case the server's Certificate after it. */
export function* optionalCertificateRequest(
  hs: ClientHandshake,
): Flow<{ readonly request: CertificateDemand | null; readonly next: RawMessage }> {
  const message = yield* hs.next(HandshakeType.certificate_request, HandshakeType.certificate);
  hs.facts.certificateRequested = message.type === HandshakeType.certificate_request;
  hs.facts.peerSchemes = [];
  hs.facts.authorities = [];
  hs.facts.credential = null;
  hs.facts.ownScheme = null;
  if (message.type === HandshakeType.certificate) return { request: null, next: message };
  const body = hs.decode(CertificateRequest13, message);
  if (body.certificate_request_context.length > 0) fail('ERR_TLS_BAD_CERTIFICATE_REQUEST', 'its context is not empty');
  const request = readDemand(hs, body);
  return { request, next: yield* hs.next(HandshakeType.certificate) };
}

/** RFC 9846, section 4.4.2: unknown extensions are ignored, signature_algorithms must be there. */
export function readDemand(hs: ClientHandshake, body: CertificateRequest13): CertificateDemand {
  const values = readExtensions(CERTIFICATE_REQUEST_EXTENSIONS, body.extensions);
  const schemes = values.signature_algorithms;
  if (schemes === undefined) fail('ERR_TLS_MISSING_EXTENSION', 'signature_algorithms in CertificateRequest');
  const authorities = values.certificate_authorities ?? [];
  hs.facts.peerSchemes = schemes;
  hs.facts.authorities = authorities;
  const request: CredentialRequest = {
    role: 'client',
    version: 'TLSv1.3',
    schemes,
    certificateSchemes: values.signature_algorithms_cert ?? null,
    authorities,
    serverName: hs.settings.serverName,
    kinds: null,
    groups: null,
    rsaDecrypt: false,
  };
  return { context: body.certificate_request_context, request };
}

const ENTRY_ALLOWED: readonly number[] = [ExtensionType.status_request, ExtensionType.signed_certificate_timestamp];

/** Certificate and CertificateVerify of the server (RFC 9846, sections 4.5.1 and 4.5.2). */
export function* authenticateServer(hs: ClientHandshake, offer: Offer, message: RawMessage): Flow<VerifiedIdentity> {
  const body = hs.decode(Certificate13, message);
  const { certificate_list: entries } = body;
  if (body.certificate_request_context.length > 0) fail('ERR_TLS_BAD_EXTENSION', 'a server certificate with a context');
  if (entries.length === 0) fail('ERR_TLS_EMPTY_CERTIFICATE');
  if (entries.length > hs.settings.limits.chain) fail('ERR_TLS_CHAIN_TOO_LONG', `${entries.length} certificates`);
  for (const entry of entries) {
    checkAnswers(
      entry.extensions.map((e) => e.extension_type),
      offer.sent,
      ENTRY_ALLOWED,
      'Certificate',
    );
  }
  const stapled = readExtensions(CERTIFICATE_ENTRY_EXTENSIONS, entries[0]!.extensions);
  const chain = entries.map((entry) => entry.cert_data);
  const leaf = leafOf(hs, chain);
  requireKeyUsage(leaf, 'digitalSignature');
  const ocspResponse = stapled.status_request?.response ?? null;
  const scts = stapled.signed_certificate_timestamp ?? null;
  const { serverName } = hs.settings;
  const issuerStaples = issuerStaplesOf(entries);
  const presented = {
    role: 'server',
    version: 'TLSv1.3',
    chain,
    serverName,
    ocspResponse,
    scts,
    ...(issuerStaples.length > 0 && { issuerStaples }),
  } as const;
  const peer = yield* authenticatePeer(hs, presented, leaf);
  const content = signedContent13('server', hs.transcript.hash());
  const verify = yield* hs.read(HandshakeType.certificate_verify, CertificateVerify);
  const { algorithm, signature } = verify;
  const scheme = yield* verifyHandshakeSignature(hs, peer.publicKey, 'TLSv1.3', algorithm, content, signature);
  hs.facts.peer = peer;
  hs.facts.peerScheme = scheme.name;
  hs.facts.ocspResponse = ocspResponse;
  hs.facts.scts = scts;
  return peer;
}

function issuerStaplesOf(entries: readonly CertificateEntry[]): IssuerStaple[] {
  const staples: IssuerStaple[] = [];
  for (const { cert_data, extensions } of entries.slice(1)) {
    const { status_request } = readExtensions(CERTIFICATE_ENTRY_EXTENSIONS, extensions);
    if (status_request !== undefined) staples.push({ certificate: cert_data, response: status_request.response });
  }
  return staples;
}

/**
 * Our Certificate and CertificateVerify; without a certificate that fits, an empty Certificate alone. Neither goes out
 * before both are there: after the handshake data is sent meanwhile, and may not come between (RFC 9846, section 4.7.2).
 */
export function* sendClientAuthentication(hs: ClientHandshake, demand: CertificateDemand): Flow<Credential | null> {
  const { context, request } = demand;
  const credential = yield* perform('select-credential', (signal) => hs.settings.credentials.select(request, signal));
  const certificate_list = (credential?.chain ?? []).map((cert_data) => ({ cert_data, extensions: [] }));
  const shown = { certificate_request_context: context, certificate_list };
  if (credential === null) {
    hs.send(HandshakeType.certificate, Certificate13, shown);
    return null;
  }
  const certificate = frame(HandshakeType.certificate, encode(Certificate13, shown));
  hs.transcript.add(certificate);
  const scheme = requireScheme(credential, request.schemes, 'TLSv1.3');
  const content = signedContent13('client', hs.transcript.hash());
  const signature = yield* signHandshake(hs, credential, scheme, 'TLSv1.3', content);
  hs.link.writeHandshake(certificate);
  hs.send(HandshakeType.certificate_verify, CertificateVerify, { algorithm: scheme.id, signature });
  hs.facts.credential = credential;
  hs.facts.ownScheme = scheme.name;
  return credential;
}
