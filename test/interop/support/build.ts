import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Finished } from '../../support/tools.ts';

export interface Source {
  readonly name: string;
  /** The folder of the sources. */
  readonly from: string;
  /** Of the compiler. */
  readonly version: string;
}

/**
 * A folder outside the repository with what `make` puts there, once for each state of the sources and each version of
 * the compiler. Rejects with what the compiler says.
 */
export async function buildOnce(source: Source, make: (folder: string) => Promise<Finished>): Promise<string> {
  const folder = path.join(tmpdir(), `signet-${source.name}-peer-${digest(source)}`);
  if (existsSync(folder)) return folder;
  const unfinished = mkdtempSync(`${folder}.`);
  const { code, output } = await make(unfinished);
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`the ${source.name} peer could not be built: ${output}`);
  }
  // Another test file may have been faster.
  if (existsSync(folder)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, folder);
  return folder;
}

function digest({ from, version }: Source): string {
  const hash = createHash('sha256').update(version);
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
    hash.update(entry.name).update(readFileSync(path.join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex').slice(0, 16);
}
