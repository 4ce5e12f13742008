import type { Suite13 } from '../crypto/index.ts';
import { Opener13, Sealer13 } from '../record/index.ts';
import type { HandshakeStage, MasterStage, TrafficSecret } from '../schedule/index.ts';
import { type Life, logKey } from './context.ts';

/** Turns traffic secrets into the keys of a connection, and remembers the two that are in force. */
export class Traffic13 {
  readonly suite: Suite13;
  private readonly life: Life;
  private readonly current: { read: TrafficSecret | null; write: TrafficSecret | null } = { read: null, write: null };

  constructor(life: Life, suite: Suite13) {
    this.life = life;
    this.suite = suite;
  }

  install(direction: 'read' | 'write', secret: TrafficSecret): void {
    const { suite } = this;
    const { link, settings } = this.life;
    const { key, iv } = secret.keys(suite.aead);
    this.current[direction]?.wipe();
    this.current[direction] = secret;
    if (direction === 'write') link.installWrite(new Sealer13(suite.aead, key, iv, settings.padding));
    else link.installRead(new Opener13(suite.aead, key, iv));
  }

  /** The next generation of one direction's key (RFC 9846, section 7.2). */
  update(direction: 'read' | 'write'): void {
    this.install(direction, this.current[direction]!.update(this.life.vault));
  }

  /** verify_data under the key that we send with now (RFC 9846, section 4.5.3: after the handshake). */
  finished(direction: 'read' | 'write', transcriptHash: Uint8Array): Uint8Array {
    return this.current[direction]!.finished(transcriptHash);
  }

  logEarly(secret: TrafficSecret): void {
    logKey(this.life, 'CLIENT_EARLY_TRAFFIC_SECRET', secret.reveal());
  }

  logHandshake(stage: HandshakeStage): void {
    logKey(this.life, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', stage.client.reveal());
    logKey(this.life, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', stage.server.reveal());
  }

  logMaster(master: MasterStage): void {
    logKey(this.life, 'CLIENT_TRAFFIC_SECRET_0', master.client.reveal());
    logKey(this.life, 'SERVER_TRAFFIC_SECRET_0', master.server.reveal());
    logKey(this.life, 'EXPORTER_SECRET', master.exporter.reveal());
  }
}
