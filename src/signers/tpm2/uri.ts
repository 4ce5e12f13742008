import { fail } from '../../errors/index.ts';

/** `tpm2:0x81010001?tpm=...` or `tpm2:/path/of/key.pem?...`, decoded. */
export interface Tpm2Uri {
  readonly handle?: number;
  readonly file?: string;
  readonly tpm?: string;
  readonly passwordValue?: string;
  readonly passwordSource?: string;
  readonly parentPasswordSource?: string;
}

const QUERY: ReadonlyMap<string, keyof Tpm2Uri> = new Map<string, keyof Tpm2Uri>([
  ['tpm', 'tpm'],
  ['password-value', 'passwordValue'],
  ['password-source', 'passwordSource'],
  ['parent-password-source', 'parentPasswordSource'],
]);

/** Reads a `tpm2:` URI. Fails with ERR_TLS_KEY_ADDRESS; values, which may be passwords, are not repeated. */
export function parseTpm2Uri(uri: string): Tpm2Uri {
  const mark = uri.indexOf('?');
  const path = decoded(uri.slice('tpm2:'.length, mark < 0 ? undefined : mark), 'what follows "tpm2:"');
  if (path === '') refuse('a handle or the path of a PEM file is missing');
  const found: Record<string, unknown> = /^0x[0-9a-f]+$/i.test(path) ? { handle: Number(path) } : { file: path };
  if (mark < 0) return found;
  for (const part of uri.slice(mark + 1).split('&')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals));
    const field = QUERY.get(name) ?? refuse(`it may have ${[...QUERY.keys()].join(', ')} behind the question mark`);
    if (found[field] !== undefined) refuse(`${name} is given twice`);
    found[field] = decoded(part.slice(equals + 1), name);
  }
  if (found.passwordValue !== undefined && found.passwordSource !== undefined) {
    refuse('give password-value or password-source, not both');
  }
  return found;
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(`${name} has a % without two hex digits behind it, or is not UTF-8`);
  }
}

function refuse(why: string): never {
  return fail('ERR_TLS_KEY_ADDRESS', `TPM URI: ${why}`);
}
