import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { need } from './need.ts';
import { findTool, needTool } from './tools.ts';

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

export const SOFTHSM_MODULE: string = MODULES.find((file) => existsSync(file)) ?? MODULES[0]!;

/** Whether SoftHSM2 and what its tests need is installed (Debian: softhsm2, opensc, p11-kit). */
export function needSoftHsm(): boolean {
  const tools = [needTool('softhsm2-util'), needTool('pkcs11-tool'), needTool('p11-kit')];
  return need(existsSync(SOFTHSM_MODULE), 'the module of SoftHSM2 is installed') && !tools.includes(null);
}

/** Whether the optional package pkcs11js is installed, and built. */
export function needPkcs11Js(): boolean {
  let found = true;
  try {
    createRequire(import.meta.url)('pkcs11js');
  } catch {
    found = false;
  }
  return need(found, 'pkcs11js is installed (npm install --no-save --save-dev pkcs11js@2)');
}

export const PIN = '1234';

export interface TokenOptions {
  readonly label?: string;
  readonly pin?: string;
}

/** A SoftHSM2 of its own, in a folder that goes when the tests of the file are over. */
export class SoftHsm {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;

  /** `mechanisms`: as in softhsm2.conf; a minus in front excludes. */
  constructor(mechanisms: string = 'ALL') {
    this.folder = mkdtempSync(path.join(tmpdir(), 'signet-softhsm-'));
    mkdirSync(path.join(this.folder, 'tokens'));
    const conf = path.join(this.folder, 'softhsm2.conf');
    const lines = [
      `directories.tokendir = ${this.folder}/tokens`,
      'log.level = ERROR',
      `slots.mechanisms = ${mechanisms}`,
    ];
    writeFileSync(conf, `${lines.join('\n')}\n`);
    this.env = { SOFTHSM2_CONF: conf };
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  addToken({ label = 'iot token', pin = PIN }: TokenOptions = {}): void {
    this.run('softhsm2-util', ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '5678']);
  }

  /** `type`: as pkcs11-tool names it, `EC:prime256v1`, `rsa:2048`. `id` in hex. */
  addKey(type: string, label: string, id: string, more: readonly string[] = [], token: TokenOptions = {}): void {
    this.tool(['--keypairgen', '--key-type', type, '--label', label, '--id', id, ...more], token);
  }

  addCertificate(der: Uint8Array, label: string, id: string): void {
    const file = path.join(this.folder, `${label}.der`);
    writeFileSync(file, der);
    this.tool(['--write-object', file, '--type', 'cert', '--label', label, '--id', id], {});
  }

  /** `key`: `object=...;id=...`. `query`: more behind the question mark. */
  uri(key: string, query: string = `pin-value=${PIN}`, token: string = 'iot%20token'): string {
    const more = query === '' ? '' : `&${query}`;
    return `pkcs11:token=${token};${key}?module-path=${SOFTHSM_MODULE}${more}`;
  }

  tool(args: readonly string[], { label = 'iot token', pin = PIN }: TokenOptions): string {
    return this.run('pkcs11-tool', [
      '--module',
      SOFTHSM_MODULE,
      '--token-label',
      label,
      '--login',
      '--pin',
      pin,
      ...args,
    ]);
  }

  private run(tool: 'softhsm2-util' | 'pkcs11-tool', args: readonly string[]): string {
    const options = { env: { ...process.env, ...this.env }, stdio: 'pipe', encoding: 'utf8' } as const;
    return execFileSync(findTool(tool)!.path, args, options);
  }
}
