import { DerReader, type PemBlock, parsePem, TAG } from '../asn1/index.ts';
import { fail } from '../errors/index.ts';
import { AnchorSet, anchorFromCertificate } from './anchor.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { guarded } from './guard.ts';

const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/**
 * The certificates in PEM text (other blocks and text between are skipped), or one in DER. Fails with ERR_TLS_CERT_PARSE
 * or ERR_TLS_PEM.
 */
export function certificatesFrom(input: string | Uint8Array): Certificate[] {
  if (typeof input !== 'string' && input[0] === TAG.SEQUENCE) return [parseCertificate(input)];
  const blocks = parsePem(input).filter(({ label }) => LABELS.indexOf(label) >= 0);
  if (blocks.length === 0) fail('ERR_TLS_CERT_PARSE', 'there is neither PEM with the label CERTIFICATE nor DER');
  return blocks.map((block) => parseCertificate(certificateIn(block)));
}

/** Trust in all certificates of these PEM texts or DER. */
export function anchorsFrom(...inputs: readonly (string | Uint8Array)[]): AnchorSet {
  const certificates: Certificate[] = [];
  for (const input of inputs) certificates.push(...certificatesFrom(input));
  return new AnchorSet(certificates.map(anchorFromCertificate));
}

/** OpenSSL's TRUSTED CERTIFICATE has settings of its own behind the certificate. */
export function certificateIn(block: PemBlock): Uint8Array {
  if (block.label !== 'TRUSTED CERTIFICATE') return block.der;
  return guarded('ERR_TLS_CERT_PARSE', null, () => new DerReader(block.der).whole(TAG.SEQUENCE));
}
