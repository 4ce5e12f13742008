import type { Queue } from '../../bytes/index.ts';
import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { encode, frame, HandshakeType, HelloRequest } from '../../wire/index.ts';
import { Handshake, type Life, type PreviousHandshake, type RawMessage } from '../context.ts';
import type { AfterHandshake, Established } from '../established.ts';
import type { Keys12 } from '../keys12.ts';
import type { ServerHandshake, ServerSettings } from './settings.ts';

/** What a TLS 1.2 server needs for another handshake on the same connection. */
export interface Renegotiable {
  readonly before: PreviousHandshake;
  begin(hs: ServerHandshake, hello: RawMessage): Flow<Established>;
}

/** A server after its TLS 1.2 handshake. */
export class ServerAfter12 implements AfterHandshake {
  readonly suite: Suite12;
  private readonly life: Life<ServerSettings>;
  private readonly keys: Keys12;
  private readonly again: Renegotiable;
  /** When the client renegotiated, within the window. */
  private readonly times: Queue<number>;

  constructor(hs: ServerHandshake, suite: Suite12, keys: Keys12, again: Renegotiable) {
    this.life = hs.life();
    this.suite = suite;
    this.keys = keys;
    this.again = again;
    this.times = hs.renegotiations;
  }

  /** Only a ClientHello may come, and only as often as allowed: each costs the server more than the client. */
  receive(message: RawMessage): Flow<Established | null> | null {
    if (message.type !== HandshakeType.client_hello) {
      fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${message.type} after the handshake`);
    }
    this.checkRate();
    if (!this.again.before.secure) fail('ERR_TLS_NO_SECURE_RENEGOTIATION');
    const { settings, link, vault } = this.life;
    const same: ServerSettings = { ...settings, versions: ['TLSv1.2'], chooseConfig: null };
    const hs: ServerHandshake = new Handshake('server', same, link, vault, this.again.before);
    hs.renegotiations = this.times;
    hs.transcript.add(message.bytes);
    return this.again.begin(hs, message);
  }

  /** Asks the client to begin (RFC 5246, section 7.4.1.1). */
  renegotiate(): null {
    this.life.link.writeHandshake(frame(HandshakeType.hello_request, encode(HelloRequest, true)));
    return null;
  }

  requestCertificate(): Flow<Established | null> {
    return fail('ERR_TLS_STATE', 'TLS 1.2 asks for certificates in a handshake alone');
  }

  updateKeys(): void {
    fail('ERR_TLS_STATE', 'TLS 1.2 has no key update');
  }

  beforeData(): void {
    // Nothing is owed to the peer in TLS 1.2.
  }

  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array {
    return this.keys.exportKeys(label, context, length);
  }

  progress(): void {
    // Nothing is counted between data here: renegotiations have a window of time.
  }

  wipe(): void {
    this.life.vault.wipe();
  }

  private checkRate(): void {
    const { settings } = this.life;
    const rule = settings.renegotiation;
    if (rule === null) fail('ERR_TLS_RENEGOTIATION_REFUSED');
    const now = settings.now();
    for (let first = this.times.peek(); first !== null && now - first >= rule.window; first = this.times.peek()) {
      this.times.shift();
    }
    this.times.push(now);
    if (this.times.length > rule.limit) fail('ERR_TLS_RENEGOTIATION_REFUSED', 'it has been done too often');
  }
}
