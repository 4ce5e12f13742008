import { parsePem, toPem } from '../../asn1/index.ts';
import { isTlsError } from '../../errors/index.ts';
import { nodeLists, storeCertificates } from '../../providers/node/stores.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../x509/index.ts';
import { invalidArgType, invalidArgValue, nodeError, openSslError } from './node-error.ts';
import { certificatesIn, pemInput } from './pem-input.ts';

/** The lists that Node knows. */
export type CaType = 'default' | 'system' | 'bundled' | 'extra';

const CA_TYPES: readonly string[] = ['default', 'system', 'bundled', 'extra'];

let trusted: AnchorSet | null = null;
/** What `setDefaultCACertificates` was given. */
let replaced: readonly string[] | null = null;

/** Node's list of root certificates, as PEM. It is loaded when it is first looked at. */
export const rootCertificates: readonly string[] = lazyList(() => nodeLists().rootCertificates);

/** Who is trusted where `ca` is not given: what Node trusts, read once in a process and when first needed. */
export function defaultAnchors(): AnchorSet {
  if (trusted === null) trusted = new AnchorSet(defaultCertificates().flatMap(readable));
  return trusted;
}

/** Node's `tls.getCACertificates`: PEM, one certificate each. Throws ERR_INVALID_ARG_VALUE for an unknown type. */
export function getCACertificates(type: CaType = 'default'): readonly string[] {
  if (typeof type !== 'string') throw invalidArgType('type', ['string'], type);
  if (!CA_TYPES.includes(type)) {
    throw invalidArgValue('type', type, `must be one of: ${CA_TYPES.map((one) => `'${one}'`).join(', ')}`);
  }
  if (type === 'bundled') return rootCertificates;
  if (type === 'default') return defaultList();
  const list = nodeLists().getCACertificates;
  return list === undefined ? storeCertificates(type).map(pemOf) : list(type);
}

/**
 * Node's `tls.setDefaultCACertificates`: who is trusted from now on where `ca` is not given. Contexts that exist keep
 * what they trust. Throws ERR_INVALID_ARG_TYPE, ERR_CRYPTO_OPERATION_FAILED or ERR_OSSL_PEM_ASN1_LIB, and changes
 * nothing then.
 */
export function setDefaultCACertificates(certs: readonly (string | NodeJS.ArrayBufferView)[]): void {
  if (!Array.isArray(certs)) throw invalidArgType('certs', ['Array'], certs);
  const inputs = certs.map((cert: unknown, index) => {
    if (typeof cert === 'string') return cert;
    if (!ArrayBuffer.isView(cert)) throw invalidArgType(`certs[${index}]`, ['string', 'ArrayBufferView'], cert);
    return new Uint8Array(cert.buffer, cert.byteOffset, cert.byteLength);
  });
  const ders = readAll(inputs);
  if (ders.length === 0 && inputs.length > 0) {
    const message = 'No valid certificates found in the provided array';
    throw nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', message);
  }
  replaced = Object.freeze([...new Set(ders.map(pemOf))]);
  trusted = null;
}

/** Who is trusted by `ca`. Throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, or what the certificate lacks. */
export function anchorsFrom(ca: readonly unknown[]): AnchorSet {
  const anchors: TrustAnchor[] = [];
  for (const entry of ca) {
    const input = pemInput('options.ca', entry);
    const certificates = certificatesIn(input);
    if (certificates.length === 0 && !hasPem(input))
      throw invalidArgValue('options.ca', entry, 'must hold certificates in PEM form');
    for (const der of certificates) anchors.push(anchorFromCertificate(parseCertificate(der)));
  }
  return new AnchorSet(anchors);
}

/** Whether there is anything in PEM form: what is no certificate among it is passed over. */
function hasPem(input: string | Uint8Array): boolean {
  return parsePem(input).length > 0;
}

let listed: readonly string[] | null = null;

/** The same array each time, as in Node, until it is replaced. */
function defaultList(): readonly string[] {
  if (replaced !== null) return replaced;
  listed ??= Object.freeze([...defaultCertificates()]);
  return listed;
}

function readAll(inputs: readonly (string | Uint8Array)[]): Uint8Array[] {
  try {
    const ders = inputs.flatMap((input) => certificatesIn(input));
    for (const der of ders) parseCertificate(der);
    return ders;
  } catch (cause) {
    throw openSslError('ERR_OSSL_PEM_ASN1_LIB', '0488000D', 'PEM routines', 'ASN1 lib', cause);
  }
}

function pemOf(der: Uint8Array): string {
  return toPem('CERTIFICATE', der);
}

function defaultCertificates(): readonly string[] {
  if (replaced !== null) return replaced;
  const { rootCertificates: bundled, getCACertificates: list } = nodeLists();
  return list === undefined ? [...bundled, ...storeCertificates('extra').map(pemOf)] : list('default');
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
