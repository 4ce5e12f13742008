import type { ErrorRow } from '../row.ts';

const PEER = 'The peer breaks the record protocol; capture the bytes and report it there.';

export type RecordErrorCode =
  | 'ERR_TLS_NOT_TLS'
  | 'ERR_TLS_RECORD_HEADER'
  | 'ERR_TLS_RECORD_VERSION'
  | 'ERR_TLS_RECORD_OVERFLOW'
  | 'ERR_TLS_BAD_RECORD_MAC'
  | 'ERR_TLS_EMPTY_RECORD'
  | 'ERR_TLS_TOO_MANY_EMPTY_RECORDS'
  | 'ERR_TLS_TOO_MANY_WARNING_ALERTS'
  | 'ERR_TLS_BAD_ALERT'
  | 'ERR_TLS_UNEXPECTED_RECORD'
  | 'ERR_TLS_BAD_CHANGE_CIPHER_SPEC'
  | 'ERR_TLS_INTERLEAVED_HANDSHAKE'
  | 'ERR_TLS_EXCESS_HANDSHAKE_DATA'
  | 'ERR_TLS_KEY_LIMIT'
  | 'ERR_TLS_TRUNCATED';

/** The record layer: framing, protection and its limits. */
export const RECORD_ERRORS: Readonly<Record<RecordErrorCode, ErrorRow>> = {
  ERR_TLS_NOT_TLS: {
    alert: 'protocol_version',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'The first bytes received are not a TLS record',
    remedy:
      'Check host and port: the other end seems to speak another protocol (plain HTTP, SMTP before STARTTLS, ...).',
  },
  ERR_TLS_RECORD_HEADER: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'A record has a content type that nobody may send here',
    remedy: PEER,
  },
  ERR_TLS_RECORD_VERSION: {
    alert: 'protocol_version',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'A record has the wrong protocol version',
    remedy: PEER,
  },
  ERR_TLS_RECORD_OVERFLOW: {
    alert: 'record_overflow',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'A record is longer than allowed',
    remedy: PEER,
  },
  ERR_TLS_BAD_RECORD_MAC: {
    alert: 'bad_record_mac',
    blame: 'network',
    section: 'RFC 9846, section 5.2',
    says: 'A record could not be decrypted: it was changed on its way, or the keys differ',
    remedy: 'Retry; if it happens again, something between the two ends changes bytes.',
  },
  ERR_TLS_EMPTY_RECORD: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5.4',
    says: 'A record is empty where content is required',
    remedy: PEER,
  },
  ERR_TLS_TOO_MANY_EMPTY_RECORDS: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5.4',
    says: 'Too many empty records in a row',
    remedy: 'Raise limits.emptyRecords if the peer is known and means it.',
  },
  ERR_TLS_TOO_MANY_WARNING_ALERTS: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 6',
    says: 'Too many warning alerts in a row',
    remedy: 'Raise limits.warningAlerts if the peer is known and means it.',
  },
  ERR_TLS_BAD_ALERT: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 9846, section 6',
    says: 'An alert is not two bytes long, or has a level that does not exist',
    remedy: PEER,
  },
  ERR_TLS_UNEXPECTED_RECORD: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5',
    says: 'A record of this content type is not allowed now',
    remedy: PEER,
  },
  ERR_TLS_BAD_CHANGE_CIPHER_SPEC: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5',
    says: 'A change_cipher_spec record is malformed or not allowed now',
    remedy: PEER,
  },
  ERR_TLS_INTERLEAVED_HANDSHAKE: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'Another record interrupts a handshake message',
    remedy: PEER,
  },
  ERR_TLS_EXCESS_HANDSHAKE_DATA: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 5.1',
    says: 'Handshake data follows a message after which the keys change',
    remedy: PEER,
  },
  ERR_TLS_KEY_LIMIT: {
    alert: 'internal_error',
    blame: 'us',
    section: 'RFC 9846, section 5.5',
    says: 'A traffic key has protected as many records as it safely can',
    remedy: 'Open a new connection; TLS 1.3 connections change keys by themselves.',
  },
  ERR_TLS_TRUNCATED: {
    alert: null,
    blame: 'network',
    section: 'RFC 9846, section 6.1',
    says: 'The transport ended without close_notify',
    remedy:
      'Data may be missing: treat what was received as incomplete unless the application protocol says otherwise.',
  },
};
