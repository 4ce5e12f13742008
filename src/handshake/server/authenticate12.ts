import type { SchemeInfo } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import {
  Certificate12,
  CertificateRequest12,
  CertificateStatus,
  CertificateVerify,
  HandshakeType,
} from '../../wire/index.ts';
import {
  allowAnonymous,
  authenticatePeer,
  leafOf,
  requireKeyUsage,
  verifyHandshakeSignature,
} from '../authentication.ts';
import type { Credential } from '../credential.ts';
import type { AnonymousProof } from '../established.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { ServerHandshake } from './settings.ts';

/** ClientCertificateType values: rsa_sign and ecdsa_sign (RFC 5246, section 7.4.4; RFC 8422, section 5.5). */
const CERTIFICATE_TYPES: readonly number[] = [64, 1];
const OCSP = 1;

/** Our Certificate, and the OCSP response if the client wants one. */
export function sendCertificate12(hs: ServerHandshake, credential: Credential, staple: Uint8Array | null): void {
  hs.send(HandshakeType.certificate, Certificate12, { certificate_list: credential.chain });
  hs.facts.credential = credential;
  if (staple === null) return;
  const status = { status_type: OCSP, response: staple };
  hs.send(HandshakeType.certificate_status, CertificateStatus, status);
}

/** RFC 5246, section 7.4.4. */
export function requestCertificate12(hs: ServerHandshake): boolean {
  const { clientAuth, schemes, authorities } = hs.settings;
  hs.facts.certificateRequested = clientAuth !== 'none';
  if (clientAuth === 'none') return false;
  hs.send(HandshakeType.certificate_request, CertificateRequest12, {
    certificate_types: CERTIFICATE_TYPES,
    supported_signature_algorithms: forVersion12(schemes).map((scheme) => scheme.id),
    certificate_authorities: authorities,
  });
  return true;
}

/** Those that TLS 1.2 knows. Whoever wants others alone asks in vain, yet the list must not be empty. */
function forVersion12(schemes: readonly SchemeInfo[]): readonly SchemeInfo[] {
  const known = schemes.filter((scheme) => scheme.tls12);
  return known.length === 0 ? schemes : known;
}

/** The chain of a client that was asked for one; null if it showed none. */
export function* readClientCertificate12(hs: ServerHandshake): Flow<VerifiedIdentity | null> {
  const { certificate_list: chain } = yield* hs.read(HandshakeType.certificate, Certificate12);
  if (chain.length === 0) {
    // TLS 1.2 has no certificate_required (RFC 5246, section 7.4.6).
    if (hs.settings.clientAuth === 'require') fail('ERR_TLS_NO_PEER_CERTIFICATE', { alert: 'handshake_failure' });
    return null;
  }
  if (chain.length > hs.settings.limits.chain) fail('ERR_TLS_CHAIN_TOO_LONG', `${chain.length} certificates`);
  const presented = {
    role: 'client',
    version: 'TLSv1.2',
    chain,
    serverName: null,
    ocspResponse: null,
    scts: null,
  } as const;
  const leaf = leafOf(hs, chain);
  requireKeyUsage(leaf, 'digitalSignature');
  return yield* authenticatePeer(hs, presented, leaf);
}

/** CertificateVerify over `messages`: the whole handshake before it (RFC 5246, section 7.4.8). */
export function* readProof12(
  hs: ServerHandshake,
  peer: VerifiedIdentity | null,
  messages: Uint8Array,
): Flow<VerifiedIdentity | AnonymousProof> {
  if (peer === null) return allowAnonymous();
  const { algorithm, signature } = yield* hs.read(HandshakeType.certificate_verify, CertificateVerify);
  const scheme = yield* verifyHandshakeSignature(hs, peer.publicKey, 'TLSv1.2', algorithm, messages, signature);
  hs.facts.peer = peer;
  hs.facts.peerScheme = scheme.name;
  return peer;
}
