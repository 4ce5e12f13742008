import type { AlertName } from '../errors/index.ts';
import type { Session } from './session.ts';

/** What the engine has to tell the application, in order. */
export type Event =
  /** The handshake is done; `engine.facts` is complete. */
  | { readonly type: 'secure' }
  /**
   * Server, TLS 1.3: the client has answered `requestCertificate` after the handshake, or declined, where that is
   * allowed: `facts.peer` says which.
   */
  | { readonly type: 'client-certificate' }
  /**
   * Application data; the bytes are the receiver's. `early`: it came before the client proved to be there, so an
   * attacker may have recorded and sent it again, to another server at least (RFC 9846, section 8).
   */
  | { readonly type: 'data'; readonly bytes: Uint8Array; readonly early?: true }
  /**
   * Early data (0-RTT). Client: it is `possible` to send some with `sendEarly`; the server `accepted` it; or it was
   * `rejected`, so that the server will never see it, and the application has to send it again if it wants to.
   * Server: it was `accepted`, and may be answered before the handshake is done.
   */
  | { readonly type: 'early-data'; readonly status: 'possible' | 'accepted' | 'rejected' }
  /** A session that a later connection may resume. */
  | { readonly type: 'session'; readonly session: Session }
  /** A line for a key log (draft-ietf-tls-keylogfile); only where `keyLog` is on. */
  | { readonly type: 'key-log'; readonly label: string; readonly random: Uint8Array; readonly secret: Uint8Array }
  /** The peer will send nothing more. `truncated`: the transport ended without close_notify. */
  | { readonly type: 'end'; readonly truncated: boolean }
  /** An alert went out or came in. */
  | {
      readonly type: 'alert';
      readonly from: 'us' | 'peer';
      readonly level: 'warning' | 'fatal';
      readonly name: AlertName | `unknown(${number})`;
    }
  /** Trace: one record, as it is on the wire; only where a tracer is configured. */
  | TraceRecord
  /** Trace: one message (or one fragment of application data) inside the records before. */
  | TraceMessage;

export interface TraceRecord {
  readonly type: 'record';
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
  readonly protected: boolean;
  /** Content without TLS 1.3's content type and padding; null if it could not be opened. */
  readonly plaintext: Uint8Array | null;
  /** Whatever the tracer made of it. */
  readonly description: unknown;
}

export interface TraceMessage {
  readonly type: 'message';
  readonly from: 'client' | 'server';
  readonly protocol: 'handshake' | 'alert' | 'change_cipher_spec' | 'application_data';
  readonly bytes: Uint8Array;
  readonly description: unknown;
}

/** Describes records and messages for a trace; `wire/` has one, made of the codecs themselves. */
export interface Tracer {
  record(
    bytes: Uint8Array,
    context: TraceContext & { readonly protected: boolean; readonly plaintext: Uint8Array | null },
  ): unknown;
  message(protocol: TraceMessage['protocol'], bytes: Uint8Array, context: TraceContext): unknown;
}

export interface TraceContext {
  readonly from: 'client' | 'server';
  /** ProtocolVersion once it is negotiated. */
  readonly version: number | null;
  /** Key exchange of the TLS 1.2 suite, which decides the shape of two messages. */
  readonly exchange: string | null;
}
