import { DerReader, OID, oidName } from '../asn1/index.ts';
import type { HashName, SignatureKind } from '../crypto/index.ts';
import { isTlsError } from '../errors/index.ts';
import { pssParameters } from './pss.ts';

/** What a certificate, CRL or OCSP response says it is signed with. */
export interface SignatureAlgorithm {
  readonly oid: string;
  /** The standard's name, or the identifier in dotted form. */
  readonly name: string;
  /** Null where the algorithm is not one that can be verified here. */
  readonly kind: SignatureKind | null;
  /** Null where the algorithm hashes by itself. */
  readonly hash: HashName | null;
  /** MD2, MD4, MD5, SHA-1 or DSA: broken or given up, whether or not it could be verified. */
  readonly weak: boolean;
}

type Parameters = 'null' | 'absent' | 'pss';

interface Row {
  readonly kind: SignatureKind | null;
  readonly hash: HashName | null;
  readonly parameters: Parameters;
  readonly weak: boolean;
}

const row = (
  kind: SignatureKind | null,
  hash: HashName | null,
  parameters: Parameters,
  weak: boolean = false,
): Row => ({
  kind,
  hash,
  parameters,
  weak,
});

const ALGORITHMS: Readonly<Record<string, Row>> = {
  [OID['ecdsa-with-SHA256']]: row('ecdsa', 'sha256', 'absent'),
  [OID['ecdsa-with-SHA384']]: row('ecdsa', 'sha384', 'absent'),
  [OID['ecdsa-with-SHA512']]: row('ecdsa', 'sha512', 'absent'),
  [OID.sha256WithRSAEncryption]: row('rsa-pkcs1', 'sha256', 'null'),
  [OID.sha384WithRSAEncryption]: row('rsa-pkcs1', 'sha384', 'null'),
  [OID.sha512WithRSAEncryption]: row('rsa-pkcs1', 'sha512', 'null'),
  [OID['id-RSASSA-PSS']]: row('rsa-pss', null, 'pss'),
  [OID['id-Ed25519']]: row('ed25519', null, 'absent'),
  [OID['id-Ed448']]: row('ed448', null, 'absent'),
  [OID['id-ml-dsa-44']]: row('ml-dsa-44', null, 'absent'),
  [OID['id-ml-dsa-65']]: row('ml-dsa-65', null, 'absent'),
  [OID['id-ml-dsa-87']]: row('ml-dsa-87', null, 'absent'),
  [OID['ecdsa-with-SHA1']]: row('ecdsa', 'sha1', 'absent', true),
  [OID.sha1WithRSAEncryption]: row('rsa-pkcs1', 'sha1', 'null', true),
  [OID.sha1WithRSASignature]: row(null, 'sha1', 'null', true),
  [OID.md2WithRSAEncryption]: row(null, null, 'null', true),
  [OID.md4WithRSAEncryption]: row(null, null, 'null', true),
  [OID.md5WithRSAEncryption]: row(null, null, 'null', true),
  [OID['id-dsa-with-sha1']]: row(null, 'sha1', 'absent', true),
};

/** Reads the contents of an AlgorithmIdentifier. An algorithm that is not known, or has odd parameters, has no kind. */
export function signatureAlgorithm(bytes: Uint8Array, from: number, to: number): SignatureAlgorithm {
  const reader = new DerReader(bytes, from, to);
  const oid = reader.oid();
  const name = oidName(oid) ?? oid;
  const known = ALGORITHMS[oid];
  if (known === undefined) return { oid, name, kind: null, hash: null, weak: false };
  if (known.parameters === 'pss') return pssAlgorithm(reader, oid, name);
  if (known.parameters === 'null' && reader.more) reader.empty();
  const { kind, hash, weak } = known;
  return reader.more ? { oid, name, kind: null, hash, weak } : { oid, name, kind, hash, weak };
}

/** PSS as TLS knows it has a salt as long as the hash; anything else is well-formed but not supported. */
function pssAlgorithm(reader: DerReader, oid: string, name: string): SignatureAlgorithm {
  let parameters: { hash: HashName; saltLength: number };
  try {
    parameters = pssParameters(reader);
  } catch (error) {
    if (isTlsError(error)) return { oid, name, kind: null, hash: null, weak: false };
    throw error;
  }
  const { hash, saltLength } = parameters;
  const usual = !reader.more && saltLength === SALT[hash];
  return { oid, name, kind: usual ? 'rsa-pss' : null, hash, weak: hash === 'sha1' };
}

const SALT: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
