// npm run --silent wycheproof [-- part of a file's name ...]: every vector of ../shared/wycheproof through every provider.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const folder = fileURLToPath(new URL(`node_modules/.cache/wycheproof-${process.pid}/`, root));
process.chdir(fileURLToPath(root));
mkdirSync(folder, { recursive: true });
try {
  await build({
    entryPoints: ['test/conformance/wycheproof/main.ts'],
    outfile: `${folder}main.mjs`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const { main } = await import(pathToFileURL(`${folder}main.mjs`).href);
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
