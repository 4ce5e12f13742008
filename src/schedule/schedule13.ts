import { EMPTY, type Secret, type Vault } from '../bytes/index.ts';
import type { Aead, Hash } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { deriveSecret, expandLabel, extract } from './hkdf.ts';

/*
 * The key schedule (RFC 9846, section 7.1). Each stage is used once and hands over to the next:
 *
 *             0
 *             |
 *   PSK ->  HKDF-Extract = Early Secret       EarlyStage: binder key, early traffic, early exporter
 *             |
 *       Derive-Secret(., "derived", "")
 *             |
 *  (EC)DHE -> HKDF-Extract = Handshake Secret  HandshakeStage: handshake traffic, Finished keys
 *             |
 *       Derive-Secret(., "derived", "")
 *             |
 *   0 ->    HKDF-Extract = Master Secret       MasterStage: application traffic, exporter, resumption
 */

export class EarlyStage {
  private readonly hash: Hash;
  private readonly vault: Vault;
  private readonly secret: Secret;
  private readonly salt: Uint8Array | null;

  constructor(hash: Hash, psk: Uint8Array | null, vault: Vault) {
    this.hash = hash;
    this.vault = vault;
    // Without a PSK nothing here is secret, and all of it is always the same.
    const constants = constantsOf(hash);
    this.salt = psk === null ? constants.salt : null;
    this.secret = vault.keep(psk === null ? constants.early.slice() : extract(hash, new Uint8Array(hash.size), psk));
  }

  /** HMAC key of the binders; `ext` for external PSKs, `res` for resumption. */
  binderKey(kind: 'ext' | 'res'): Secret {
    const { hash } = this;
    const binder = deriveSecret(hash, this.secret.reveal(), `${kind} binder`, constantsOf(hash).empty);
    return this.vault.keep(finishedKey(hash, binder));
  }

  clientEarlyTraffic(helloHash: Uint8Array): TrafficSecret {
    return this.traffic('c e traffic', helloHash);
  }

  earlyExporter(helloHash: Uint8Array): Secret {
    return this.vault.keep(deriveSecret(this.hash, this.secret.reveal(), 'e exp master', helloHash));
  }

  /** `shared`: the (EC)DHE secret; null with a PSK alone. Wipes it. */
  toHandshake(shared: Uint8Array | null, helloHash: Uint8Array): HandshakeStage {
    const { hash, vault } = this;
    const { empty } = constantsOf(hash);
    const salt = this.salt ?? deriveSecret(hash, this.secret.reveal(), 'derived', empty);
    const secret = vault.keep(extract(hash, salt, shared === null ? new Uint8Array(hash.size) : shared));
    if (shared !== null) shared.fill(0);
    this.secret.wipe();
    return new HandshakeStage(hash, secret, helloHash, vault);
  }

  private traffic(label: string, context: Uint8Array): TrafficSecret {
    return new TrafficSecret(this.hash, this.vault.keep(deriveSecret(this.hash, this.secret.reveal(), label, context)));
  }
}

export class HandshakeStage {
  readonly client: TrafficSecret;
  readonly server: TrafficSecret;
  private readonly hash: Hash;
  private readonly vault: Vault;
  private readonly secret: Secret;

  constructor(hash: Hash, secret: Secret, helloHash: Uint8Array, vault: Vault) {
    this.hash = hash;
    this.vault = vault;
    this.secret = secret;
    this.client = new TrafficSecret(hash, vault.keep(deriveSecret(hash, secret.reveal(), 'c hs traffic', helloHash)));
    this.server = new TrafficSecret(hash, vault.keep(deriveSecret(hash, secret.reveal(), 's hs traffic', helloHash)));
  }

  /** `serverFinishedHash`: the transcript up to and with the server's Finished. */
  toMaster(serverFinishedHash: Uint8Array): MasterStage {
    const { hash, vault } = this;
    const salt = deriveSecret(hash, this.secret.reveal(), 'derived', constantsOf(hash).empty);
    const secret = vault.keep(extract(hash, salt, new Uint8Array(hash.size)));
    this.secret.wipe();
    return new MasterStage(hash, secret, serverFinishedHash, vault);
  }
}

export class MasterStage {
  readonly client: TrafficSecret;
  readonly server: TrafficSecret;
  readonly exporter: Secret;
  private readonly hash: Hash;
  private readonly vault: Vault;
  private readonly secret: Secret;

  constructor(hash: Hash, secret: Secret, serverFinishedHash: Uint8Array, vault: Vault) {
    const derive = (label: string): Secret =>
      vault.keep(deriveSecret(hash, secret.reveal(), label, serverFinishedHash));
    this.hash = hash;
    this.vault = vault;
    this.secret = secret;
    this.client = new TrafficSecret(hash, derive('c ap traffic'));
    this.server = new TrafficSecret(hash, derive('s ap traffic'));
    this.exporter = derive('exp master');
  }

  /** Ends the schedule. `clientFinishedHash`: the transcript up to and with the client's Finished. */
  toResumption(clientFinishedHash: Uint8Array): Secret {
    const { hash, secret } = this;
    const resumption = this.vault.keep(deriveSecret(hash, secret.reveal(), 'res master', clientFinishedHash));
    secret.wipe();
    return resumption;
  }
}

/** One direction's traffic secret: of early data, the handshake, or application data. */
export class TrafficSecret {
  private readonly hash: Hash;
  private readonly secret: Secret;

  constructor(hash: Hash, secret: Secret) {
    this.hash = hash;
    this.secret = secret;
  }

  /** The traffic key and IV (RFC 9846, section 7.3). */
  keys(aead: Aead): { readonly key: Uint8Array; readonly iv: Uint8Array } {
    const secret = this.secret.reveal();
    if (secret.length === 0) fail('ERR_TLS_INTERNAL', 'a wiped traffic secret is used');
    return {
      key: expandLabel(this.hash, secret, 'key', EMPTY, aead.keySize),
      iv: expandLabel(this.hash, secret, 'iv', EMPTY, 12),
    };
  }

  /** verify_data of a Finished over this transcript hash (RFC 9846, section 4.5.3). */
  finished(transcriptHash: Uint8Array): Uint8Array {
    return this.hash.hmac(finishedKey(this.hash, this.secret.reveal()), transcriptHash);
  }

  /** Moves on to the next generation (RFC 9846, section 7.2) and forgets this one. */
  update(vault: Vault): TrafficSecret {
    const next = vault.keep(expandLabel(this.hash, this.secret.reveal(), 'traffic upd', EMPTY, this.hash.size));
    this.secret.wipe();
    return new TrafficSecret(this.hash, next);
  }

  /** For the key log alone. */
  reveal(): Uint8Array {
    return this.secret.reveal();
  }

  wipe(): void {
    this.secret.wipe();
  }
}

/** The PSK of one ticket (RFC 9846, section 4.7.1). */
export function ticketSecret(hash: Hash, resumption: Uint8Array, nonce: Uint8Array): Uint8Array {
  return expandLabel(hash, resumption, 'resumption', nonce, hash.size);
}

/** RFC 9846, section 7.5. An absent context is an empty one. */
export function export13(
  hash: Hash,
  exporter: Uint8Array,
  label: string,
  context: Uint8Array | null,
  length: number,
): Uint8Array {
  const secret = deriveSecret(hash, exporter, label, constantsOf(hash).empty);
  return expandLabel(hash, secret, 'exporter', hash.digest(context === null ? EMPTY : context), length);
}

interface Constants {
  /** The hash of nothing. */
  readonly empty: Uint8Array;
  /** The early secret where there is no PSK, and what it hands over. */
  readonly early: Uint8Array;
  readonly salt: Uint8Array;
}

const known: Map<Hash, Constants> = new Map();

/** What depends on the hash function alone, computed once. */
function constantsOf(hash: Hash): Constants {
  let constants = known.get(hash);
  if (constants === undefined) {
    const zeros = new Uint8Array(hash.size);
    const empty = hash.digest(EMPTY);
    const early = extract(hash, zeros, zeros);
    constants = { empty, early, salt: deriveSecret(hash, early, 'derived', empty) };
    known.set(hash, constants);
  }
  return constants;
}

function finishedKey(hash: Hash, base: Uint8Array): Uint8Array {
  return expandLabel(hash, base, 'finished', EMPTY, hash.size);
}
