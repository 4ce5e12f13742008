import type { TlsError } from '../errors/index.ts';
import type { Task } from '../flow/index.ts';
import type { Event } from '../handshake/events.ts';
import type { Facts } from '../handshake/facts.ts';

/**
 * One connection, without I/O: bytes go in; bytes, events and at most one task come out. It never awaits, never
 * calls user code, never owns a socket or a timer, and never throws because of a peer.
 */
export interface Engine {
  /** `closing`: one direction has ended with close_notify, the other has not. */
  readonly state: 'handshaking' | 'open' | 'closing' | 'closed' | 'failed';
  /** Why `state` is `failed`. */
  readonly error: TlsError | null;
  /** What the handshake is suspended on. The host runs it (`settle` does); the engine never does. */
  readonly task: Task | null;
  /** What was learned so far; complete from the `secure` event on. */
  readonly facts: Readonly<Partial<Facts>>;
  /** False: stop reading the transport until a task is answered, or for good. */
  readonly wantsInput: boolean;
  /** Whether `send` is possible: the handshake is done (or a server answers early data), and our side is not closed. */
  readonly writable: boolean;

  /** Client: bytes of early data that may be sent now; 0 unless an `early-data` event said that it is possible. */
  readonly earlyDataLeft: number;

  /** Takes bytes from the transport; they belong to the engine from then on. A bad peer changes `state`. */
  receive(bytes: Uint8Array): void;
  /** The transport will bring nothing more. */
  receiveEnd(): void;
  /** Seals application data; the bytes may be reused afterwards. Fails with ERR_TLS_STATE unless `writable`. */
  send(plaintext: Uint8Array): void;
  /**
   * Client: sends early data (0-RTT), as much of it as the server allows; returns how many bytes that was. The rest is
   * for `send`. Early data has no forward secrecy and may reach servers twice: only for what does no harm so.
   */
  sendEarly(plaintext: Uint8Array): number;
  /** Sends close_notify. The peer may go on sending (RFC 9846, section 6.1). */
  close(): void;
  /** Ends at once: aborts the task, wipes the secrets. In the handshake the peer gets user_canceled. */
  destroy(reason?: unknown): void;

  /** The next bytes for the transport, or null. Take all before waiting. */
  takeOutput(): Uint8Array | null;
  /** The next event, or null. */
  takeEvent(): Event | null;

  /** Answers the task. A late or repeated answer is ignored. */
  resume<T>(task: Task<T>, output: T): void;
  reject(task: Task, reason: unknown): void;

  /** TLS 1.3: changes our traffic key, and asks the peer for the same. Fails with ERR_TLS_STATE elsewhere. */
  updateKeys(requestPeer?: boolean): void;
  /** TLS 1.2: begins another handshake, or asks the client to. Fails with ERR_TLS_STATE elsewhere. */
  renegotiate(): void;
  /** TLS 1.3 server: asks for the client's certificate. Fails with ERR_TLS_STATE unless the client allows it. */
  requestCertificate(): void;
  /** RFC 9846, section 7.5, or RFC 5705 in TLS 1.2. Fails with ERR_TLS_STATE before the handshake is done. */
  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array;
}
