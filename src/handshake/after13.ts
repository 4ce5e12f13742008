import type { Secret } from '../bytes/index.ts';
import type { Suite13 } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import { export13 } from '../schedule/index.ts';
import { encode, frame, HandshakeType, KeyUpdate } from '../wire/index.ts';
import { decodeMessage, type Life, type RawMessage } from './context.ts';
import type { AfterHandshake, Established } from './established.ts';
import type { Traffic13 } from './traffic13.ts';

const UPDATE_NOT_REQUESTED = 0;
const UPDATE_REQUESTED = 1;

/** What both roles do after a TLS 1.3 handshake: change keys, export keys. */
export class After13 implements AfterHandshake {
  protected readonly life: Life;
  protected readonly suite: Suite13;
  protected readonly traffic: Traffic13;
  private readonly exporter: Secret;
  /** Whether the peer waits for a KeyUpdate of ours. */
  private owesUpdate: boolean = false;
  private updates: number = 0;
  private others: number = 0;

  constructor(life: Life, suite: Suite13, traffic: Traffic13, exporter: Secret) {
    this.life = life;
    this.suite = suite;
    this.traffic = traffic;
    this.exporter = exporter;
  }

  receive(message: RawMessage): Flow<Established | null> | null {
    if (message.type === HandshakeType.key_update) {
      this.receiveKeyUpdate(decodeMessage(KeyUpdate, message).request_update);
      return null;
    }
    this.others += 1;
    if (this.others > this.life.settings.limits.afterHandshake) fail('ERR_TLS_TOO_MANY_MESSAGES');
    return this.receiveOther(message);
  }

  updateKeys(requestPeer: boolean): void {
    // What answers a request never asks back (RFC 9846, section 4.7.3).
    if (requestPeer) this.beforeData();
    const request_update = requestPeer ? UPDATE_REQUESTED : UPDATE_NOT_REQUESTED;
    this.owesUpdate = false;
    this.life.link.writeHandshake(frame(HandshakeType.key_update, encode(KeyUpdate, { request_update })));
    this.traffic.update('write');
  }

  /** A peer that asked for new keys gets them before the next data, once, however often it asked meanwhile. */
  beforeData(): void {
    if (this.owesUpdate) this.updateKeys(false);
  }

  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array {
    return export13(this.suite.hash, this.exporter.reveal(), label, context, length);
  }

  progress(): void {
    this.updates = 0;
    this.others = 0;
  }

  wipe(): void {
    this.life.vault.wipe();
  }

  renegotiate(): Flow<Established> | null {
    return fail('ERR_TLS_STATE', 'TLS 1.3 has no renegotiation');
  }

  requestCertificate(): Flow<Established | null> {
    return fail('ERR_TLS_STATE', 'only a server asks for a certificate');
  }

  protected receiveOther(message: RawMessage): Flow<Established | null> | null {
    return fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${message.type} after the handshake`);
  }

  /** RFC 9846, section 4.7.3. */
  private receiveKeyUpdate(request: number): void {
    this.updates += 1;
    if (this.updates > this.life.settings.limits.keyUpdates) fail('ERR_TLS_TOO_MANY_KEY_UPDATES');
    if (request !== UPDATE_NOT_REQUESTED && request !== UPDATE_REQUESTED)
      fail('ERR_TLS_BAD_KEY_UPDATE', `request_update ${request}`);
    this.traffic.update('read');
    if (request === UPDATE_REQUESTED) this.owesUpdate = true;
  }
}
