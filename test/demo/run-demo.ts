import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const DEMO: string = path.join(import.meta.dirname, '../../demo');

export interface Shown {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Names of files that it left in the folder for temporary files. */
  readonly files: readonly string[];
  /** Command lines of processes that it left behind; none where that cannot be looked up. */
  readonly processes: readonly string[];
}

export interface DemoOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Interrupts it once its output has this. */
  readonly interruptAt?: RegExp;
}

/** Runs `npm run demo -- ARGS` to its end, without npm. */
export async function runDemo(args: readonly string[], options: DemoOptions = {}): Promise<Shown> {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-test-'));
  const mark = randomUUID();
  const env = { ...process.env, ...options.env, TMPDIR: folder, DEMO_TEST: mark };
  const child = spawn(process.execPath, [path.join(DEMO, 'run.mjs'), ...args], { env, timeout: 20_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    if (options.interruptAt?.test(stdout)) child.kill('SIGINT');
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const files = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { code, stdout, stderr, files, processes: processesWith(mark) };
}

/** Processes that inherited the variable with this value. */
function processesWith(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (environment.includes(mark)) found.push(readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '));
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return found;
}
