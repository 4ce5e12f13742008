import type { ErrorRow } from '../row.ts';

const PROFILE = 'RFC 5280, section 4.2';
const ISSUE_AGAIN = 'Have the certificate issued again by software that follows RFC 5280.';
const TELL_OPERATOR = 'Tell whoever operates the other end; nothing can be done here without giving up security.';

export type CertificateErrorCode =
  | 'ERR_TLS_CERT_ALTNAME_INVALID'
  | 'ERR_TLS_CERT_BUDGET'
  | 'ERR_TLS_CERT_CRITICAL_EXTENSION'
  | 'ERR_TLS_CERT_EMAIL_MISMATCH'
  | 'ERR_TLS_CERT_EXPIRED'
  | 'ERR_TLS_CERT_EXTENDED_KEY_USAGE'
  | 'ERR_TLS_CERT_KEY_USAGE'
  | 'ERR_TLS_CERT_NAME_CONSTRAINTS'
  | 'ERR_TLS_CERT_NOT_CA'
  | 'ERR_TLS_CERT_NOT_YET_VALID'
  | 'ERR_TLS_CERT_PARSE'
  | 'ERR_TLS_CERT_PATH_LENGTH'
  | 'ERR_TLS_CERT_PIN'
  | 'ERR_TLS_CERT_POLICY'
  | 'ERR_TLS_CERT_PROFILE'
  | 'ERR_TLS_CERT_PUBLIC_KEY'
  | 'ERR_TLS_CERT_REVOKED'
  | 'ERR_TLS_CERT_SELF_SIGNED'
  | 'ERR_TLS_CERT_SELF_SIGNED_ROOT'
  | 'ERR_TLS_CERT_SIGNATURE'
  | 'ERR_TLS_CERT_SIGNATURE_UNSUPPORTED'
  | 'ERR_TLS_CERT_SIGNATURE_WEAK'
  | 'ERR_TLS_CERT_TOO_DEEP'
  | 'ERR_TLS_CERT_UNKNOWN_ISSUER'
  | 'ERR_TLS_CERT_UNKNOWN_ROOT'
  | 'ERR_TLS_CERT_WEAK_KEY'
  | 'ERR_TLS_CRL_EXPIRED'
  | 'ERR_TLS_CRL_INVALID'
  | 'ERR_TLS_CRL_MISSING'
  | 'ERR_TLS_CRL_NOT_YET_VALID'
  | 'ERR_TLS_CRL_PARSE'
  | 'ERR_TLS_CRL_SIGNATURE'
  | 'ERR_TLS_DER'
  | 'ERR_TLS_OCSP_EXPIRED'
  | 'ERR_TLS_OCSP_INVALID'
  | 'ERR_TLS_OCSP_MISSING'
  | 'ERR_TLS_OCSP_NOT_YET_VALID'
  | 'ERR_TLS_OCSP_PARSE'
  | 'ERR_TLS_OCSP_RESPONDER'
  | 'ERR_TLS_OCSP_SIGNATURE'
  | 'ERR_TLS_OCSP_UNKNOWN'
  | 'ERR_TLS_PEM';

/** Certificates, paths and revocation. The certificate concerned is on the error. */
export const CERTIFICATE_ERRORS: Readonly<Record<CertificateErrorCode, ErrorRow>> = {
  ERR_TLS_CERT_PARSE: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 5280, section 4.1',
    says: 'A certificate cannot be parsed',
    remedy: ISSUE_AGAIN,
  },
  ERR_TLS_CERT_PUBLIC_KEY: {
    alert: 'unsupported_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.1.2.7',
    says: 'The public key in a certificate cannot be used',
    remedy: 'Use a key on a named curve, RSA, Ed25519 or another kind that the message names.',
  },
  ERR_TLS_CERT_EXPIRED: {
    alert: 'certificate_expired',
    blame: 'peer',
    section: 'RFC 5280, section 4.1.2.5',
    says: 'A certificate has expired',
    remedy: 'Renew the certificate, or set the clock of this machine if it is wrong.',
  },
  ERR_TLS_CERT_NOT_YET_VALID: {
    alert: 'certificate_expired',
    blame: 'peer',
    section: 'RFC 5280, section 4.1.2.5',
    says: 'A certificate is not valid yet',
    remedy: 'Set the clock of this machine; if it is right, wait or have the certificate issued again.',
  },
  ERR_TLS_CERT_UNKNOWN_ISSUER: {
    alert: 'unknown_ca',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'No trusted authority has issued the certificate',
    remedy:
      'If you trust this issuer, give its certificate as `ca`; if an intermediate is missing, have the peer send it.',
  },
  ERR_TLS_CERT_UNKNOWN_ROOT: {
    alert: 'unknown_ca',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'The chain ends in an authority whose issuer is not trusted',
    remedy: 'If you trust that issuer, give its certificate as `ca`; if one is missing between, have the peer send it.',
  },
  ERR_TLS_CERT_SELF_SIGNED: {
    alert: 'unknown_ca',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'The certificate is signed by itself and is not trusted',
    remedy: 'If you trust it, give this very certificate as `ca`.',
  },
  ERR_TLS_CERT_SELF_SIGNED_ROOT: {
    alert: 'unknown_ca',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'The chain ends in a root that is not trusted',
    remedy: 'If you trust this root, give its certificate as `ca`.',
  },
  ERR_TLS_CERT_SIGNATURE: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 6.1.3',
    says: 'The signature of a certificate is wrong',
    remedy: 'Check that the certificate is not damaged and that its issuer has not made a new key under the same name.',
  },
  ERR_TLS_CERT_SIGNATURE_WEAK: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 9155, section 1',
    says: 'A certificate is signed with an algorithm that is broken',
    remedy: 'Have the certificate issued again with SHA-256 or better.',
  },
  ERR_TLS_CERT_SIGNATURE_UNSUPPORTED: {
    alert: 'unsupported_certificate',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.3',
    says: 'A certificate is signed with an algorithm that is not supported here',
    remedy: 'Add a verifier for the algorithm, or have the certificate issued again with ECDSA, RSA or Ed25519.',
  },
  ERR_TLS_CERT_WEAK_KEY: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 9325, section 4.5',
    says: 'A certificate holds a key that is too weak',
    remedy: 'Make a new key: RSA of 2,048 bits or more, or P-256.',
  },
  ERR_TLS_CERT_NOT_CA: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.9',
    says: 'A certificate was issued by one that is not a certification authority',
    remedy: 'Give the issuing certificate basicConstraints with cA = TRUE, or issue from one that has it.',
  },
  ERR_TLS_CERT_PATH_LENGTH: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.9',
    says: 'There are more intermediate certificates than an authority allows',
    remedy: 'Issue from an authority whose path length is greater.',
  },
  ERR_TLS_CERT_TOO_DEEP: {
    alert: 'unknown_ca',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'There are more intermediate certificates than this side allows',
    remedy: 'Raise the depth if such a long chain is meant.',
  },
  ERR_TLS_CERT_KEY_USAGE: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.3',
    says: 'The key usage of a certificate does not allow what it is used for',
    remedy: 'Have the certificate issued again with keyCertSign for authorities, digitalSignature for others.',
  },
  ERR_TLS_CERT_EXTENDED_KEY_USAGE: {
    alert: 'unsupported_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.12',
    says: 'The extended key usage of a certificate does not allow what it is used for',
    remedy: 'Have the certificate issued again with serverAuth for servers, clientAuth for clients.',
  },
  ERR_TLS_CERT_NAME_CONSTRAINTS: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.10',
    says: 'A name lies outside what an authority may certify',
    remedy: TELL_OPERATOR,
  },
  ERR_TLS_CERT_CRITICAL_EXTENSION: {
    alert: 'unsupported_certificate',
    blame: 'peer',
    section: PROFILE,
    says: 'A certificate has a critical extension that is not understood',
    remedy: 'Have the certificate issued again without the extension, or with the extension not critical.',
  },
  ERR_TLS_CERT_PROFILE: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: PROFILE,
    says: 'A certificate breaks a rule of the chosen certificate profile',
    remedy:
      'Have it issued again by software that follows RFC 5280, or choose the "private" profile for a CA of your own.',
  },
  ERR_TLS_CERT_POLICY: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 6.1.5',
    says: 'No certificate policy is valid for the whole path although one is required',
    remedy: TELL_OPERATOR,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 9525, section 6',
    says: 'The certificate is for another name',
    remedy: 'Connect by a name that the certificate has, or have it issued for this one (subjectAltName).',
  },
  ERR_TLS_CERT_EMAIL_MISMATCH: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 4.2.1.6',
    says: 'The certificate is for another mailbox',
    remedy: 'Have it issued with the mailbox as an rfc822Name in subjectAltName.',
  },
  ERR_TLS_CERT_PIN: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: '-',
    says: 'None of the keys in the certificate path is a pinned one',
    remedy:
      'Find out who answers. If the peer has changed its key on purpose, pin the new one; pin two from the start.',
  },
  ERR_TLS_CERT_BUDGET: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: 'RFC 5280, section 6.1',
    says: 'The search for a certificate path was given up because it took too much work',
    remedy: 'Have the peer send its own chain alone; raise the limits only for a peer that is known.',
  },
  ERR_TLS_CERT_REVOKED: {
    alert: 'certificate_revoked',
    blame: 'peer',
    section: 'RFC 5280, section 6.3',
    says: 'A certificate is revoked',
    remedy: 'Get a new certificate with a new key.',
  },
  ERR_TLS_CRL_MISSING: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 6.3',
    says: 'There is no revocation list for a certificate although one is required',
    remedy: 'Give a CRL of each issuer in the chain, or do not require them.',
  },
  ERR_TLS_CRL_EXPIRED: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 5.1.2.5',
    says: 'A revocation list is out of date',
    remedy: 'Fetch the current CRL of the issuer.',
  },
  ERR_TLS_CRL_NOT_YET_VALID: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 5.1.2.4',
    says: 'A revocation list is not valid yet',
    remedy: 'Set the clock of this machine, or fetch the current CRL of the issuer.',
  },
  ERR_TLS_CRL_INVALID: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 6.3.3',
    says: 'A revocation list cannot be used for the certificate',
    remedy: 'Fetch the complete CRL of the issuer of the certificate that the message names.',
  },
  ERR_TLS_CRL_SIGNATURE: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 6.3.3',
    says: 'The signature of a revocation list is wrong',
    remedy: 'Fetch the CRL again from its issuer.',
  },
  ERR_TLS_CRL_PARSE: {
    alert: 'certificate_unknown',
    blame: 'user',
    section: 'RFC 5280, section 5.1',
    says: 'A revocation list cannot be parsed',
    remedy: 'Fetch the CRL again; it has to be DER, or PEM with the label X509 CRL.',
  },
  ERR_TLS_OCSP_MISSING: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 7633, section 4',
    says: 'There is no OCSP response for a certificate although one is required',
    remedy: 'Switch OCSP stapling on at the server; for other certificates fetch a response from their responder.',
  },
  ERR_TLS_OCSP_UNKNOWN: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 2.2',
    says: 'The OCSP responder does not know the certificate',
    remedy: 'Ask whoever issued the certificate; nobody vouches for it now.',
  },
  ERR_TLS_OCSP_EXPIRED: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 4.2.2.1',
    says: 'An OCSP response is out of date',
    remedy: 'Have the server renew the response that it staples, or fetch a new one.',
  },
  ERR_TLS_OCSP_NOT_YET_VALID: {
    alert: 'bad_certificate_status_response',
    blame: 'user',
    section: 'RFC 6960, section 4.2.2.1',
    says: 'An OCSP response is not valid yet',
    remedy: 'Set the clock of this machine, or that of the responder.',
  },
  ERR_TLS_OCSP_INVALID: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 4.4',
    says: 'An OCSP response cannot be used',
    remedy: 'Fetch a new response from the responder that the certificate names.',
  },
  ERR_TLS_OCSP_RESPONDER: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 4.2.2.2',
    says: 'An OCSP response is not by somebody who may make it',
    remedy:
      'It has to be signed by the issuer of the certificate, or with a certificate for OCSP signing from that issuer.',
  },
  ERR_TLS_OCSP_SIGNATURE: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 3.2',
    says: 'The signature of an OCSP response is wrong',
    remedy: 'Fetch a new response from the responder that the certificate names.',
  },
  ERR_TLS_OCSP_PARSE: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6960, section 4.2.1',
    says: 'An OCSP response cannot be parsed',
    remedy: 'Give the DER that the responder has sent, from its first byte to its last.',
  },
  ERR_TLS_DER: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'X.690, section 10',
    says: 'Bytes are not correct DER',
    remedy: 'Have them made again by software that writes DER.',
  },
  ERR_TLS_PEM: {
    alert: null,
    blame: 'user',
    section: 'RFC 7468, section 2',
    says: 'PEM text cannot be read',
    remedy: 'Check that the file is complete, from its BEGIN line to its END line.',
  },
};
