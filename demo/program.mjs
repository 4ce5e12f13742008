// A program in the background whose log is watched.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { DemoError } from './demo-error.mjs';

/** Where Debian and Homebrew put servers, which is not on everybody's PATH. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const START_MS = 10_000;

export class Program {
  #child;
  #name;
  #hint;
  #log = '';
  #failure = null;
  #ended;

  /**
   * @param {string} name
   * @param {string[]} args
   * @param {{ package?: string, hint: string }} more `package`: Debian's; `hint`: what to do without the program
   */
  constructor(name, args, { package: debian = name, hint }) {
    this.#name = name;
    this.#hint = { debian, hint };
    const PATH = [process.env.PATH, ...MORE_FOLDERS].join(path.delimiter);
    this.#child = spawn(name, args, { env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    const child = this.#child;
    const kill = () => child.kill();
    process.once('exit', kill);
    this.#ended = new Promise((resolve) => {
      const end = (reason) => {
        process.off('exit', kill);
        this.#failure ??= reason;
        resolve();
      };
      this.#child.on('error', end);
      this.#child.on('close', () => end(new Error(`it ended: ${this.#log.trim()}`)));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('latin1').on('data', (text) => {
        this.#log += text;
      });
    }
  }

  /** All that it printed. */
  get log() {
    return this.#log;
  }

  /** Waits until its log has this. */
  says(pattern) {
    return this.until(() => pattern.exec(this.#log));
  }

  /** Waits until the function has a result other than null. */
  async until(look) {
    for (const end = performance.now() + START_MS; performance.now() < end && this.#failure === null; ) {
      const found = await look();
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw this.#notStarted();
  }

  async stop() {
    this.#child.kill();
    await this.#ended;
  }

  #notStarted() {
    const { debian, hint } = this.#hint;
    if (this.#failure?.code === 'ENOENT') {
      return new DemoError(
        `${this.#name} is not installed here: install it (on Debian: apt-get install ${debian}), ${hint}.`,
      );
    }
    const reason = this.#failure?.message ?? `it said nothing but: ${this.#log.trim()}`;
    return new DemoError(`${this.#name} did not start (${reason}): repair it, ${hint}.`);
  }
}

/** Ports of 127.0.0.1 that nobody listens on, for programs that cannot choose one by themselves. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = servers.map(
    (server) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server.address().port));
      }),
  );
  const ports = await Promise.all(listening);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
