import type { KeyObject } from 'node:crypto';
import { toPem } from '../../asn1/index.ts';
import { equalBytes } from '../../bytes/index.ts';
import { openPkcs12, type Pkcs12Contents } from '../../providers/node/pkcs12.ts';
import { signingKeyFrom } from '../../providers/node.ts';
import { parseCertificate } from '../../x509/index.ts';
import { invalidArgType, nodeError, openSslError } from './node-error.ts';
import type { KeyOption, Pem, SecureContextOptions } from './options.ts';
import { listOf } from './pem-input.ts';

export interface PfxContents {
  /** Keys and chains, in front of those that were given as such. */
  readonly options: { readonly key: KeyOption[]; readonly cert: Pem[] };
  /** The other certificates, as DER: of authorities, as a rule. */
  readonly certificates: Uint8Array[];
}

/** What the archives in `pfx` hold; null where none is given. Throws as Node does for a wrong passphrase or form. */
export function pfxContents(options: SecureContextOptions): PfxContents | null {
  const archives = listOf<unknown>(options.pfx);
  if (archives.length === 0) return null;
  const key = [...listOf(options.key as KeyOption)];
  const cert = [...listOf(options.cert as Pem)];
  const certificates: Uint8Array[] = [];
  for (const archive of archives) {
    const { bytes, passphrase } = archiveFrom(archive, options.passphrase);
    const contents = open(bytes, passphrase);
    key.push(...contents.keys);
    const leaves = contents.certificates.filter((der) => contents.keys.some((one) => belongs(one, der)));
    const others = contents.certificates.filter((der) => !leaves.includes(der));
    for (const leaf of leaves) cert.push([leaf, ...others].map((der) => toPem('CERTIFICATE', der)).join(''));
    certificates.push(...others);
  }
  return { options: { key, cert }, certificates };
}

function open(bytes: Uint8Array, passphrase: string): Pkcs12Contents {
  let contents: Pkcs12Contents;
  try {
    contents = openPkcs12(bytes, passphrase);
  } catch (cause) {
    throw failure(cause);
  }
  if (contents.keys.length > 0) return contents;
  throw nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'Unable to load private key from PFX data');
}

function belongs(key: KeyObject, der: Uint8Array): boolean {
  const { publicKey } = signingKeyFrom(key);
  return publicKey !== undefined && equalBytes(publicKey, parseCertificate(der).spki);
}

function archiveFrom(value: unknown, passphrase: unknown): { bytes: Uint8Array; passphrase: string } {
  const holder = value as { buf?: unknown; passphrase?: unknown };
  const isHolder = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  const input = isHolder ? holder.buf : value;
  const secret = (isHolder ? holder.passphrase : undefined) ?? passphrase ?? '';
  if (typeof secret !== 'string') throw invalidArgType('options.passphrase', ['string'], secret);
  if (typeof input === 'string') return { bytes: Buffer.from(input, 'latin1'), passphrase: secret };
  if (!ArrayBuffer.isView(input)) {
    throw invalidArgType('options.pfx', ['string', 'Buffer', 'TypedArray', 'DataView'], input);
  }
  return { bytes: new Uint8Array(input.buffer, input.byteOffset, input.byteLength), passphrase: secret };
}

function failure(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : '';
  if (/MAC could not be verified|Invalid password/i.test(message)) {
    return nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'mac verify failure', cause);
  }
  if (/not a supported|unsupported|unknown/i.test(message)) {
    return nodeError(Error, 'ERR_CRYPTO_UNSUPPORTED_OPERATION', 'Unsupported PKCS12 PFX data', cause);
  }
  return openSslError('ERR_OSSL_ASN1_NOT_ENOUGH_DATA', '0680008E', 'asn1 encoding routines', 'not enough data', cause);
}
