import type { ErrorRow } from '../row.ts';

const PEER = 'The peer breaks the protocol; capture the bytes and report it there.';

export type PskErrorCode =
  | 'ERR_TLS_TOO_MUCH_EARLY_DATA'
  | 'ERR_TLS_EARLY_DATA_MISMATCH'
  | 'ERR_TLS_BAD_PSK'
  | 'ERR_TLS_BAD_BINDER'
  | 'ERR_TLS_RESUMPTION_MISMATCH'
  | 'ERR_TLS_PSK_FAILED'
  | 'ERR_TLS_UNKNOWN_PSK_IDENTITY';

/** Pre-shared keys, the resumption that is made of them, and early data. */
export const PSK_ERRORS: Readonly<Record<PskErrorCode, ErrorRow>> = {
  ERR_TLS_TOO_MUCH_EARLY_DATA: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.10',
    says: 'The client sent more early data than allowed',
    remedy: PEER,
  },
  ERR_TLS_EARLY_DATA_MISMATCH: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.10',
    says: 'The server accepts early data in a handshake that it does not fit',
    remedy: PEER,
  },
  ERR_TLS_BAD_PSK: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.11',
    says: 'The pre-shared key selected or offered does not fit',
    remedy: PEER,
  },
  ERR_TLS_BAD_BINDER: {
    alert: 'decrypt_error',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.11.2',
    says: 'A PSK binder is wrong',
    remedy: PEER,
  },
  ERR_TLS_RESUMPTION_MISMATCH: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.11',
    says: 'The resumed session does not fit this handshake',
    remedy: 'Forget the session and connect again.',
  },
  ERR_TLS_PSK_FAILED: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 4279, section 2',
    says: 'The function that provides the pre-shared key failed',
    remedy: 'See its error; let it return the key as bytes, or null for an identity that nobody has.',
  },
  ERR_TLS_UNKNOWN_PSK_IDENTITY: {
    alert: 'unknown_psk_identity',
    blame: 'peer',
    section: 'RFC 4279, section 2',
    says: 'Nobody knows the PSK identity',
    remedy: 'Compare pskCallback on both ends.',
  },
};
