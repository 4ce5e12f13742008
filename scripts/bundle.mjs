// Joins the compiled modules into a few files for Node: loading some 350 small ones took most of what `import()` costs.
// What subpaths share lies in shared chunks, so that they are the same modules whichever way they are reached.
import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The compiled file behind each subpath that has a bundled form; a `*` stands for every file of its folder. */
function entryPoints() {
  const files = [];
  for (const target of Object.values(exports)) {
    if (target.node === undefined) continue;
    const file = target.default;
    if (!file.includes('*')) {
      files.push(file);
      continue;
    }
    const folder = file.slice(0, file.indexOf('*'));
    for (const name of readdirSync(folder)) if (name.endsWith('.js')) files.push(`${folder}${name}`);
  }
  return files;
}

await build({
  entryPoints: entryPoints(),
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
