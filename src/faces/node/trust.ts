import { readFileSync } from 'node:fs';
import { isTlsError } from '../../errors/index.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../x509/index.ts';
import { invalidArgValue } from './node-error.ts';
import { certificatesIn, pemInput } from './pem-input.ts';

interface NodeTls {
  readonly rootCertificates: readonly string[];
  /** Since Node 22.15. */
  readonly getCACertificates?: (type: 'default') => readonly string[];
}

let trusted: AnchorSet | null = null;

/** Node's list of root certificates, as PEM. It is loaded when it is first looked at. */
export const rootCertificates: readonly string[] = lazyList(() => nodeTls().rootCertificates);

/** Who is trusted where `ca` is not given: what Node trusts, read once in a process and when first needed. */
export function defaultAnchors(): AnchorSet {
  if (trusted === null) trusted = new AnchorSet(defaultCertificates().flatMap(readable));
  return trusted;
}

/** Who is trusted by `ca`. Throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, or what the certificate lacks. */
export function anchorsFrom(ca: readonly unknown[]): AnchorSet {
  const anchors: TrustAnchor[] = [];
  for (const entry of ca) {
    const certificates = certificatesIn(pemInput('options.ca', entry));
    if (certificates.length === 0) throw invalidArgValue('options.ca', entry, 'must hold certificates in PEM form');
    for (const der of certificates) anchors.push(anchorFromCertificate(parseCertificate(der)));
  }
  return new AnchorSet(anchors);
}

function defaultCertificates(): readonly string[] {
  const tls = nodeTls();
  if (tls.getCACertificates !== undefined) return tls.getCACertificates('default');
  const { NODE_EXTRA_CA_CERTS: extra } = process.env;
  return extra ? [...tls.rootCertificates, extraCertificates(extra)] : tls.rootCertificates;
}

function extraCertificates(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    process.emitWarning(`Ignoring extra certs from \`${file}\`, load failed: ${(error as Error).message}`);
    return '';
  }
}

/** A root that cannot be read is not trusted; nobody here can mend the list. */
function readable(pem: string): TrustAnchor[] {
  try {
    return certificatesIn(pem).map((der) => anchorFromCertificate(parseCertificate(der)));
  } catch (error) {
    if (isTlsError(error)) return [];
    throw error;
  }
}

function lazyList(load: () => readonly string[]): readonly string[] {
  const filled = (list: string[]): string[] => {
    if (list.length === 0) Object.freeze(Object.assign(list, load()));
    return list;
  };
  return new Proxy<string[]>([], {
    get: (list, key) => Reflect.get(filled(list), key),
    has: (list, key) => Reflect.has(filled(list), key),
    ownKeys: (list) => Reflect.ownKeys(filled(list)),
    getOwnPropertyDescriptor: (list, key) => Reflect.getOwnPropertyDescriptor(filled(list), key),
  });
}

/** Loaded when asked for: programs that bring their own `ca` never need it. */
function nodeTls(): NodeTls {
  return (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule!('node:tls') as NodeTls;
}
