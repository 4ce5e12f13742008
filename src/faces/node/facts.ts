import type { SchemeInfo } from '../../crypto/index.ts';
import type { Facts } from '../../handshake/facts.ts';
import { openSslCipherName } from './cipher-name.ts';
import { ephemeralKeyInfo } from './groups.ts';
import { openSslSchemes } from './sigalgs.ts';

// What a handshake agreed on, as Node shows it.

export interface CipherNameAndProtocol {
  /** OpenSSL's name. */
  name: string;
  /** IANA's name. */
  standardName: string;
  /** The version that this suite belongs to. */
  version: string;
}

export interface EphemeralKeyInfo {
  type?: string;
  name?: string;
  size?: number;
}

export function cipherOf(facts: Partial<Facts>): CipherNameAndProtocol | undefined {
  const { suite } = facts;
  return suite && { name: openSslCipherName(suite.name), standardName: suite.name, version: suite.version };
}

export function ephemeralKeyOf(facts: Partial<Facts>): EphemeralKeyInfo {
  return ephemeralKeyInfo(facts.group ?? null, facts.dhBits ?? null);
}

/** The schemes that the peer offered and we know, in its order; `own` are those that options name, if they do. */
export function sharedSigalgsOf(facts: Partial<Facts>, own: readonly SchemeInfo[] | null): string[] {
  const { peerSchemes = [] } = facts;
  const shared = own === null ? peerSchemes : peerSchemes.filter((id) => own.some((scheme) => scheme.id === id));
  return openSslSchemes(shared);
}

/** The peer's certificates: the path that was verified, else what it sent. */
export function peerChainOf(facts: Partial<Facts>): readonly Uint8Array[] {
  return facts.peer?.verdict.path ?? facts.peer?.chain ?? [];
}

/** A line for a key log (draft-ietf-tls-keylogfile), with its line feed. */
export function keyLogLine(label: string, random: Uint8Array, secret: Uint8Array): Buffer {
  return Buffer.from(`${label} ${Buffer.from(random).toString('hex')} ${Buffer.from(secret).toString('hex')}\n`);
}

export function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
