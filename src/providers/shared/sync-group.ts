import type { Agreement, Group, KeyShare } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';

/** A group that answers at once, as all groups do that compute in this process. */
export interface SyncGroup extends Group {
  start(): SyncKeyShare;
  respond(peer: Uint8Array): Agreement;
}

export interface SyncKeyShare extends KeyShare {
  agree(peer: Uint8Array): Uint8Array;
  agreeContained?(peer: Uint8Array): Uint8Array;
}

export type GroupVersions = Pick<Group, 'tls12' | 'tls13'>;

/** TLS 1.2 alone. */
export const ONLY_12: GroupVersions = { tls12: true, tls13: false };
/** TLS 1.3 alone. */
export const ONLY_13: GroupVersions = { tls12: false };

/** Fails with ERR_TLS_BAD_KEY_SHARE unless the public value has the size that its group prescribes. */
export function requireSize(group: string, peer: Uint8Array, size: number): void {
  if (peer.length !== size) badKeyShare(group, `${peer.length} bytes instead of ${size}`);
}

/** Points are sent uncompressed (RFC 9846, section 4.3.9.2; RFC 8422, section 5.4.1). */
export function requireUncompressed(group: string, peer: Uint8Array, fieldSize: number): void {
  requireSize(group, peer, 1 + 2 * fieldSize);
  if (peer[0] !== 4) badKeyShare(group, 'the point is not in uncompressed form');
}

/** Refuses what a peer makes with a point of small order (RFC 7748, section 6; RFC 9846, section 7.4.2). */
export function requireNonZero(group: string, secret: Uint8Array): Uint8Array {
  let bits = 0;
  for (let i = 0; i < secret.length; i++) bits |= secret[i]!;
  if (bits === 0) badKeyShare(group, 'the shared secret is all zero');
  return secret;
}

export function badKeyShare(group: string, what: string): never {
  fail('ERR_TLS_BAD_KEY_SHARE', `${group}: ${what}`);
}
