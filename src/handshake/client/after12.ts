import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { isHelloRequest, type RawMessage } from '../context.ts';
import type { AfterHandshake, Established } from '../established.ts';
import type { Keys12 } from '../keys12.ts';
import type { ClientHandshake } from './offer.ts';

/** A client after its TLS 1.2 handshake. */
export class ClientAfter12 implements AfterHandshake {
  readonly suite: Suite12;
  private readonly hs: ClientHandshake;
  private readonly keys: Keys12;
  private requests: number = 0;

  constructor(hs: ClientHandshake, suite: Suite12, keys: Keys12) {
    this.hs = hs;
    this.suite = suite;
    this.keys = keys;
  }

  receive(message: RawMessage): Flow<Established | null> | null {
    if (!isHelloRequest(message))
      fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${message.type} after the handshake`);
    this.requests += 1;
    if (this.requests > this.hs.settings.limits.afterHandshake) fail('ERR_TLS_TOO_MANY_MESSAGES', 'HelloRequests');
    const rule = this.hs.settings.renegotiation;
    if (rule === 'never') fail('ERR_TLS_RENEGOTIATION_REFUSED');
    if (rule === 'warn') this.hs.link.writeWarning('no_renegotiation');
    return null;
  }

  updateKeys(): void {
    fail('ERR_TLS_STATE', 'TLS 1.2 has no key update');
  }

  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array {
    return this.keys.exportKeys(label, context, length);
  }

  progress(): void {
    this.requests = 0;
  }

  wipe(): void {
    this.hs.vault.wipe();
  }
}
