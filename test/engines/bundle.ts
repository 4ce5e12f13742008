import path from 'node:path';
import { type BuildResult, build } from 'esbuild';

/** The client, the noble provider and path validation in one script for engines that have nothing but the language. */
export async function bundleGuest(
  minify: boolean = true,
): Promise<{ readonly code: string; readonly imports: string[] }> {
  const result: BuildResult<{ write: false; metafile: true }> = await build({
    entryPoints: [path.join(import.meta.dirname, 'guest.ts')],
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2020',
    minify,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const imports = Object.values(result.metafile.inputs).flatMap((input) => input.imports.map(({ path: from }) => from));
  return { code: result.outputFiles[0]!.text, imports: [...Object.keys(result.metafile.inputs), ...imports] };
}
