import type { Flow } from '../flow/index.ts';
import type { RawMessage } from './context.ts';
import type { Gathering } from './facts.ts';
import type { VerifiedFinished } from './finished.ts';
import type { VerifiedIdentity } from './peer.ts';

declare const byPsk: unique symbol;

/** A peer that proved to hold a pre-shared key instead of showing a certificate. Minted in `authentication.ts`. */
export interface PskProof {
  readonly [byPsk]: true;
  /** The identity verified when the session began; null for keys agreed elsewhere. */
  readonly identity: VerifiedIdentity | null;
}

declare const anonymous: unique symbol;

/** A client that was allowed to show no certificate. Minted in `authentication.ts`. */
export interface AnonymousProof {
  readonly [anonymous]: true;
}

/** What must be at hand before a connection counts as established. */
export interface Proofs {
  readonly peer: VerifiedIdentity | PskProof | AnonymousProof;
  readonly finished: VerifiedFinished;
}

/** What stays of a handshake: what the connection needs for its later life, and nothing else. */
export interface Established {
  readonly proofs: Proofs;
  readonly facts: Gathering;
  readonly after: AfterHandshake;
}

/** A connection's later life. */
export interface AfterHandshake {
  /** Handles a message; returns a flow where more must happen. */
  receive(message: RawMessage): Flow<Established | null> | null;
  /** TLS 1.2 alone: begins another handshake, or asks the client to; fails with ERR_TLS_STATE elsewhere. */
  renegotiate(): Flow<Established> | null;
  /** TLS 1.3 servers alone: asks for the client's certificate; fails with ERR_TLS_STATE elsewhere. */
  requestCertificate(): Flow<Established | null>;
  /** TLS 1.3 alone; fails with ERR_TLS_STATE elsewhere. */
  updateKeys(requestPeer: boolean): void;
  /** Called before application data is sent. */
  beforeData(): void;
  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array;
  /** Application data came: counts of messages in a row begin anew. */
  progress(): void;
  wipe(): void;
}
