import { EMPTY } from '../../bytes/index.ts';
import type { SchemeInfo } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  CERTIFICATE_ENTRY_EXTENSIONS,
  CERTIFICATE_REQUEST_EXTENSIONS,
  Certificate13,
  CertificateRequest13,
  CertificateVerify,
  type Extension,
  HandshakeType,
  writeExtension,
} from '../../wire/index.ts';
import {
  allowAnonymous,
  authenticatePeer,
  leafOf,
  requireKeyUsage,
  signedContent13,
  signHandshake,
  verifyHandshakeSignature,
} from '../authentication.ts';
import type { RawMessage } from '../context.ts';
import type { Credential, CredentialRequest } from '../credential.ts';
import type { AnonymousProof } from '../established.ts';
import { requireScheme } from '../negotiation.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { ReadHello, ServerHandshake } from './settings.ts';
import { stapleFor } from './staple.ts';

/** Sends a CertificateRequest where clients are to show a certificate (RFC 9846, section 4.4.2). */
export function requestCertificate13(hs: ServerHandshake): boolean {
  const asks = hs.settings.clientAuth !== 'none';
  hs.facts.certificateRequested = asks;
  if (asks) sendCertificateRequest(hs, EMPTY);
  return asks;
}

/** `context` names a request after the handshake; within it is empty. */
export function sendCertificateRequest(hs: ServerHandshake, context: Uint8Array): void {
  const { schemes, certificateSchemes, authorities } = hs.settings;
  const table = CERTIFICATE_REQUEST_EXTENSIONS;
  const extensions: Extension[] = [
    writeExtension(
      table,
      'signature_algorithms',
      schemes.map((s) => s.id),
    ),
  ];
  if (certificateSchemes !== null) {
    extensions.push(
      writeExtension(
        table,
        'signature_algorithms_cert',
        certificateSchemes.map((s) => s.id),
      ),
    );
  }
  if (authorities.length > 0) extensions.push(writeExtension(table, 'certificate_authorities', authorities));
  const request = { certificate_request_context: context, extensions };
  hs.send(HandshakeType.certificate_request, CertificateRequest13, request);
}

/** Who we are to this client, and how we sign. */
export interface ServerIdentity {
  readonly credential: Credential;
  readonly scheme: SchemeInfo;
}

/** A ServerHello says that everything fits (RFC 9846, section 4.2.3), so this is chosen before. */
export function* chooseIdentity(hs: ServerHandshake, { values }: ReadHello): Flow<ServerIdentity> {
  const request: CredentialRequest = {
    role: 'server',
    version: 'TLSv1.3',
    schemes: values.signature_algorithms ?? [],
    certificateSchemes: values.signature_algorithms_cert ?? null,
    authorities: values.certificate_authorities ?? [],
    serverName: hs.facts.serverName ?? null,
    kinds: null,
    groups: null,
    rsaDecrypt: false,
  };
  const credential = yield* perform('select-credential', (signal) => hs.settings.credentials.select(request, signal));
  if (credential === null) fail('ERR_TLS_NO_CREDENTIAL');
  return { credential, scheme: requireScheme(credential, request.schemes, 'TLSv1.3') };
}

/** Our Certificate and CertificateVerify. */
export function* sendServerAuthentication(
  hs: ServerHandshake,
  hello: ReadHello,
  { credential, scheme }: ServerIdentity,
): Flow<Credential> {
  const { values } = hello;
  const scts = values.signed_certificate_timestamp === true ? (credential.scts ?? null) : null;
  const stapled = alongWithLeaf(yield* stapleFor(hs, hello, credential), scts);
  const certificate_list = credential.chain.map((cert_data, i) => ({ cert_data, extensions: i === 0 ? stapled : [] }));
  hs.send(HandshakeType.certificate, Certificate13, { certificate_request_context: EMPTY, certificate_list });
  const content = signedContent13('server', hs.transcript.hash());
  const signature = yield* signHandshake(hs, credential, scheme, 'TLSv1.3', content);
  hs.send(HandshakeType.certificate_verify, CertificateVerify, { algorithm: scheme.id, signature });
  hs.facts.credential = credential;
  hs.facts.ownScheme = scheme.name;
  return credential;
}

/** What the client asked to have along with the leaf (RFC 9846, section 4.5.1.1). */
function alongWithLeaf(staple: Uint8Array | null, scts: readonly Uint8Array[] | null): Extension[] {
  const list: Extension[] = [];
  const table = CERTIFICATE_ENTRY_EXTENSIONS;
  if (staple !== null) list.push(writeExtension(table, 'status_request', { status_type: 1, response: staple }));
  if (scts !== null) list.push(writeExtension(table, 'signed_certificate_timestamp', scts));
  return list;
}

/** The client's Certificate and CertificateVerify, if it was asked for them. */
export function* readClientAuthentication(
  hs: ServerHandshake,
  asked: boolean,
): Flow<VerifiedIdentity | AnonymousProof> {
  hs.facts.peer = null;
  hs.facts.peerScheme = null;
  if (!asked) return allowAnonymous();
  return yield* readClientCertificate(hs, yield* hs.next(HandshakeType.certificate), EMPTY);
}

/** Also for a certificate asked for after the handshake, where `context` names the request. */
export function* readClientCertificate(
  hs: ServerHandshake,
  message: RawMessage,
  context: Uint8Array,
): Flow<VerifiedIdentity | AnonymousProof> {
  const body = hs.decode(Certificate13, message);
  const same = body.certificate_request_context.every((byte, i) => byte === context[i]);
  if (body.certificate_request_context.length !== context.length || !same) {
    fail('ERR_TLS_BAD_CERTIFICATE_REQUEST', 'the client answers with another context');
  }
  const { certificate_list: entries } = body;
  if (entries.length === 0) {
    if (hs.settings.clientAuth === 'require') fail('ERR_TLS_NO_PEER_CERTIFICATE');
    return allowAnonymous();
  }
  if (entries.length > hs.settings.limits.chain) fail('ERR_TLS_CHAIN_TOO_LONG', `${entries.length} certificates`);
  for (const entry of entries) {
    if (entry.extensions.length > 0) fail('ERR_TLS_UNSOLICITED_EXTENSION', "in the client's Certificate");
  }
  const chain = entries.map((entry) => entry.cert_data);
  const presented = {
    role: 'client',
    version: 'TLSv1.3',
    chain,
    serverName: null,
    ocspResponse: null,
    scts: null,
  } as const;
  const leaf = leafOf(hs, chain);
  requireKeyUsage(leaf, 'digitalSignature');
  const peer = yield* authenticatePeer(hs, presented, leaf);
  const content = signedContent13('client', hs.transcript.hash());
  const { algorithm, signature } = yield* hs.read(HandshakeType.certificate_verify, CertificateVerify);
  const scheme = yield* verifyHandshakeSignature(hs, peer.publicKey, 'TLSv1.3', algorithm, content, signature);
  hs.facts.peer = peer;
  hs.facts.peerScheme = scheme.name;
  return peer;
}
