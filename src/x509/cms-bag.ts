import { contextSet, DerReader, OID, TAG } from '../asn1/index.ts';
import { guarded } from './guard.ts';

/**
 * The certificates in a certs-only CMS message (RFC 5652, section 5.1; RFC 5280, section 4.2.2.1 has issuers publish it
 * as `.p7c`), as DER, in the order in which they stand. What else is in it is not looked at. Fails with
 * ERR_TLS_CERT_PARSE.
 */
export function certificatesInCms(bytes: Uint8Array): Uint8Array[] {
  return guarded('ERR_TLS_CERT_PARSE', null, () => {
    const reader = new DerReader(bytes);
    reader.enter(TAG.SEQUENCE);
    if (reader.oid() !== OID['id-signedData']) reader.refuse('a CMS message without certificates');
    reader.enter(contextSet(0));
    reader.enter(TAG.SEQUENCE);
    reader.integer();
    reader.next(TAG.SET);
    reader.next(TAG.SEQUENCE);
    const certificates: Uint8Array[] = [];
    if (reader.peek() !== contextSet(0)) return certificates;
    reader.enter(contextSet(0));
    while (reader.more) certificates.push(reader.whole(TAG.SEQUENCE));
    return certificates;
  });
}

/** Whether this begins as a CMS message does: with an OID, where a certificate has a SEQUENCE. */
export function isCms(bytes: Uint8Array): boolean {
  return guarded('ERR_TLS_CERT_PARSE', null, () => {
    const reader = new DerReader(bytes);
    if (reader.peek() !== TAG.SEQUENCE) return false;
    reader.enter(TAG.SEQUENCE);
    return reader.peek() === TAG.OID;
  });
}
