import { concat, fromLatin1, isBytes } from '../bytes/index.ts';
import {
  hashOf,
  type PublicKey,
  type SchemeInfo,
  type SignatureVerifier,
  type SignRequest,
  schemeById,
  schemeFitsKey,
  signerNameOf,
} from '../crypto/index.ts';
import { fail, isTlsError } from '../errors/index.ts';
import { type Flow, perform, type Signal } from '../flow/index.ts';
import { type Certificate, KEY_USAGE } from '../x509/index.ts';
import type { Handshake } from './context.ts';
import type { Credential } from './credential.ts';
import type { AnonymousProof, PskProof } from './established.ts';
import type { PresentedIdentity, VerifiedIdentity } from './peer.ts';
import type { Version } from './version.ts';

/** What a TLS 1.3 CertificateVerify signs (RFC 9846, section 4.5.2). */
export function signedContent13(signer: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
  const padding = new Uint8Array(64).fill(0x20);
  return concat(padding, fromLatin1(`TLS 1.3, ${signer} CertificateVerify\0`), transcriptHash);
}

/** The leaf of a chain, parsed. Fails with ERR_TLS_CERT_PARSE. */
export function leafOf(hs: Handshake, chain: readonly Uint8Array[]): Certificate {
  return hs.settings.certificate(chain[0]!);
}

/**
 * A certificate that says what its key is for must allow what it is used for (RFC 5280, section 4.2.1.3), whoever
 * verifies the rest. Fails with ERR_TLS_WRONG_CERTIFICATE_TYPE.
 */
export function requireKeyUsage(leaf: Certificate, use: 'digitalSignature' | 'keyEncipherment'): void {
  const { keyUsage } = leaf;
  if (keyUsage === null || (keyUsage & KEY_USAGE[use]) !== 0) return;
  fail('ERR_TLS_WRONG_CERTIFICATE_TYPE', { detail: `its key usage lacks ${use}`, certificate: leaf.der });
}

/** Lets the verifier decide. The one place where a VerifiedIdentity comes from. */
export function* authenticatePeer(
  hs: Handshake,
  presented: PresentedIdentity,
  leaf: Certificate,
): Flow<VerifiedIdentity> {
  const verdict = yield* perform('verify-peer', (signal) => hs.settings.verifier.verify(presented, signal));
  return { ...presented, publicKey: leaf.publicKey, verdict } as VerifiedIdentity;
}

/** The identity that was verified when a session began, and whose verdict still holds. */
export function restoreIdentity(
  presented: PresentedIdentity,
  leaf: Certificate,
  notAfter: number | null,
): VerifiedIdentity {
  const verdict = { error: null, path: null, notAfter, unchecked: ['verified when the session began'] };
  return { ...presented, publicKey: leaf.publicKey, verdict } as unknown as VerifiedIdentity;
}

/** A peer that knows the secret of a session, which the handshake's Finished then proves. */
export function resumedProof(identity: VerifiedIdentity | null): PskProof {
  return { identity } as PskProof;
}

/** A client that shows no certificate where none is demanded. */
export function allowAnonymous(): AnonymousProof {
  return {} as AnonymousProof;
}

/** Checks the peer's handshake signature. Fails with ERR_TLS_WRONG_SIGNATURE_SCHEME or ERR_TLS_BAD_SIGNATURE. */
export function* verifyHandshakeSignature(
  hs: Handshake,
  publicKey: PublicKey,
  version: Version,
  algorithm: number,
  message: Uint8Array,
  signature: Uint8Array,
): Flow<SchemeInfo> {
  const scheme = schemeById(algorithm);
  if (scheme === null || !hs.settings.schemes.includes(scheme)) {
    fail('ERR_TLS_WRONG_SIGNATURE_SCHEME', `scheme 0x${algorithm.toString(16)} was not offered`);
  }
  if (!schemeFitsKey(scheme, publicKey, version)) {
    fail('ERR_TLS_WRONG_SIGNATURE_SCHEME', `${scheme.name} does not fit the key of the certificate in ${version}`);
  }
  const verifier = verifierFor(hs.settings.verifiers, scheme, publicKey);
  if (verifier === null) fail('ERR_TLS_WRONG_SIGNATURE_SCHEME', `the provider cannot verify ${scheme.name}`);
  const good = yield* perform('verify-signature', () => verifier.verify(publicKey, message, signature));
  if (good !== true) fail('ERR_TLS_BAD_SIGNATURE', scheme.name);
  return scheme;
}

/** Signs with the credential's key, and verifies the result with its certificate's key before anybody sees it. */
export function* signHandshake(
  hs: Handshake,
  credential: Credential,
  scheme: SchemeInfo,
  version: Version,
  message: Uint8Array,
): Flow<Uint8Array> {
  const signature = yield* callSigner(hs, credential, scheme, version, message);
  const { publicKey } = credential;
  const verifier = verifierFor(hs.settings.verifiers, scheme, publicKey);
  if (verifier === null)
    fail('ERR_TLS_UNSUPPORTED', `the provider cannot verify ${scheme.name}, so that it may not be sent`);
  const good = yield* perform('verify-signature', () => verifier.verify(publicKey, message, signature));
  if (good !== true) fail('ERR_TLS_SIGN_INVALID', scheme.name);
  return signature;
}

function* callSigner(
  hs: Handshake,
  credential: Credential,
  scheme: SchemeInfo,
  version: Version,
  message: Uint8Array,
): Flow<Uint8Array> {
  const digest = (): Uint8Array => {
    const hash = scheme.hash === null ? null : hashOf(hs.settings, scheme.hash);
    if (hash === null) fail('ERR_TLS_UNSUPPORTED', `${scheme.name} has no digest of its message`);
    return hash.digest(message);
  };
  const serverName = hs.facts.serverName ?? null;
  const context = { role: hs.role, version, ...(serverName === null ? {} : { serverName }) };
  const asked = signerNameOf(scheme, credential.key.schemes);
  const request = (signal: Signal): SignRequest => ({ scheme: asked, message, digest, signal, context });
  let signature: unknown;
  try {
    signature = yield* perform('sign', (signal) => credential.key.sign(request(signal)));
  } catch (reason) {
    if (isTlsError(reason)) throw reason;
    fail('ERR_TLS_SIGN_FAILED', { detail: reasonOf(reason), cause: reason });
  }
  if (!isBytes(signature) || signature.length === 0) {
    fail('ERR_TLS_SIGN_BAD_RESULT', signature === null ? 'null' : `a value of type ${typeof signature}`);
  }
  return signature;
}

function reasonOf(reason: unknown): string {
  const message = typeof reason === 'object' && reason !== null ? (reason as { message?: unknown }).message : reason;
  return typeof message === 'string' ? message : 'no reason was given';
}

/** The first verifier for this scheme and key. */
function verifierFor(
  verifiers: readonly SignatureVerifier[],
  scheme: SchemeInfo,
  key: PublicKey,
): SignatureVerifier | null {
  for (const verifier of verifiers) {
    if (verifier.kind !== scheme.kind || verifier.hash !== scheme.hash) continue;
    if (verifier.curves === undefined || key.curve === undefined || verifier.curves.includes(key.curve))
      return verifier;
  }
  return null;
}
