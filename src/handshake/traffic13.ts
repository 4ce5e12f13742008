import type { Suite13 } from '../crypto/index.ts';
import { MAX_PLAINTEXT, Opener13, Sealer13 } from '../record/index.ts';
import type { HandshakeStage, MasterStage, TrafficSecret } from '../schedule/index.ts';
import type { Handshake } from './context.ts';

/** Turns traffic secrets into the keys of a connection, and remembers the two that are in force. */
export class Traffic13 {
  readonly suite: Suite13;
  private readonly hs: Handshake;
  private current: { read: TrafficSecret | null; write: TrafficSecret | null } = { read: null, write: null };

  constructor(hs: Handshake, suite: Suite13) {
    this.hs = hs;
    this.suite = suite;
  }

  install(direction: 'read' | 'write', secret: TrafficSecret): void {
    const { hs, suite } = this;
    const { key, iv } = secret.keys(suite.aead);
    this.current[direction] = secret;
    if (direction === 'write') hs.installWrite(new Sealer13(suite.aead, key, iv, hs.settings.padding));
    else hs.installRead(new Opener13(suite.aead, key, iv, hs.settings.recordSizeLimit ?? MAX_PLAINTEXT));
  }

  /** The next generation of one direction's key (RFC 9846, section 7.2). */
  update(direction: 'read' | 'write'): void {
    this.install(direction, this.current[direction]!.update(this.hs.vault));
  }

  logHandshake(stage: HandshakeStage): void {
    this.hs.logKey('CLIENT_HANDSHAKE_TRAFFIC_SECRET', stage.client.reveal());
    this.hs.logKey('SERVER_HANDSHAKE_TRAFFIC_SECRET', stage.server.reveal());
  }

  logMaster(master: MasterStage): void {
    this.hs.logKey('CLIENT_TRAFFIC_SECRET_0', master.client.reveal());
    this.hs.logKey('SERVER_TRAFFIC_SECRET_0', master.server.reveal());
    this.hs.logKey('EXPORTER_SECRET', master.exporter.reveal());
  }
}
