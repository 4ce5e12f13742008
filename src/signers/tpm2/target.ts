import { readFile } from 'node:fs/promises';
import { EMPTY } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import { type SecretInput, secretFrom, secretFromSource } from '../shared/secrets.ts';
import { DEFAULT_TPM, givenTransport, openTransport } from './address.ts';
import type { KeySource } from './key-lane.ts';
import type { OwnTransport, TpmTransport } from './transport.ts';
import { parseWrappedKey } from './tss2.ts';
import { parseTpm2Uri, type Tpm2Uri } from './uri.ts';

export interface TargetOptions {
  /**
   * The TPM: `/dev/tpmrm0` (default), `swtpm:host=127.0.0.1,port=2321`, `tcp://127.0.0.1:2321`, or anything that
   * transmits commands.
   */
  readonly tpm?: string | TpmTransport;
  /** The key's password, or a function that is asked for it once; goes before those of the URI. */
  readonly password?: SecretInput;
  /** The password of the parent of a wrapped key: of its hierarchy, or of its persistent storage key. */
  readonly parentPassword?: SecretInput;
}

/** Which key of which TPM, and what opens it. */
export interface Target {
  /** For people: `TPM key 0x81010001`. */
  readonly name: string;
  readonly source: KeySource;
  /** Null where none was given. */
  readonly password: Uint8Array | null;
  transport(): OwnTransport;
}

/** Fails with ERR_TLS_KEY_ADDRESS, ERR_TLS_KEY_UNSUPPORTED or ERR_TLS_KEY_PIN_MISSING. */
export async function targetOf(key: string | number | Uint8Array, options: TargetOptions): Promise<Target> {
  const uri: Tpm2Uri = typeof key === 'string' && /^tpm2:/i.test(key) ? parseTpm2Uri(key) : {};
  const handle = typeof key === 'number' ? key : uri.handle;
  const tpm = options.tpm ?? uri.tpm ?? DEFAULT_TPM;
  const name = handle === undefined ? nameOfFile(uri) : `TPM key 0x${handle.toString(16)}`;
  const source = handle === undefined ? await wrapped(key, uri, options) : persistent(handle);
  const password = await secret(options.password ?? uri.passwordValue, uri.passwordSource, `password of ${name}`);
  const empty = 'wrapped' in source && source.wrapped.emptyPassword;
  if ('wrapped' in source && !empty && password === null) {
    fail('ERR_TLS_KEY_PIN_MISSING', `${name} has a password: give the option password, or password-source in the URI`);
  }
  // A stable object for each opened transport, else the queue for those that were given.
  const transport = (): OwnTransport => (typeof tpm === 'string' ? openTransport(tpm) : givenTransport(tpm));
  return { name, source, password: empty ? EMPTY : password, transport };
}

function persistent(handle: number): KeySource {
  if (handle >= 0x81000000 && handle <= 0x81ffffff) return { handle };
  return fail(
    'ERR_TLS_KEY_ADDRESS',
    `0x${handle.toString(16)} is no persistent handle: those are 0x81000000 to 0x81ffffff`,
  );
}

async function wrapped(key: string | number | Uint8Array, uri: Tpm2Uri, options: TargetOptions): Promise<KeySource> {
  const pem = uri.file === undefined ? (key as string | Uint8Array) : await contentsOf(uri.file);
  const parent = await secret(
    options.parentPassword,
    uri.parentPasswordSource,
    'password of the parent of the TPM key',
  );
  return { wrapped: parseWrappedKey(pem), parentPassword: parent ?? EMPTY };
}

async function secret(
  given: SecretInput | undefined,
  source: string | undefined,
  what: string,
): Promise<Uint8Array | null> {
  if (given !== undefined) return secretFrom(given, what);
  return source === undefined ? null : secretFromSource(source, what);
}

async function contentsOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    return fail('ERR_TLS_KEY_ADDRESS', `${file} cannot be read (${String((error as { code?: unknown }).code)})`);
  }
}

function nameOfFile(uri: Tpm2Uri): string {
  return uri.file === undefined ? 'TPM key of a TSS2 PRIVATE KEY' : `TPM key of ${uri.file}`;
}
