import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import type { TpmTransport } from '../../src/signers/tpm2.ts';
import { need } from './need.ts';
import { findTool, freePort, needTool, type Running, start, waitForPort } from './tools.ts';

/** Whether swtpm and tpm2-tools are installed (Debian: swtpm, tpm2-tools). */
export function needSwtpm(): boolean {
  return !([needTool('swtpm'), needTool('tpm2_create')] as unknown[]).includes(null);
}

/** Whether OpenSSL has its tpm2 provider (Debian: tpm2-openssl). By its file: it loads only where a TPM runs. */
export function needTpmProvider(): boolean {
  const openssl = needTool('openssl');
  if (openssl === null) return false;
  const { stdout } = spawnSync(openssl.path, ['version', '-m'], { encoding: 'utf8', timeout: 10_000 });
  const folder = /"(.+)"/.exec(stdout)?.[1] ?? '';
  return need(existsSync(path.join(folder, 'tpm2.so')), 'the tpm2 provider of OpenSSL is installed');
}

export interface SwtpmOptions {
  /** Hangs up after each answer. */
  readonly disconnect?: boolean;
  /** TPM2_Startup is done; true unless told. */
  readonly started?: boolean;
}

/** Never synchronously: a tool may wait for the connection that a key in this process holds. */
const run = promisify(execFile);

/** A TPM of its own, in a folder that goes when the tests of the file are over. */
export class SoftTpm {
  readonly folder: string;
  readonly port: number;
  private readonly options: SwtpmOptions;
  private running: Running | null = null;

  private constructor(folder: string, port: number, options: SwtpmOptions) {
    this.folder = folder;
    this.port = port;
    this.options = options;
  }

  static async start(options: SwtpmOptions = {}): Promise<SoftTpm> {
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-swtpm-'));
    mkdirSync(path.join(folder, 'state'));
    const tpm = new SoftTpm(folder, await freePair(), options);
    afterAll(async () => {
      await tpm.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    await tpm.powerOn();
    return tpm;
  }

  /** For the option `tpm`, and for tpm2-tools. */
  get address(): string {
    return `swtpm:host=127.0.0.1,port=${this.port}`;
  }

  async powerOn(): Promise<void> {
    const { disconnect = false, started = true } = this.options;
    const server = `type=tcp,port=${this.port},bindaddr=127.0.0.1${disconnect ? ',disconnect' : ''}`;
    const control = `type=tcp,port=${this.port + 1},bindaddr=127.0.0.1`;
    const flags = `not-need-init${started ? ',startup-clear' : ''}`;
    const state = `dir=${this.folder}/state`;
    const args = ['socket', '--tpm2', '--tpmstate', state, '--server', server, '--ctrl', control, '--flags', flags];
    this.running = start(findTool('swtpm')!.path, args, { lifetimeMs: 120_000 });
    await waitForPort(this.port, this.running);
  }

  /** As a power cut does: what is loaded is lost, what is persistent is kept. */
  async stop(): Promise<void> {
    await this.running?.stop();
  }

  /** Runs one of tpm2-tools in the folder, and makes room for the next: a TPM has three places and nobody to manage them. */
  async tool(name: string, ...args: string[]): Promise<string> {
    const output = await this.raw(name, ...args);
    await this.raw('flushcontext', '-t');
    return output;
  }

  async raw(name: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, TPM2TOOLS_TCTI: this.address };
    const file = path.join(path.dirname(findTool('tpm2_create')!.path), `tpm2_${name}`);
    return (await run(file, args, { cwd: this.folder, env, timeout: 20_000 })).stdout;
  }

  /** A storage key at 0x81000001 for the keys that `addKey` makes. */
  async addParent(): Promise<void> {
    await this.tool('createprimary', '-C', 'o', '-G', 'ecc256', '-c', 'primary.ctx', '-Q');
    await this.raw('evictcontrol', '-C', 'o', '-c', 'primary.ctx', '0x81000001', '-Q');
  }

  async addKey(handle: number, algorithm: string, attributes: string, more: readonly string[] = []): Promise<void> {
    const own = `fixedtpm|fixedparent|sensitivedataorigin|${attributes}`;
    const at = `0x${handle.toString(16)}`;
    await this.tool(
      'create',
      '-C',
      '0x81000001',
      '-G',
      algorithm,
      '-u',
      'k.pub',
      '-r',
      'k.priv',
      '-a',
      own,
      '-Q',
      ...more,
    );
    await this.raw('load', '-C', '0x81000001', '-u', 'k.pub', '-r', 'k.priv', '-c', 'k.ctx', '-Q');
    await this.tool('evictcontrol', '-C', 'o', '-c', 'k.ctx', at, '-Q');
  }

  /** A `TSS2 PRIVATE KEY` as OpenSSL's tpm2 provider writes it. `options`: its -pkeyopt. */
  async wrappedKey(algorithm: 'EC' | 'RSA', ...options: string[]): Promise<string> {
    const file = path.join(this.folder, 'tss2.pem');
    const usual = algorithm === 'EC' ? ['group:P-256'] : ['bits:2048'];
    const pkeyopt = [...usual, ...options].flatMap((option) => ['-pkeyopt', option]);
    const providers = ['-provider', 'tpm2', '-provider', 'default'];
    const env = { ...process.env, TPM2OPENSSL_TCTI: this.address };
    const args = ['genpkey', ...providers, '-algorithm', algorithm, ...pkeyopt, '-out', file];
    await run(findTool('openssl')!.path, args, { env, timeout: 20_000 });
    await this.raw('flushcontext', '-t');
    return readFileSync(file, 'utf8');
  }

  /** Commands by a connection each; `between` sees them, and may answer itself. */
  transport(
    between: (command: Uint8Array) => Uint8Array | null | Promise<Uint8Array | null> = () => null,
  ): TpmTransport {
    return {
      transmit: async (command) => (await between(command)) ?? this.exchange(command),
    };
  }

  exchange(command: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(this.port, '127.0.0.1', () => socket.write(command));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('swtpm hung up')));
      socket.on('data', (data: Buffer) => {
        chunks.push(data);
        const all = Buffer.concat(chunks);
        if (all.length < 10 || all.length < all.readUInt32BE(2)) return;
        resolve(new Uint8Array(all));
        socket.destroy();
      });
    });
  }
}

/** A port of 127.0.0.1 that is free, and the next one too: there tpm2-tools look for swtpm's control channel. */
export async function freePair(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().listen(port + 1, '127.0.0.1');
      server.once('error', () => resolve(false));
      server.once('listening', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** TPM_CC of a command. */
export function commandCode(command: Uint8Array): number {
  return Buffer.from(command).readUInt32BE(6);
}

/** An answer that is a TPM_RC alone. */
export function refusal(rc: number): Uint8Array {
  return new Uint8Array([0x80, 0x01, 0, 0, 0, 10, 0, 0, rc >> 8, rc & 255]);
}
