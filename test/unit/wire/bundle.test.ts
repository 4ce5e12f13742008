import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const INDEX = fileURLToPath(new URL('../../../src/wire/index.ts', import.meta.url));

/** The names of the codecs, tables and registries that a bundler keeps for this program. */
async function kept(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import * as wire from ${JSON.stringify(INDEX)};\n${program}`, resolveDir: '.' },
    bundle: true,
    write: false,
    format: 'esm',
    minifySyntax: true,
  });
  return outputFiles[0]!.text;
}

test('a bundler drops the codecs that nobody uses, and all that is there for traces', async () => {
  const text = await kept('export const read = (bytes) => wire.decode(wire.ServerHello, bytes);');
  expect(text).toContain('legacy_session_id_echo');
  for (const other of ['cipher_suites', 'dh_Ys', 'certificate_list', 'obfuscated_ticket_age', 'TLS_RSA_WITH']) {
    expect(text).not.toContain(other);
  }
});

test('a smaller table of extensions keeps only its codecs', async () => {
  const text = await kept(`
    const table = { key_share: { type: 51, codec: wire.KeyShareServerHello } };
    export const read = (list) => wire.readExtensions(table, list);`);
  expect(text).toContain('server_share');
  for (const other of ['obfuscated_ticket_age', 'sct_list', 'TLS_RSA_WITH', 'ec_point_formats']) {
    expect(text).not.toContain(other);
  }
});
