import { equalBytes } from '../../bytes/index.ts';
import { decrypts, groupOfCurve, type Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import {
  Certificate12,
  CertificateRequest12,
  CertificateStatus,
  CertificateVerify,
  HandshakeType,
} from '../../wire/index.ts';
import type { Certificate } from '../../x509/index.ts';
import { authenticatePeer, leafOf, requireKeyUsage, signHandshake } from '../authentication.ts';
import type { RawMessage } from '../context.ts';
import type { Credential, CredentialRequest } from '../credential.ts';
import { requireScheme } from '../negotiation.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { Answer12 } from './hello12.ts';
import type { ClientHandshake } from './settings.ts';

/** A server that wants a certificate. */
export interface CertificateDemand12 {
  readonly request: CredentialRequest;
}

/** ClientCertificateType values (RFC 5246, section 7.4.4; RFC 8422, section 5.5). */
const RSA_SIGN = 1;
const ECDSA_SIGN = 64;

/** The server's Certificate, with the OCSP response that may follow it. */
export function* readServerCertificate(
  hs: ClientHandshake,
  answer: Answer12,
  following: readonly number[],
): Flow<{ readonly peer: VerifiedIdentity; readonly next: RawMessage }> {
  const { certificate_list: chain } = yield* hs.read(HandshakeType.certificate, Certificate12);
  if (chain.length === 0) fail('ERR_TLS_EMPTY_CERTIFICATE');
  if (chain.length > hs.settings.limits.chain) fail('ERR_TLS_CHAIN_TOO_LONG', `${chain.length} certificates`);
  const leaf = leafOf(hs, chain);
  checkLeaf(hs, leaf, answer.suite);
  const before = hs.before?.leaf ?? null;
  if (before !== null && !equalBytes(before, chain[0]!)) fail('ERR_TLS_CERTIFICATE_CHANGED');
  const staple = answer.willStaple ? [HandshakeType.certificate_status] : [];
  let next = yield* hs.next(...staple, ...following);
  let ocspResponse: Uint8Array | null = null;
  if (next.type === HandshakeType.certificate_status) {
    ocspResponse = hs.decode(CertificateStatus, next).response;
    next = yield* hs.next(...following);
  }
  hs.facts.peerSchemes = [];
  hs.facts.authorities = [];
  hs.facts.credential = null;
  hs.facts.ownScheme = null;
  hs.facts.ocspResponse = ocspResponse;
  const scts = hs.facts.scts ?? null;
  const { serverName } = hs.settings;
  const presented = { role: 'server', version: 'TLSv1.2', chain, serverName, ocspResponse, scts } as const;
  const peer = yield* authenticatePeer(hs, presented, leaf);
  hs.facts.peer = peer;
  return { peer, next };
}

/**
 * The key must be of the kind the cipher suite names, on a curve of ours, and for this use (RFC 5246, section 7.4.2;
 * RFC 8422, sections 2 and 5.3). An RSASSA-PSS key never decrypts (RFC 4055, section 1.2).
 */
function checkLeaf(hs: ClientHandshake, leaf: Certificate, suite: Suite12): void {
  const { kind, curve } = leaf.publicKey;
  const fits =
    suite.auth === 'rsa'
      ? kind === 'rsa' || (kind === 'rsa-pss' && !decrypts(suite))
      : kind === 'ec' || kind === 'ed25519' || kind === 'ed448';
  if (!fits) fail('ERR_TLS_WRONG_CERTIFICATE_TYPE', `${suite.name} with a key of kind ${kind}`);
  if (curve !== undefined && !hs.settings.groups.some(({ id }) => id === groupOfCurve(curve))) {
    fail('ERR_TLS_WRONG_CERTIFICATE_TYPE', `the key is on ${curve}, which is not among the groups offered`);
  }
  requireKeyUsage(leaf, decrypts(suite) ? 'keyEncipherment' : 'digitalSignature');
}

/** RFC 5246, section 7.4.4. */
export function readDemand12(hs: ClientHandshake, message: RawMessage): CertificateDemand12 {
  const body = hs.decode(CertificateRequest12, message);
  const kinds: ('rsa' | 'ecdsa')[] = [];
  if (body.certificate_types.includes(RSA_SIGN)) kinds.push('rsa');
  if (body.certificate_types.includes(ECDSA_SIGN)) kinds.push('ecdsa');
  hs.facts.peerSchemes = body.supported_signature_algorithms;
  hs.facts.authorities = body.certificate_authorities;
  const request: CredentialRequest = {
    role: 'client',
    version: 'TLSv1.2',
    schemes: body.supported_signature_algorithms,
    certificateSchemes: null,
    authorities: body.certificate_authorities,
    serverName: hs.settings.serverName,
    kinds,
    groups: null,
    rsaDecrypt: false,
  };
  return { request };
}

/** Our Certificate: empty where none fits (RFC 5246, section 7.4.6). */
export function* sendCertificate(hs: ClientHandshake, demand: CertificateDemand12): Flow<Credential | null> {
  const { request } = demand;
  const credential = yield* perform('select-credential', (signal) => hs.settings.credentials.select(request, signal));
  hs.send(HandshakeType.certificate, Certificate12, { certificate_list: credential === null ? [] : credential.chain });
  return credential;
}

/** CertificateVerify: a signature over the whole handshake so far (RFC 5246, section 7.4.8). */
export function* sendProof(hs: ClientHandshake, credential: Credential, demand: CertificateDemand12): Flow<true> {
  const scheme = requireScheme(credential, demand.request.schemes, 'TLSv1.2');
  const signature = yield* signHandshake(hs, credential, scheme, 'TLSv1.2', hs.transcript.messages());
  hs.send(HandshakeType.certificate_verify, CertificateVerify, { algorithm: scheme.id, signature });
  hs.facts.credential = credential;
  hs.facts.ownScheme = scheme.name;
  return true;
}
