import type { Opener, Sealer } from '../record/index.ts';
import type { Event } from './events.ts';
import type { Version } from './version.ts';

/** What a received change_cipher_spec means: an error, nothing (RFC 9846, section 5), or the key change awaited. */
export type ChangeCipherSpecRule = 'forbid' | 'drop' | Opener;

/** RFC 9846, section 7.5. */
export interface KeyExporter {
  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array;
}

/** What a handshake can do about early data (RFC 9846, section 2.3). */
export interface EarlyLink {
  /** Client: so many bytes of early data may be sent from now on; 0: none any more. */
  allow(bytes: number): void;
  /** Server: so many bytes of early data may come under the key in force; 0: none any more. */
  expect(bytes: number): void;
  /**
   * Server: early data was refused. Protected records that cannot be read are dropped, up to so many bytes, until one
   * can be read; 0: none any more.
   */
  skip(bytes: number): void;
  /** Server: early data may be answered from now on; keys are exported by this until the handshake is done. */
  allowReply(keys: KeyExporter): void;
  /** What is sent from now on is not protected: a second ClientHello after early data. */
  dropWriteKey(): void;
}

/** What a handshake can do to its connection. The engine is the one that fills it. */
export interface Link {
  /** Queues a handshake message, header included; messages under one key share records. */
  writeHandshake(message: Uint8Array): void;
  /** Queues a change_cipher_spec record (RFC 9846, section 5; RFC 5246, section 7.1). */
  writeChangeCipherSpec(): void;
  writeWarning(alert: 'no_renegotiation'): void;
  /**
   * From now on received records are opened with this. Fails with ERR_TLS_EXCESS_HANDSHAKE_DATA while handshake
   * bytes that came under the old key are not consumed.
   */
  installRead(opener: Opener): void;
  installWrite(sealer: Sealer): void;
  /** The negotiated version decides on record versions and limits. */
  setVersion(version: Version, exchange: string | null): void;
  /** The most plaintext that one of our records may hold: from the next key on where that is more than now. */
  setMaxFragment(size: number): void;
  /** The most plaintext that one of the peer's protected records may hold; in TLS 1.2 from its next key on. */
  setMaxReceived(size: number): void;
  /** With an opener no handshake message may come before the change_cipher_spec does. */
  expectChangeCipherSpec(rule: ChangeCipherSpecRule): void;
  readonly early: EarlyLink;
  emit(event: Event): void;
}
