import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePem } from '../../asn1/index.ts';
import { toHex } from '../../bytes/index.ts';
import { isTlsError } from '../../errors/index.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../x509/index.ts';
import { sha256 } from './hash.ts';

/**
 * Where root certificates come from. `bundled`: Node's own list. `system`: what the operating system trusts. `extra`: the
 * file that NODE_EXTRA_CA_CERTS names.
 */
export type StoreName = 'bundled' | 'system' | 'extra';

export interface StoreOptions {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is told about files that are named and cannot be read. Default: a process warning. */
  readonly onProblem?: (sentence: string) => void;
}

/** The part of node:tls that lists certificates. */
export interface NodeLists {
  readonly rootCertificates: readonly string[];
  /** Since Node 22.15. */
  readonly getCACertificates?: (type: 'default' | 'system' | 'bundled' | 'extra') => string[];
}

/** Bundles of the distributions; the first that is there counts. */
const BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/local/share/certs/ca-root-nss.crt',
];
/** Folders with a file for each certificate, for systems without a bundle. */
const FOLDERS: readonly string[] = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/system/etc/security/cacerts'];

/**
 * Trust in all certificates of these stores; those that cannot be read are left out. It reads files: make it once and keep
 * it.
 */
export function trustStore(stores: readonly StoreName[], options: StoreOptions = {}): AnchorSet {
  const anchors = new Map<string, TrustAnchor>();
  for (const store of stores) {
    for (const der of storeCertificates(store, options)) {
      const anchor = readable(der);
      if (anchor !== null) anchors.set(toHex(sha256.digest(der)), anchor);
    }
  }
  return new AnchorSet([...anchors.values()]);
}

/**
 * The certificates of a store as DER, each once. `system` is the bundle in SSL_CERT_FILE and the folders in SSL_CERT_DIR
 * where these are set, as with OpenSSL, else the bundle of the distribution, else its folder. Where there are no such files,
 * as on Windows and macOS, Node is asked, which can tell since 22.15.
 */
export function storeCertificates(store: StoreName, options: StoreOptions = {}): readonly Uint8Array[] {
  const { env = process.env, onProblem = (sentence) => process.emitWarning(sentence) } = options;
  if (store === 'bundled') return dersIn(nodeLists().rootCertificates.join('\n'));
  if (store === 'system') return distinct(systemCertificates(env, onProblem));
  const { NODE_EXTRA_CA_CERTS: extra } = env;
  return extra ? (readBundle(extra, (why) => onProblem(`Ignoring extra certs from \`${extra}\`, ${why}`)) ?? []) : [];
}

/** Loaded when asked for: programs that bring their own `ca` never need it. */
export function nodeLists(): NodeLists {
  return (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule!('node:tls') as NodeLists;
}

function systemCertificates(
  env: NonNullable<StoreOptions['env']>,
  onProblem: (sentence: string) => void,
): readonly Uint8Array[] {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = env;
  if (file || folders) {
    const bundle = file ? readBundle(file, (why) => onProblem(`SSL_CERT_FILE is ${file}: ${why}`)) : null;
    const list = (folders ?? '').split(path.delimiter).filter((folder) => folder !== '');
    return [...(bundle ?? []), ...list.flatMap((folder) => readFolder(folder, onProblem))];
  }
  for (const bundle of BUNDLES) {
    const found = readBundle(bundle, () => {});
    if (found !== null) return found;
  }
  for (const folder of FOLDERS) {
    const found = readFolder(folder, () => {});
    if (found.length > 0) return found;
  }
  return dersIn((nodeLists().getCACertificates?.('system') ?? []).join('\n'));
}

/** Null if the file cannot be read, or is broken. */
function readBundle(file: string, onProblem: (why: string) => void): readonly Uint8Array[] | null {
  try {
    return dersIn(readFileSync(file, 'latin1'));
  } catch (error) {
    onProblem(`load failed: ${(error as Error).message}`);
    return null;
  }
}

/** Folders have links and other files besides; what holds no certificate is passed over. */
function readFolder(folder: string, onProblem: (sentence: string) => void): readonly Uint8Array[] {
  try {
    return readdirSync(folder)
      .sort()
      .flatMap((name) => readBundle(path.join(folder, name), () => {}) ?? []);
  } catch (error) {
    onProblem(`SSL_CERT_DIR has ${folder}: load failed: ${(error as Error).message}`);
    return [];
  }
}

function dersIn(pem: string): readonly Uint8Array[] {
  return parsePem(pem)
    .filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE')
    .map(({ der }) => der);
}

function distinct(ders: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(ders.map((der) => [toHex(sha256.digest(der)), der])).values()];
}

/** A root that cannot be read is not trusted; nobody here can mend the list. */
function readable(der: Uint8Array): TrustAnchor | null {
  try {
    return anchorFromCertificate(parseCertificate(der));
  } catch (error) {
    if (isTlsError(error)) return null;
    throw error;
  }
}
