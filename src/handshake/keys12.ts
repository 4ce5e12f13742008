import type { Secret } from '../bytes/index.ts';
import type { Suite12 } from '../crypto/index.ts';
import { keySizes12, MAX_PLAINTEXT, opener12, type ProtectionOptions12, sealer12 } from '../record/index.ts';
import { type DirectionKeys, export12, trafficKeys12 } from '../schedule/index.ts';
import type { Life } from './context.ts';

/** The keys of a TLS 1.2 connection, and how they come into force. */
export class Keys12 {
  private readonly life: Life;
  private readonly suite: Suite12;
  private readonly master: Secret;
  private readonly client: Uint8Array;
  private readonly server: Uint8Array;
  private readonly own: DirectionKeys;
  private readonly theirs: DirectionKeys;
  private readonly options: ProtectionOptions12;

  constructor(
    life: Life,
    suite: Suite12,
    master: Secret,
    clientRandom: Uint8Array,
    serverRandom: Uint8Array,
    encryptThenMac: boolean,
  ) {
    const keys = trafficKeys12(suite.hash, master.reveal(), clientRandom, serverRandom, keySizes12(suite));
    this.life = life;
    this.suite = suite;
    this.master = master;
    this.client = clientRandom;
    this.server = serverRandom;
    this.own = life.role === 'client' ? keys.client : keys.server;
    this.theirs = life.role === 'client' ? keys.server : keys.client;
    const { settings } = life;
    this.options = { encryptThenMac, maxContent: MAX_PLAINTEXT, random: (size) => settings.random(size) };
  }

  /** What we send from here on is protected (RFC 5246, section 7.1). */
  sendChangeCipherSpec(): void {
    this.life.link.writeChangeCipherSpec();
    this.life.link.installWrite(sealer12(this.suite, this.own, this.options));
  }

  /** What the peer sends after its change_cipher_spec is protected; that has to be its next record. */
  awaitChangeCipherSpec(): void {
    this.life.link.expectChangeCipherSpec(opener12(this.suite, this.theirs, this.options));
  }

  exportKeys(label: string, context: Uint8Array | null, length: number): Uint8Array {
    const randoms = { client: this.client, server: this.server };
    return export12(this.suite.hash, this.master.reveal(), randoms, label, context, length);
  }
}
