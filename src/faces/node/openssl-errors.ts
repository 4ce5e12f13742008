import type { TlsError } from '../../errors/index.ts';
import { ALERTS, type AlertName } from '../../errors/index.ts';
import { type NodeError, nodeError, openSslError } from './node-error.ts';

const SSL = 'SSL routines';

/** What OpenSSL 3.0 (Node 20 and 22) calls "sslv3", later versions "ssl/tls". */
const SSL3_ALERTS: readonly AlertName[] = [
  'unexpected_message',
  'bad_record_mac',
  'decompression_failure',
  'handshake_failure',
  'no_certificate',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'illegal_parameter',
];

/** These OpenSSL names without the word "alert". */
const UNSAID: readonly AlertName[] = [
  'unsupported_extension',
  'certificate_unobtainable',
  'unrecognized_name',
  'bad_certificate_status_response',
  'bad_certificate_hash_value',
];

const TLS13_ALERTS: readonly AlertName[] = ['missing_extension', 'certificate_required'];

/** A received alert as Node on this version of OpenSSL reports it; null for those that OpenSSL has no name for. */
export function alertError(name: string, openssl: string, cause: TlsError): NodeError | null {
  const alert = name as AlertName;
  const number = ALERTS[alert];
  if (number === undefined || alert === 'close_notify' || number === 117 || number > 120) return null;
  const text = name === 'user_canceled' ? 'user cancelled' : name.replaceAll('_', ' ');
  const reason = `${prefix(alert, openssl)} ${UNSAID.includes(alert) ? '' : 'alert '}${text}`;
  const hex = `0A00${(1000 + number).toString(16).toUpperCase().padStart(4, '0')}`;
  const error = openSslError(codeOf(reason), hex, SSL, reason, cause);
  error.message += `:SSL alert number ${number}`;
  return error;
}

/** Something that is not TLS came back. */
export function wrongVersionError(cause: TlsError): NodeError {
  return openSslError('ERR_SSL_WRONG_VERSION_NUMBER', '0A00010B', SSL, 'wrong version number', cause);
}

/** A verdict on a certificate, by OpenSSL's name for it. */
export function verifyError(code: string, cause: TlsError): NodeError {
  return nodeError(Error, code, VERIFY_MESSAGES[code] ?? cause.message, cause);
}

function prefix(alert: AlertName, openssl: string): string {
  if (TLS13_ALERTS.includes(alert)) return 'tlsv13';
  if (!SSL3_ALERTS.includes(alert)) return 'tlsv1';
  const [major = 3, minor = 0] = openssl.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 2) ? 'ssl/tls' : 'sslv3';
}

function codeOf(reason: string): string {
  return `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

/** OpenSSL's words (X509_verify_cert_error_string), which programs look for. */
const VERIFY_MESSAGES: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: 'unable to get issuer certificate',
  UNABLE_TO_GET_CRL: 'unable to get certificate CRL',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'unable to decode issuer public key',
  CERT_SIGNATURE_FAILURE: 'certificate signature failure',
  CRL_SIGNATURE_FAILURE: 'CRL signature failure',
  CERT_NOT_YET_VALID: 'certificate is not yet valid',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CRL_NOT_YET_VALID: 'CRL is not yet valid',
  CRL_HAS_EXPIRED: 'CRL has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unable to get local issuer certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to verify the first certificate',
  CERT_CHAIN_TOO_LONG: 'certificate chain too long',
  CERT_REVOKED: 'certificate revoked',
  INVALID_CA: 'invalid CA certificate',
  PATH_LENGTH_EXCEEDED: 'path length constraint exceeded',
  INVALID_PURPOSE: 'unsuitable certificate purpose',
  CERT_UNTRUSTED: 'certificate not trusted',
  CERT_REJECTED: 'certificate rejected',
};
