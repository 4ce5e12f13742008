import { EMPTY } from './bytes.ts';

/** Secret bytes that can be wiped. Best effort: a garbage collector may have copied them before. */
export class Secret {
  private bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The bytes themselves, not a copy; empty once wiped. Never log or keep them. */
  reveal(): Uint8Array {
    return this.bytes;
  }

  wipe(): void {
    this.bytes.fill(0);
    this.bytes = EMPTY;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }
}

/** Holds the secrets of one connection, so that they all go when it does. */
export class Vault {
  private held: Secret[] = [];

  keep(bytes: Uint8Array): Secret {
    const secret = new Secret(bytes);
    if (this.held.length >= 32) this.held = this.held.filter((one) => one.reveal().length > 0);
    this.held.push(secret);
    return secret;
  }

  wipe(): void {
    for (const secret of this.held) secret.wipe();
    this.held = [];
  }
}
