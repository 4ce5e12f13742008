import type { ErrorRow } from '../row.ts';

export type ApiErrorCode =
  | 'ERR_TLS_CONFIG'
  | 'ERR_TLS_UNSUPPORTED'
  | 'ERR_TLS_STATE'
  | 'ERR_TLS_INTERNAL'
  | 'ERR_TLS_DESTROYED'
  | 'ERR_TLS_HANDSHAKE_TIMEOUT';

/** Wrong use of the library, and its own faults. */
export const API_ERRORS: Readonly<Record<ApiErrorCode, ErrorRow>> = {
  ERR_TLS_CONFIG: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'An option is wrong',
    remedy: 'Give the option one of the values that the message names.',
  },
  ERR_TLS_UNSUPPORTED: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The chosen provider lacks what was asked for',
    remedy: 'Choose another provider or another algorithm.',
  },
  ERR_TLS_STATE: {
    alert: null,
    blame: 'user',
    section: '-',
    says: 'This is not possible in the present state of the connection',
    remedy: 'Look at engine.state first; data flows only while it is "open".',
  },
  ERR_TLS_INTERNAL: {
    alert: 'internal_error',
    blame: 'us',
    section: 'RFC 9846, section 6.2',
    says: 'An internal error',
    remedy: 'Please report it with the trace; the cause is attached.',
  },
  ERR_TLS_DESTROYED: {
    alert: 'user_canceled',
    blame: 'user',
    section: 'RFC 9846, section 6.1',
    says: 'The connection was destroyed before the handshake was done',
    remedy: 'Nothing to do if that was meant.',
  },
  ERR_TLS_HANDSHAKE_TIMEOUT: {
    alert: 'user_canceled',
    blame: 'network',
    section: '-',
    says: 'The handshake took longer than allowed',
    remedy: 'Check that the peer speaks TLS on this port, or allow more time.',
  },
};
