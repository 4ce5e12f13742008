import type { Engine } from '../../engine/index.ts';
import type { TlsError } from '../../errors/index.ts';
import type { Event } from '../../handshake/events.ts';
import type { Facts } from '../../handshake/facts.ts';

/** What a TLSSocket does as client or as server. */
export interface Side {
  readonly isServer: boolean;
  createEngine(): Engine;
  /** Why the peer is not authorized, by Node's code; null if it is, or, undefined, if nobody asked. */
  refusal(facts: Partial<Facts>): string | null | undefined;
  /** What the application is told. `firstByte` is the first that the peer sent, -1 if none came. */
  errorFor(error: TlsError, firstByte: number): Error;
  /** Whether the connection ends without a word to the peer. */
  isSilentAbout(error: TlsError): boolean;
  /** What only this side does with an event. */
  onEvent(event: Event): void;
  /** For the next handshake on the same connection. */
  disableRenegotiation(): void;
  setVerification(requestCert: boolean | null, rejectUnauthorized: boolean | null): void;
}

/** What a side may do to its TLSSocket. */
export interface SideHost {
  servername: string | false | null;
  authorizationError: string | null;
  readonly secureConnecting: boolean;
  emit(event: string, ...values: unknown[]): boolean;
  listenerCount(event: string): number;
  /** Sends early data, all of it or nothing. */
  _sendEarly(bytes: Uint8Array): boolean;
  /** Ends the connection without a word to the peer. */
  _abandon(error: Error): void;
}
