import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** One test vector; which fields it has follows from the group's type. */
export interface Vector {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: unknown;
}

export interface Group {
  readonly type: string;
  readonly tests: readonly Vector[];
  readonly [field: string]: unknown;
}

export interface VectorFile {
  readonly name: string;
  readonly algorithm: string;
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

/** Beside the checkout. `process.cwd` is the repository's root for the tests and for the script alike. */
export const FOLDER: string = fileURLToPath(new URL('../shared/wycheproof/', `file://${process.cwd()}/`));

export function vectorFiles(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('_test.json.gz'))
    .map((name) => name.replace('_test.json.gz', ''))
    .sort();
}

export function readVectors(name: string): VectorFile {
  const text = gunzipSync(readFileSync(`${FOLDER}${name}_test.json.gz`)).toString();
  return { name, ...(JSON.parse(text) as Omit<VectorFile, 'name'>) };
}
