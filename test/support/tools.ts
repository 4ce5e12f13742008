import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { need } from './need.ts';

export type ToolName =
  | 'curl'
  | 'openssl'
  | 'gnutls-serv'
  | 'gnutls-cli'
  | 'mosquitto'
  | 'mosquitto_pub'
  | 'mosquitto_sub'
  | 'haproxy'
  | 'nginx'
  | 'go'
  | 'cargo'
  | 'java'
  | 'javac'
  | 'selfserv'
  | 'tstclnt'
  | 'certutil'
  | 'pk12util'
  | 'softhsm2-util'
  | 'pkcs11-tool'
  | 'p11-kit'
  | 'swtpm'
  | 'tpm2_create'
  | 'ssh-agent'
  | 'ssh-add'
  | 'ssh-keygen'
  | 'socat'
  | 'gcc'
  | 'chromium';

export interface Tool {
  readonly path: string;
  /** As the tool itself says: '3.0.17'. */
  readonly version: string;
}

/** How to make each tool tell its version. */
const VERSION_ARGS: Readonly<Record<ToolName, readonly string[]>> = {
  curl: ['--version'],
  openssl: ['version'],
  'gnutls-serv': ['--version'],
  'gnutls-cli': ['--version'],
  mosquitto: ['-h'],
  mosquitto_pub: ['--help'],
  mosquitto_sub: ['--help'],
  haproxy: ['-v'],
  nginx: ['-v'],
  go: ['version'],
  cargo: ['--version'],
  java: ['--version'],
  javac: ['--version'],
  selfserv: ['-?'],
  tstclnt: ['-?'],
  certutil: ['-?'],
  pk12util: ['-?'],
  'softhsm2-util': ['--version'],
  'pkcs11-tool': ['--help'],
  'p11-kit': ['--help'],
  swtpm: ['--version'],
  tpm2_create: ['--version'],
  'ssh-agent': ['-?'],
  'ssh-add': ['-?'],
  'ssh-keygen': ['-?'],
  socat: ['-V'],
  chromium: ['--version'],
  gcc: ['--version'],
};

/** Servers live in sbin, and Go in a folder of its own; neither need be on the PATH. */
const MORE_FOLDERS = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/local/go/bin',
  `${homedir()}/.cargo/bin`,
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
];

const found = new Map<ToolName, Tool | null>();

/** Where a tool is and what version it has; null where it is not installed. */
export function findTool(name: ToolName): Tool | null {
  const known = found.get(name);
  if (known !== undefined) return known;
  const tool = lookFor(name);
  found.set(name, tool);
  return tool;
}

/** The tool, or null with a warning, or an error under CI. `atLeast` is a version such as '1.24'. */
export function needTool(name: ToolName, atLeast: string = '0'): Tool | null {
  const tool = findTool(name);
  const wanted = atLeast === '0' ? '' : ` in version ${atLeast} or later`;
  const good = tool !== null && isAtLeast(tool.version, atLeast);
  return need(good, `${name} is installed${wanted}`) ? tool : null;
}

/** Compares versions part by part as numbers: '1.9' comes before '1.24'. */
export function isAtLeast(version: string, wanted: string): boolean {
  const have = version.split('.').map(Number);
  for (const [index, part] of wanted.split('.').map(Number).entries()) {
    const ours = have[index] ?? 0;
    if (ours !== part) return ours > part;
  }
  return true;
}

function lookFor(name: ToolName): Tool | null {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...MORE_FOLDERS];
  for (const folder of folders) {
    const file = path.join(folder, name);
    if (folder === '' || !isExecutable(file)) continue;
    const { stdout, stderr } = spawnSync(file, VERSION_ARGS[name], { encoding: 'utf8', timeout: 10_000 });
    const version = /\d+\.\d+(?:\.\d+)?/.exec(`${stdout}${stderr}`);
    return { path: file, version: version?.[0] ?? '0' };
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Killed after this long in any case; 60 seconds unless told. */
  readonly lifetimeMs?: number;
}

/** A program in the background. It dies with the test file that started it, at the latest. */
export class Running {
  readonly child: ChildProcess;
  /** Resolves with the exit code, null for one that was killed or never began. */
  readonly exited: Promise<number | null>;
  private text: string = '';
  private ended: boolean = false;

  constructor(file: string, args: readonly string[], options: StartOptions) {
    const { cwd, env, lifetimeMs = 60_000 } = options;
    this.child = spawn(file, args, { cwd, env: env ?? process.env, stdio: 'pipe' });
    const timer = setTimeout(() => this.kill(), lifetimeMs);
    timer.unref();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.text += data.toString('latin1');
      });
    }
    // It may be gone while somebody still writes to it; what it printed tells why.
    this.child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      const end = (code: number | null): void => {
        clearTimeout(timer);
        alive.delete(this);
        this.ended = true;
        resolve(code);
      };
      this.child.once('close', end);
      this.child.once('error', (error) => {
        this.text += `${error.message}\n`;
        end(null);
      });
    });
    alive.add(this);
  }

  get isOver(): boolean {
    return this.ended;
  }

  /** Everything that it printed so far on both streams, one character a byte. */
  output(): string {
    return this.text;
  }

  /** Waits until it has printed what the pattern describes: `says(/ACCEPT .*:(\d+)/)` for OpenSSL's port. */
  says(pattern: RegExp, timeoutMs: number = 10_000): Promise<RegExpExecArray> {
    return poll(() => pattern.exec(this.text), this, timeoutMs, `to print ${pattern}`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.kill();
    await this.exited;
  }
}

const alive = new Set<Running>();

function killAll(): void {
  for (const running of alive) running.kill();
}

process.once('exit', killAll);
process.once('SIGTERM', () => {
  killAll();
  process.exit(143);
});
afterAll(async () => {
  await Promise.all([...alive].map((running) => running.stop()));
});

/** Starts a program with piped input and output. Its failure to start shows in `output()` and `exited`. */
export function start(file: string, args: readonly string[], options: StartOptions = {}): Running {
  return new Running(file, args, options);
}

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, with `input` as its whole standard input. */
export async function run(
  file: string,
  args: readonly string[],
  options: StartOptions & { readonly input?: string | Uint8Array } = {},
): Promise<Finished> {
  const running = start(file, args, options);
  running.child.stdin?.end(options.input ?? '');
  const code = await running.exited;
  return { code, output: running.output() };
}

/** A port of 127.0.0.1 that nobody listens on. Where the server can choose by itself (port 0), let it. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * Waits until `running` listens on this port of 127.0.0.1. It connects and leaves again: a server that counts
 * its connections counts this one too; wait for its words with `says` instead.
 */
export async function waitForPort(port: number, running: Running, timeoutMs: number = 10_000): Promise<void> {
  let isOpen = false;
  const attempt = (): true | null => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.on('connect', () => {
      isOpen = true;
      socket.destroy();
    });
    return isOpen || null;
  };
  await poll(attempt, running, timeoutMs, `to listen on port ${port}`);
}

async function poll<T>(look: () => T | null, running: Running, timeoutMs: number, what: string): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = look();
    if (seen !== null) return seen;
    const why = running.isOver ? 'it ended' : Date.now() > end ? `${timeoutMs} ms passed` : null;
    if (why !== null) throw new Error(`Waited for ${running.child.spawnfile} ${what}, but ${why}. ${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
