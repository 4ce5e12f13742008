import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { toUtf8 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Awaitable } from '../../flow/index.ts';
import { plain } from './plain.ts';

/** A PIN or password, or a function that is asked for it each time it is needed, with words that name what it opens. */
export type SecretInput = string | Uint8Array | ((what: string) => Awaitable<string | Uint8Array>);

/** A copy that may be wiped; text becomes UTF-8. Fails with ERR_TLS_KEY_PIN_MISSING. */
export async function secretFrom(input: SecretInput, what: string): Promise<Uint8Array> {
  const value: unknown = typeof input === 'function' ? await ask(input, what) : input;
  if (typeof value === 'string') return toUtf8(value);
  if (value instanceof Uint8Array) return plain(value).slice();
  return fail('ERR_TLS_KEY_PIN_MISSING', `${what}: what was given for it is neither a string nor bytes`);
}

/**
 * Reads a secret from where a URI says that it is: an absolute path or `file:` URI (the file's last line break is not
 * part of it), or `env:NAME`. A source that starts a program is refused. Fails with ERR_TLS_KEY_PIN_MISSING.
 */
export async function secretFromSource(source: string, what: string): Promise<Uint8Array> {
  if (source.startsWith('env:')) return fromEnvironment(source.slice('env:'.length), what);
  if (source.startsWith('|')) {
    fail('ERR_TLS_KEY_PIN_MISSING', `${what}: a URI may not start a program; run it yourself and give the answer`);
  }
  const path = source.startsWith('file:') ? pathOf(source, what) : source;
  if (!path.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(path)) {
    fail('ERR_TLS_KEY_PIN_MISSING', `${what}: its source "${source}" is no absolute path, file: URI or env:NAME`);
  }
  return fromFile(path, what);
}

async function ask(input: (what: string) => Awaitable<string | Uint8Array>, what: string): Promise<unknown> {
  try {
    return await input(what);
  } catch (cause) {
    return fail('ERR_TLS_KEY_PIN_MISSING', { detail: `${what}: the function that was asked for it failed`, cause });
  }
}

function fromEnvironment(name: string, what: string): Uint8Array {
  const value = process.env[name];
  if (value !== undefined && value !== '') return toUtf8(value);
  return fail('ERR_TLS_KEY_PIN_MISSING', `${what}: the environment has no variable ${name}`);
}

function pathOf(uri: string, what: string): string {
  if (!uri.startsWith('file://')) return uri.slice('file:'.length);
  try {
    return fileURLToPath(uri);
  } catch {
    return fail('ERR_TLS_KEY_PIN_MISSING', `${what}: its source "${uri}" is no file on this machine`);
  }
}

async function fromFile(path: string, what: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = plain(await readFile(path));
  } catch (error) {
    const { code } = error as { code?: unknown };
    return fail('ERR_TLS_KEY_PIN_MISSING', `${what}: the file ${path} cannot be read (${String(code)})`);
  }
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end -= 1;
  if (bytes[end - 1] === 0x0d) end -= 1;
  return bytes.slice(0, end);
}
