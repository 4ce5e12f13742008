import { isTlsError, type TlsError } from '../../errors/index.ts';
import { opensslCode } from '../../x509/openssl-codes.ts';
import { type NodeError, nodeError } from './node-error.ts';
import { alertError, verifyError, wrongVersionError } from './openssl-errors.ts';
import { type SignatureMatch, serverReason } from './server-reasons.ts';

/**
 * What users of Node's tls know this error as: OpenSSL's codes for received alerts, certificates and peers that do
 * not speak TLS, with ours as the cause; ours itself for everything else.
 */
export function toNodeError(error: TlsError, openssl: string = process.versions.openssl): Error {
  if (error.code === 'ERR_TLS_ALERT_RECEIVED') return alertError(error.received ?? '', openssl, error) ?? error;
  if (error.code === 'ERR_TLS_NOT_TLS') return wrongVersionError(error);
  const code = opensslCode(error.code);
  return code === null ? error : verifyError(code, error);
}

/** Where a connection was going, for errors. */
export interface Destination {
  readonly path?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly localAddress?: string | undefined;
}

/** The transport ended before the handshake was done. */
export function disconnectedError(to: Destination): NodeError & Destination {
  const message = 'Client network socket disconnected before secure TLS connection was established';
  const error = nodeError(Error, 'ECONNRESET', message);
  const { path, host, port, localAddress } = to;
  return Object.assign(error, { path, host, port, localAddress });
}

/** What the application is told of a failed engine. */
export function failureOf(error: TlsError, to: Destination): Error {
  if (error.code === 'ERR_TLS_TRUNCATED') return disconnectedError(to);
  return applicationError(error) ?? toNodeError(error);
}

/** The same on a server, where OpenSSL has names for what is wrong with a client. */
export function serverFailureOf(
  error: TlsError,
  firstByte: number = -1,
  signatures: SignatureMatch = 'unknown',
): Error {
  if (error.code === 'ERR_TLS_TRUNCATED') return hangUpError();
  return applicationError(error) ?? serverReason(error, firstByte, signatures) ?? toNodeError(error);
}

/** The client went away before the handshake was done. */
export function hangUpError(): NodeError {
  return nodeError(Error, 'ECONNRESET', 'socket hang up');
}

/** What a function of the application returned or threw is passed on as it is. */
function applicationError(error: TlsError): Error | null {
  if (error.code !== 'ERR_TLS_CERT_ALTNAME_INVALID' && error.code !== 'ERR_TLS_PSK_FAILED') return null;
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error && !isTlsError(cause) ? cause : null;
}
