import { fail } from '../errors/index.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import type { SecretInput } from './shared/secrets.ts';

export type { OpenedKey } from './shared/opened-key.ts';
export type { SecretInput } from './shared/secrets.ts';

export interface OpenOptions {
  /** PIN of a PKCS#11 token, or password of a TPM key or file. */
  readonly pin?: SecretInput;
  /** Milliseconds that one operation may take; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key by its URI, whatever keeps it: `pkcs11:...`, `tpm2:...`, `ssh-agent:` (`ssh-agent:COMMENT`), `https://...`,
 * `http://127.0.0.1...`, `unix:...`, or `file:/path/of/key.pem`, which is read into memory. Only the signer that is needed
 * is loaded, and fails as it says. Fails with ERR_TLS_KEY_ADDRESS on any other URI.
 */
export async function openKey(uri: string, options: OpenOptions = {}): Promise<OpenedKey> {
  const { pin, timeout } = options;
  const patience = timeout === undefined ? {} : { timeout };
  switch (/^[a-z0-9-]+(?=:)/i.exec(uri)?.[0].toLowerCase()) {
    case 'pkcs11': {
      const { openPkcs11 } = await import('./pkcs11.ts');
      return openPkcs11(uri, { ...patience, ...(pin === undefined ? {} : { pin }) });
    }
    case 'tpm2': {
      const { openTpm2 } = await import('./tpm2.ts');
      return openTpm2(uri, { ...patience, ...(pin === undefined ? {} : { password: pin }) });
    }
    case 'ssh-agent': {
      const { openSshAgent } = await import('./ssh-agent.ts');
      const key = decoded(uri.slice('ssh-agent:'.length));
      return openSshAgent({ ...patience, ...(key === '' ? {} : { key }) });
    }
    case 'https':
    case 'http':
    case 'unix': {
      const { openRemote } = await import('./remote.ts');
      return openRemote(uri, patience);
    }
    case 'file': {
      const { openKeyFile } = await import('./shared/key-file.ts');
      return openKeyFile(uri, pin);
    }
    default:
      return fail(
        'ERR_TLS_KEY_ADDRESS',
        'give a URI that begins with pkcs11:, tpm2:, ssh-agent:, https:, unix: or file:',
      );
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail('ERR_TLS_KEY_ADDRESS', 'the name of the ssh-agent key has a % without two hex digits behind it');
  }
}
