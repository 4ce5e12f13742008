import { createPrivateKey } from 'node:crypto';
import { createRequire } from 'node:module';
import type NodeForge from 'node-forge';
import { toPem } from '../../asn1/index.ts';
import { equalBytes } from '../../bytes/index.ts';
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

type Key = ReturnType<typeof createPrivateKey>;

interface Opened {
  readonly keys: Key[];
  readonly certificates: Uint8Array[];
}

let forge: typeof NodeForge | null = null;

/** PKCS #12 has thirty years of algorithms in it; they are loaded when the first archive comes. */
function library(): typeof NodeForge {
  forge ??= createRequire(import.meta.url)('node-forge') as typeof NodeForge;
  return forge;
}

function open(bytes: Uint8Array, passphrase: string): Opened {
  const { asn1, pkcs12, pki } = library();
  let archive: NodeForge.pkcs12.Pkcs12Pfx;
  try {
    const parsed = asn1.fromDer(Buffer.from(bytes).toString('latin1'));
    archive = pkcs12.pkcs12FromAsn1(parsed, false, passphrase);
  } catch (cause) {
    throw failure(cause);
  }
  const bags = (type: string): NodeForge.pkcs12.Bag[] => archive.getBags({ bagType: type })[type] ?? [];
  const oids = pki.oids as Record<string, string>;
  const keys = [...bags(oids.keyBag!), ...bags(oids.pkcs8ShroudedKeyBag!)].map(keyOf);
  if (keys.length === 0) {
    throw nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'Unable to load private key from PFX data');
  }
  return { keys, certificates: bags(oids.certBag!).map(certificateOf) };
}

function keyOf(bag: NodeForge.pkcs12.Bag): Key {
  const { asn1, pki } = library();
  if (bag.key) {
    const der = Buffer.from(asn1.toDer(pki.privateKeyToAsn1(bag.key)).getBytes(), 'latin1');
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs1' });
  }
  const der = Buffer.from(asn1.toDer(bag.asn1!).getBytes(), 'latin1');
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/**
 * The certificate's very bytes. The library takes apart those that it knows; what was signed it keeps, and the outer
 * algorithm is the inner one (RFC 5280, section 4.1.1.2).
 */
function certificateOf(bag: NodeForge.pkcs12.Bag): Uint8Array {
  const { asn1 } = library();
  if (!bag.cert) return derOf(bag.asn1!);
  const { tbsCertificate: tbs, signature } = bag.cert as unknown as {
    tbsCertificate: NodeForge.asn1.Asn1;
    signature: string;
  };
  const fields = tbs.value as NodeForge.asn1.Asn1[];
  const versioned = fields[0]!.tagClass === asn1.Class.CONTEXT_SPECIFIC;
  const { UNIVERSAL } = asn1.Class;
  const bits = asn1.create(UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature}`);
  return derOf(asn1.create(UNIVERSAL, asn1.Type.SEQUENCE, true, [tbs, fields[versioned ? 2 : 1]!, bits]));
}

function derOf(value: NodeForge.asn1.Asn1): Uint8Array {
  return new Uint8Array(Buffer.from(library().asn1.toDer(value).getBytes(), 'latin1'));
}

function belongs(key: Key, der: Uint8Array): boolean {
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
  return openSslError('ERR_OSSL_ASN1_NOT_ENOUGH_DATA', '0680008E', 'asn1 encoding routines', 'not enough data', cause);
}
