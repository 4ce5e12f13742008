import { type DerReader, der, OID, TAG } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import type { Hash, HashName, PublicKey } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Certificate } from './certificate.ts';

/** How OCSP names a certificate: by its serial number and hashes of its issuer (RFC 6960, section 4.1.1). */
export interface CertId {
  /** Hash algorithm, in dotted form. */
  readonly algorithm: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serialNumber: Uint8Array;
}

const HASH_OIDS: Readonly<Record<HashName, string>> = {
  sha1: OID['id-sha1'],
  sha256: OID['id-sha256'],
  sha384: OID['id-sha384'],
  sha512: OID['id-sha512'],
};

export function certId(reader: DerReader): CertId {
  const outer = reader.enter(TAG.SEQUENCE);
  const hash = reader.enter(TAG.SEQUENCE);
  const algorithm = reader.oid();
  if (reader.more) reader.empty();
  reader.leave(hash);
  const issuerNameHash = reader.contents(TAG.OCTET_STRING);
  const issuerKeyHash = reader.contents(TAG.OCTET_STRING);
  const serialNumber = reader.integer();
  reader.leave(outer);
  return { algorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

/** The CertID of a certificate as DER. `key` is that of its issuer. */
export function certIdDer(certificate: Certificate, key: PublicKey, hash: Hash): Uint8Array {
  return der.sequence(
    der.sequence(der.oid(HASH_OIDS[hash.name]), der.nothing()),
    der.octetString(hash.digest(certificate.issuer.der)),
    der.octetString(hash.digest(key.raw)),
    // As it stands: some serial numbers are negative, or zero.
    der.element(TAG.INTEGER, certificate.serialNumber),
  );
}

/** Whether this is the certificate; hashes that are not among those given tell nothing, and so are not it. */
export function isCertId(id: CertId, certificate: Certificate, key: PublicKey, hashes: readonly Hash[]): boolean {
  if (!equalBytes(id.serialNumber, certificate.serialNumber)) return false;
  for (const hash of hashes) {
    if (HASH_OIDS[hash.name] !== id.algorithm) continue;
    return (
      equalBytes(id.issuerNameHash, hash.digest(certificate.issuer.der)) &&
      equalBytes(id.issuerKeyHash, hash.digest(key.raw))
    );
  }
  return false;
}

export interface OcspRequestOptions {
  /** The certificate asked about. */
  readonly certificate: Certificate;
  /** Whoever issued it: its certificate, or the anchor. */
  readonly issuer: { readonly publicKey: PublicKey };
  /** SHA-1 is what every responder knows; here it names something, and protects nothing. */
  readonly hash: Hash;
  /** Random bytes, 32 to 128 of them (RFC 9654, section 2.1), by which to know that the answer is new. */
  readonly nonce?: Uint8Array;
}

/**
 * An OCSPRequest as DER (RFC 6960, section 4.1), to be posted to the responder as `application/ocsp-request`. Its address
 * is in the certificate's `authorityInfoAccess`. Fails with ERR_TLS_CONFIG if the nonce has a wrong size.
 */
export function ocspRequest(options: OcspRequestOptions): Uint8Array {
  const { certificate, issuer, hash, nonce } = options;
  const list = der.sequence(der.sequence(certIdDer(certificate, issuer.publicKey, hash)));
  if (nonce === undefined) return der.sequence(der.sequence(list));
  if (nonce.length < 32 || nonce.length > 128) fail('ERR_TLS_CONFIG', 'a nonce for OCSP has 32 to 128 bytes');
  const extension = der.sequence(der.oid(OID['id-pkix-ocsp-nonce']), der.octetString(der.octetString(nonce)));
  return der.sequence(der.sequence(list, der.explicit(2, der.sequence(extension))));
}
