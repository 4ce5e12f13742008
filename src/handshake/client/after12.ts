import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { Handshake, isHelloRequest, type Life, type PreviousHandshake, type RawMessage } from '../context.ts';
import type { AfterHandshake, Established } from '../established.ts';
import type { Keys12 } from '../keys12.ts';
import type { ClientHandshake, ClientSettings } from './settings.ts';

/** What a TLS 1.2 client needs for another handshake on the same connection. */
export interface Renegotiable {
  readonly before: PreviousHandshake;
  /** How many renegotiations there were. */
  readonly count: number;
  begin(hs: ClientHandshake): Flow<Established>;
}

/** A client after its TLS 1.2 handshake. */
export class ClientAfter12 implements AfterHandshake {
  readonly suite: Suite12;
  private readonly life: Life<ClientSettings>;
  private readonly keys: Keys12;
  private readonly again: Renegotiable;
  private requests: number = 0;

  constructor(life: Life<ClientSettings>, suite: Suite12, keys: Keys12, again: Renegotiable) {
    this.life = life;
    this.suite = suite;
    this.keys = keys;
    this.again = again;
  }

  /** Only HelloRequest may come (RFC 5246, section 7.4.1.1). */
  receive(message: RawMessage): Flow<Established | null> | null {
    if (!isHelloRequest(message)) {
      fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${message.type} after the handshake`);
    }
    this.requests += 1;
    if (this.requests > this.life.settings.limits.afterHandshake) fail('ERR_TLS_TOO_MANY_MESSAGES', 'HelloRequests');
    const rule = this.life.settings.renegotiation;
    if (rule === 'ignore') return null;
    if (rule === 'freely' || (rule === 'once' && this.again.count === 0)) return this.renegotiate();
    if (rule !== 'warn') fail('ERR_TLS_RENEGOTIATION_REFUSED');
    this.life.link.writeWarning('no_renegotiation');
    return null;
  }

  renegotiate(): Flow<Established> {
    const { before } = this.again;
    if (!before.secure && !this.life.settings.unsafeRenegotiation) fail('ERR_TLS_NO_SECURE_RENEGOTIATION');
    const { settings, link, vault } = this.life;
    const same: ClientSettings = { ...settings, versions: ['TLSv1.2'] };
    return this.again.begin(new Handshake('client', same, link, vault, before));
  }

  requestCertificate(): Flow<Established | null> {
    return fail('ERR_TLS_STATE', 'only a server asks for a certificate');
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
    this.requests = 0;
  }

  wipe(): void {
    this.life.vault.wipe();
  }
}
