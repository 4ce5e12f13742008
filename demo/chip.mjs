// The driver of the secure element: starts it, asks it, and makes of it a key for signet-tls.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { digestKey, ecdsaRawToDer } from 'signet-tls';

const PROGRAM = new URL('./secure-element.mjs', import.meta.url);

export class Chip {
  #process;
  #waiting = new Map();
  #lastId = 0;

  /** @param {{ latency: number, fault?: 'fails' | 'silent', keyFile?: string }} options */
  constructor({ latency, fault, keyFile }) {
    const args = ['--latency', `${latency}`];
    if (fault !== undefined) args.push('--fault', fault);
    if (keyFile !== undefined) args.push('--key', keyFile);
    this.#process = fork(PROGRAM, args, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#process.on('message', ({ id, output, error }) => this.#settle(id, output, error));
    this.#process.on('exit', () => {
      for (const id of this.#waiting.keys()) this.#settle(id, undefined, 'it has gone');
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** The `key` option of signet-tls: a key that is used, never read. */
  async signingKey() {
    return digestKey({
      publicKey: await this.#ask('publicKey'),
      schemes: ['ecdsa_secp256r1_sha256'],
      signDigest: async (_, digest) => ecdsaRawToDer(await this.#ask('sign', digest)),
    });
  }

  async close() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill();
    await gone;
  }

  #ask(command, input) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, command, input }, (error) => {
        if (error) this.#settle(id, undefined, error.message);
      });
    });
  }

  #settle(id, output, error) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(output);
    else waiting?.reject(new Error(error));
  }
}
