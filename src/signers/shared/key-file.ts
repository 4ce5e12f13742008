import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fail } from '../../errors/index.ts';
import { signingKeyFrom } from '../../providers/node.ts';
import type { OpenedKey } from './opened-key.ts';
import { type SecretInput, secretFrom } from './secrets.ts';

/** A private key that lies in a file after all. Fails with ERR_TLS_KEY_ADDRESS or ERR_TLS_KEY_PARSE. */
export async function openKeyFile(uri: string, passphrase: SecretInput | undefined): Promise<OpenedKey> {
  const path = uri.startsWith('file://') ? pathOf(uri) : uri.slice('file:'.length);
  let pem: Buffer;
  try {
    pem = await readFile(path);
  } catch (error) {
    return fail('ERR_TLS_KEY_ADDRESS', `${path} cannot be read (${String((error as { code?: unknown }).code)})`);
  }
  const secret = passphrase === undefined ? undefined : await secretFrom(passphrase, `passphrase of ${path}`);
  const key = signingKeyFrom(pem, secret);
  return { key, cert: null, name: `key file ${path}, in memory`, close: async () => {} };
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return fail('ERR_TLS_KEY_ADDRESS', `${uri} is no file on this machine`);
  }
}
