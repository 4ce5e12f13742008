import { contextSet, DerReader, type PemBlock, parsePem, TAG, toPem } from '../../asn1/index.ts';
import { fail, isTlsError } from '../../errors/index.ts';

/** A private key as OpenSSL is told about it. */
export type EncodedKey =
  | { readonly format: 'der'; readonly type: DerType; readonly key: Uint8Array; encrypted: boolean }
  | { readonly format: 'pem'; readonly key: string; encrypted: boolean };

/**
 * Finds the first private key in PEM or DER: PKCS #1, PKCS #8, SEC 1, encrypted or not. Fails with ERR_TLS_KEY_PARSE,
 * which says what was found instead.
 */
export function readKeyFormat(input: string | Uint8Array): EncodedKey {
  if (typeof input !== 'string' && input[0] === TAG.SEQUENCE) return fromDer(input);
  const blocks = blocksOf(input);
  for (const block of blocks) {
    if (!isPrivateKey(block.label)) continue;
    if (block.headers['Proc-Type'] === undefined) return fromDer(block.der);
    return { format: 'pem', key: legacyPem(block), encrypted: true };
  }
  const label = blocks[0]?.label;
  return refuse(label === undefined ? 'it is neither PEM nor DER' : `the PEM holds ${INSTEAD[label] ?? `"${label}"`}`);
}

/** What else people hand in, by its PEM label. */
const INSTEAD: Readonly<Record<string, string>> = {
  CERTIFICATE: 'a certificate, not a private key',
  'CERTIFICATE REQUEST': 'a certificate request, not a private key',
  'PUBLIC KEY': 'a public key, not a private key',
  'RSA PUBLIC KEY': 'a public key, not a private key',
  'EC PARAMETERS': 'the parameters of a curve, but no private key behind them',
  'DSA PRIVATE KEY': 'a DSA key, which TLS does not use any more',
  'OPENSSH PRIVATE KEY': 'a key in the format of OpenSSH; "ssh-keygen -p -m PKCS8 -f FILE" converts it',
};

function isPrivateKey(label: string): boolean {
  return label.endsWith('PRIVATE KEY') && INSTEAD[label] === undefined;
}

function blocksOf(input: string | Uint8Array): PemBlock[] {
  try {
    return parsePem(input);
  } catch (error) {
    return refuse(isTlsError(error) ? error.detail : 'the PEM is damaged');
  }
}

/** Encryption by PEM headers (RFC 1421), which OpenSSL reads from PEM alone. */
function legacyPem(block: PemBlock): string {
  const [begin, ...rest] = toPem(block.label, block.der).split('\n');
  const headers = Object.keys(block.headers).map((name) => `${name}: ${block.headers[name]}`);
  return [begin, ...headers, '', ...rest].join('\n');
}

type DerType = 'pkcs1' | 'pkcs8' | 'sec1';

/** By the tags of the first three elements, since DER carries no label and labels of PEM are often wrong. */
const SHAPES: Readonly<Record<string, { type: DerType; encrypted?: true } | string>> = {
  'INTEGER INTEGER INTEGER': { type: 'pkcs1' },
  'INTEGER OCTET_STRING': { type: 'sec1' },
  'INTEGER OCTET_STRING [0]': { type: 'sec1' },
  'INTEGER OCTET_STRING [1]': { type: 'sec1' },
  'INTEGER SEQUENCE OCTET_STRING': { type: 'pkcs8' },
  'SEQUENCE OCTET_STRING': { type: 'pkcs8', encrypted: true },
  'INTEGER SEQUENCE': 'a PKCS #12 bundle; give it as pfx',
  'INTEGER SEQUENCE SEQUENCE': 'a PKCS #12 bundle; give it as pfx',
  'INTEGER INTEGER': 'a public key, not a private key',
  'SEQUENCE BIT_STRING': 'a public key, not a private key',
  'SEQUENCE SEQUENCE BIT_STRING': 'a certificate, not a private key',
};

const NAMES: Readonly<Record<number, string>> = {
  [TAG.INTEGER]: 'INTEGER',
  [TAG.BIT_STRING]: 'BIT_STRING',
  [TAG.OCTET_STRING]: 'OCTET_STRING',
  [TAG.SEQUENCE]: 'SEQUENCE',
  [contextSet(0)]: '[0]',
  [contextSet(1)]: '[1]',
};

function fromDer(key: Uint8Array): EncodedKey {
  const shape = SHAPES[shapeOf(key)];
  if (shape === undefined) return refuse('the DER is not that of a private key');
  if (typeof shape === 'string') return refuse(`the DER holds ${shape}`);
  return { format: 'der', type: shape.type, key, encrypted: shape.encrypted === true };
}

function shapeOf(key: Uint8Array): string {
  const names: string[] = [];
  try {
    const reader = new DerReader(key);
    const outer = reader.enter(TAG.SEQUENCE);
    while (reader.more) names.push(NAMES[reader.any()] ?? '?');
    reader.leave(outer);
    reader.done();
  } catch {
    return refuse('the DER is damaged');
  }
  return names.slice(0, 3).join(' ');
}

export function refuse(detail: string): never {
  return fail('ERR_TLS_KEY_PARSE', detail);
}
