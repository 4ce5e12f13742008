import { type ErrorCode, isTlsError, TlsError } from '../errors/index.ts';

/** Runs `read`; what it finds wrong in the DER becomes the error of this code, with the certificate concerned. */
export function guarded<T>(code: ErrorCode, certificate: Uint8Array | null, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isTlsError(error)) throw error;
    throw about(
      error.code === 'ERR_TLS_DER' ? new TlsError(code, { detail: error.detail, cause: error }) : error,
      certificate,
    );
  }
}

/** The same error, saying which certificate it is about. */
export function about(error: TlsError, certificate: Uint8Array | null): TlsError {
  if (certificate === null || error.certificate !== undefined) return error;
  const { code, detail, cause } = error as TlsError & { cause?: unknown };
  return new TlsError(code, cause === undefined ? { detail, certificate } : { detail, certificate, cause });
}
