import { equalBytes, fromBase64, toBase64 } from '../bytes/index.ts';
import type { Hash } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { VerifiedPath } from './verified-path.ts';

/** Keys of which one has to be in a path, be it the leaf's, an authority's or the anchor's. */
export class KeyPins {
  private readonly hash: Hash;
  private readonly pins: readonly Uint8Array[];

  /** Use `keyPins`. */
  constructor(hash: Hash, pins: readonly Uint8Array[]) {
    this.hash = hash;
    this.pins = pins;
  }

  /** Fails with ERR_TLS_CERT_PIN. */
  verify({ certificates, anchor }: VerifiedPath): void {
    for (const { spki } of [...certificates, anchor.publicKey]) {
      const digest = this.hash.digest(spki);
      if (this.pins.some((pin) => equalBytes(pin, digest))) return;
    }
    const leaf = certificates[0]!;
    const detail = `that of ${leaf.subject} is ${keyPin(leaf.spki, this.hash)}`;
    fail('ERR_TLS_CERT_PIN', { detail, certificate: leaf.der });
  }
}

/**
 * Pins SubjectPublicKeyInfo hashes (RFC 7469, section 2.4): 32 bytes each, or base64, with `sha256/` or curl's `sha256//`
 * in front or without. `sha256` is the provider's. Fails with ERR_TLS_CONFIG.
 */
export function keyPins(sha256: Hash, pins: readonly (string | Uint8Array)[]): KeyPins {
  if (sha256.name !== 'sha256') fail('ERR_TLS_CONFIG', 'pins are SHA-256 hashes, and need that function');
  if (pins.length === 0) fail('ERR_TLS_CONFIG', 'pins is empty, so that no server would do');
  return new KeyPins(sha256, pins.map(pinFrom));
}

/** The pin of a key (SubjectPublicKeyInfo), as `keyPins` takes it. */
export function keyPin(spki: Uint8Array, sha256: Hash): string {
  return `sha256/${toBase64(sha256.digest(spki))}`;
}

function pinFrom(pin: string | Uint8Array): Uint8Array {
  const bytes = typeof pin === 'string' ? fromBase64(digits(pin)) : pin;
  if (bytes !== null && bytes.length === 32) return bytes;
  return fail('ERR_TLS_CONFIG', `the pin ${JSON.stringify(pin)} is not 32 bytes in base64`);
}

/** 32 bytes of base64 in 44 digits. The first may be a slash itself, so a second slash tells nothing without the length. */
const DIGITS = 44;

function digits(pin: string): string {
  const rest = pin.startsWith('sha256/') ? pin.slice('sha256/'.length) : pin;
  return rest.length === DIGITS + 1 && rest.startsWith('/') ? rest.slice(1) : rest;
}
