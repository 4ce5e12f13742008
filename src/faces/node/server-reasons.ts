import type { ErrorCode, TlsError } from '../../errors/index.ts';
import { type NodeError, openSslError } from './node-error.ts';

/** Why a server may have nothing to sign with. */
export type SignatureMatch = 'none shared' | 'no cipher without a certificate' | 'unknown';

type Reason = readonly [number: string, reason: string];

const TOO_LONG: Reason = ['0A0000C6', 'packet length too long'];
const SHARED_CIPHER: Reason = ['0A0000C1', 'no shared cipher'];

/** What OpenSSL says on a server, where programs look at the code. */
const REASONS: { readonly [C in ErrorCode]?: Reason } = {
  ERR_TLS_VERSION: ['0A000102', 'unsupported protocol'],
  ERR_TLS_NO_COMMON_CIPHER: SHARED_CIPHER,
  ERR_TLS_NO_COMMON_GROUP: ['0A000065', 'no suitable key share'],
  ERR_TLS_NO_COMMON_SIGNATURE_SCHEME: ['0A000076', 'no suitable signature algorithm'],
  ERR_TLS_NO_CREDENTIAL: ['0A000076', 'no suitable signature algorithm'],
  ERR_TLS_NO_PEER_CERTIFICATE: ['0A0000C7', 'peer did not return a certificate'],
  ERR_TLS_ALPN: ['0A0000EB', 'no application protocol'],
  ERR_TLS_FALLBACK: ['0A000175', 'inappropriate fallback'],
  ERR_TLS_BAD_BINDER: ['0A0000FD', 'binder does not verify'],
  ERR_TLS_RECORD_OVERFLOW: TOO_LONG,
  ERR_TLS_BAD_RECORD_MAC: ['0A000119', 'decryption failed or bad record mac'],
};

/** The beginnings of GET, HEAD, OPTIONS, PATCH, POST, PUT, DELETE and TRACE. */
const METHODS: readonly number[] = [...'GHOPDT'].map((letter) => letter.charCodeAt(0));
const CONNECT = 'C'.charCodeAt(0);

/** The error as Node reports it on a server; null where it is not one of those that have a name of their own there. */
export function serverReason(error: TlsError, firstByte: number, signatures: SignatureMatch): NodeError | null {
  const found = reasonFor(error.code, firstByte, signatures);
  if (found === undefined) return null;
  const [number, reason] = found;
  const code = `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
  return openSslError(code, number, 'SSL routines', reason, error);
}

function reasonFor(code: ErrorCode, firstByte: number, signatures: SignatureMatch): Reason | undefined {
  if (code === 'ERR_TLS_NOT_TLS') return plainHttp(firstByte);
  if (code !== 'ERR_TLS_NO_CREDENTIAL' && code !== 'ERR_TLS_NO_COMMON_SIGNATURE_SCHEME') return REASONS[code];
  if (signatures === 'none shared') return ['0A000178', 'no shared signature algorithms'];
  return signatures === 'unknown' ? REASONS[code] : SHARED_CIPHER;
}

function plainHttp(firstByte: number): Reason | undefined {
  if (METHODS.includes(firstByte)) return ['0A00009C', 'http request'];
  return firstByte === CONNECT ? ['0A00009B', 'https proxy request'] : undefined;
}
