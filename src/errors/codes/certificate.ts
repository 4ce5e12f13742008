import type { ErrorRow } from '../row.ts';

export type CertificateErrorCode = 'ERR_TLS_CERT_PARSE';

/** Certificates and paths. The certificate concerned is on the error. */
export const CERTIFICATE_ERRORS: Readonly<Record<CertificateErrorCode, ErrorRow>> = {
  ERR_TLS_CERT_PARSE: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.1',
    says: 'A certificate cannot be parsed',
    remedy: 'Have the certificate issued again by software that follows RFC 5280.',
  },
};
