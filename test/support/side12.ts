import { EMPTY, Vault } from '../../src/bytes/index.ts';
import type { Group, KeyShare, Suite12 } from '../../src/crypto/index.ts';
import { fail } from '../../src/errors/index.ts';
import { keySizes12, MAX_PLAINTEXT, type Opener, opener12, type Sealer, sealer12 } from '../../src/record/index.ts';
import { type DirectionKeys, finished12, masterSecret, Transcript, trafficKeys12 } from '../../src/schedule/index.ts';
import { countedProvider } from './deterministic.ts';
import { Peer } from './peer.ts';

/** What both roles of TLS 1.2 need for tests: transcript, secrets and record keys. */
export abstract class Side12 extends Peer {
  readonly isTls13: boolean = false;
  readonly role: 'client' | 'server';
  readonly groups: readonly Group[];
  transcript: Transcript = new Transcript();
  /** How many handshakes were completed. */
  handshakes: number = 0;
  /** Whether the other end's Finished came and was right. */
  done: boolean = false;
  verifyData: { client: Uint8Array; server: Uint8Array } = { client: EMPTY, server: EMPTY };
  share: KeyShare | null = null;
  master: Uint8Array = EMPTY;
  private keys: { client: DirectionKeys; server: DirectionKeys } | null = null;
  private readonly change: ((type: number, message: Uint8Array) => Uint8Array) | undefined;

  constructor(role: 'client' | 'server', change?: (type: number, message: Uint8Array) => Uint8Array) {
    super();
    this.role = role;
    this.change = change;
    this.groups = countedProvider(role === 'client' ? 'client peer' : 'server').groups;
  }

  abstract readonly suite: Suite12;
  protected abstract readonly randoms: { readonly client: Uint8Array; readonly server: Uint8Array };
  protected abstract readonly extendedMasterSecret: boolean;
  protected abstract readonly encryptThenMac: boolean;

  say(message: Uint8Array): void {
    const said = this.change === undefined ? message : this.change(message[0]!, message);
    this.transcript.add(said);
    this.message(said);
  }

  run(script: readonly ((peer: this) => void)[]): void {
    for (const step of script) step(this);
    this.flush();
  }

  /** From the next record on our own keys protect what we send. */
  startSealing(): void {
    this.install(this.protection(this.role) as Sealer);
  }

  finishedOf(role: 'client' | 'server'): Uint8Array {
    return finished12(this.suite.hash, this.master, role, this.transcript.hash());
  }

  /** The master secret, from a transcript that ends with the ClientKeyExchange. */
  agreeOn(premaster: Uint8Array): void {
    const binding = this.extendedMasterSecret
      ? ({ kind: 'extended', sessionHash: this.transcript.hash() } as const)
      : ({ kind: 'randoms', ...this.randoms } as const);
    this.useMaster(masterSecret(this.suite.hash, premaster, binding, new Vault()).reveal());
  }

  /** That of a session, or a new one. */
  useMaster(master: Uint8Array): void {
    const { suite, randoms } = this;
    this.master = master;
    this.keys = trafficKeys12(suite.hash, master, randoms.client, randoms.server, keySizes12(suite));
  }

  protected override onChangeCipherSpec(): void {
    if (this.keys === null) fail('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'there are no keys yet');
    this.opener = this.protection(this.role === 'client' ? 'server' : 'client') as Opener;
  }

  private protection(side: 'client' | 'server'): Opener | Sealer {
    const { suite, encryptThenMac } = this;
    const keys = { ...this.keys![side], key: this.keys![side].key.slice() };
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(0xa1);
    const settings = { encryptThenMac, maxContent: MAX_PLAINTEXT, random };
    return side === this.role ? sealer12(suite, keys, settings) : opener12(suite, keys, settings);
  }
}

/** What a key exchange agrees on; the groups of a test peer answer at once, and DHE drops leading zeros. */
export function agreeAtOnce(share: KeyShare, theirs: Uint8Array, isDhe: boolean): Uint8Array {
  const secret = share.agree(theirs);
  if (!(secret instanceof Uint8Array)) throw new Error('the groups of a test peer answer at once');
  return isDhe ? secret.subarray(secret.findIndex((byte) => byte !== 0)) : secret;
}

export function startAtOnce(share: ReturnType<Group['start']>): KeyShare {
  if (!('agree' in share)) throw new Error('the groups of a test peer answer at once');
  return share;
}
