import type { Suite12 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { isHelloRequest, type Life, type RawMessage } from '../context.ts';
import type { AfterHandshake, Established } from '../established.ts';
import type { Keys12 } from '../keys12.ts';
import type { ClientSettings } from '../settings.ts';

/** A client after its TLS 1.2 handshake. */
export class ClientAfter12 implements AfterHandshake {
  readonly suite: Suite12;
  private readonly life: Life<ClientSettings>;
  private readonly keys: Keys12;
  private requests: number = 0;

  constructor(life: Life<ClientSettings>, suite: Suite12, keys: Keys12) {
    this.life = life;
    this.suite = suite;
    this.keys = keys;
  }

  receive(message: RawMessage): Flow<Established | null> | null {
    if (!isHelloRequest(message))
      fail('ERR_TLS_UNEXPECTED_MESSAGE', `message type ${message.type} after the handshake`);
    this.requests += 1;
    if (this.requests > this.life.settings.limits.afterHandshake) fail('ERR_TLS_TOO_MANY_MESSAGES', 'HelloRequests');
    const rule = this.life.settings.renegotiation;
    if (rule === 'never') fail('ERR_TLS_RENEGOTIATION_REFUSED');
    if (rule === 'warn') this.life.link.writeWarning('no_renegotiation');
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
    this.life.vault.wipe();
  }
}
