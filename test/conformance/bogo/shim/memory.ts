import { ReplayWindow } from '../../../../src/config/replay.ts';
import { SealedTickets } from '../../../../src/config/tickets.ts';
import type { Suite13 } from '../../../../src/crypto/index.ts';
import type { Session } from '../../../../src/handshake/session.ts';
import { type Crypto, loadCrypto } from './crypto.ts';

/** What lasts from one connection to the next: the clock, the client's session, the server's tickets and sessions. */
export class Memory {
  readonly crypto: Crypto;
  /** Milliseconds since 1970. It stands still but for what a flag adds. */
  now: number = 1_700_000_000_000;
  /** The client's last session. */
  session: Session | null = null;
  readonly tickets: SealedTickets;
  /** Early data that the server accepted. */
  readonly replays: ReplayWindow;
  /** The server's sessions, by id in hexadecimal. */
  readonly sessions: Map<string, Uint8Array> = new Map();

  private constructor(crypto: Crypto) {
    this.crypto = crypto;
    this.replays = new ReplayWindow({ now: () => this.now });
    const { provider } = crypto;
    const suite = provider.suites.find(({ name }) => name === 'TLS_AES_128_GCM_SHA256') as Suite13;
    this.tickets = new SealedTickets({
      aead: suite.aead,
      hash: suite.hash,
      random: (size) => provider.random(size),
      now: () => this.now,
    });
  }

  static async create(): Promise<Memory> {
    return new Memory(await loadCrypto());
  }
}
