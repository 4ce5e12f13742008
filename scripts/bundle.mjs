// Joins the compiled modules into a few files for Node: loading some 350 small ones took most of what `import()` costs.
// What subpaths share lies in shared chunks, so that they are the same modules whichever way they are reached.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The compiled file behind each subpath that has a bundled form. */
const entryPoints = Object.values(exports)
  .filter((target) => target.node !== undefined)
  .map((target) => target.default);

await build({
  entryPoints,
  outdir: 'dist/node',
  outbase: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
