import type { ErrorRow } from '../row.ts';

const SYNTAX = 'The peer (or something between) does not speak correct TLS; capture the bytes and report it there.';

export type WireErrorCode =
  | 'ERR_TLS_DECODE'
  | 'ERR_TLS_TRAILING_DATA'
  | 'ERR_TLS_DUPLICATE_EXTENSION'
  | 'ERR_TLS_ENCODE';

/** Bytes that are not what the RFC's presentation language describes. */
export const WIRE_ERRORS: Readonly<Record<WireErrorCode, ErrorRow>> = {
  ERR_TLS_DECODE: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 9846, section 6.2',
    says: 'A message could not be decoded',
    remedy: SYNTAX,
  },
  ERR_TLS_TRAILING_DATA: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 9846, section 6.2',
    says: 'A message is longer than its contents',
    remedy: SYNTAX,
  },
  ERR_TLS_DUPLICATE_EXTENSION: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 9846, section 4.3',
    says: 'An extension occurs twice in one message',
    remedy: SYNTAX,
  },
  ERR_TLS_ENCODE: {
    alert: 'internal_error',
    blame: 'us',
    section: 'RFC 9846, section 3',
    says: 'A value does not fit the field it was meant for',
    remedy: 'Shorten the option that the message names; if none is named, please report it.',
  },
};
