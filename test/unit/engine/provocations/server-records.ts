import { fromLatin1 } from '../../../../src/bytes/index.ts';
import { aes128Gcm, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 as GCM } from '../../../../src/providers/node.ts';
import { credentialOf } from '../../../support/configs.ts';
import type { Peer } from '../../../support/peer.ts';
import { clientSteps12 as c12 } from '../../../support/peer-client12.ts';
import { clientSteps13 as c13 } from '../../../support/peer-client13.ts';
import { at12, at13, atOpen12, atOpen13, type Provocation, withAlert } from './case.ts';

const NOTHING = new Uint8Array(0);

const raw =
  (...bytes: number[]) =>
  (peer: Peer): void =>
    peer.raw(new Uint8Array(bytes));

const record =
  (type: number, content: Uint8Array) =>
  (peer: Peer): void =>
    peer.record(type, content);

const times =
  (count: number, step: (peer: Peer) => void) =>
  (peer: Peer): void => {
    for (let i = 0; i < count; i++) step(peer);
  };

const half = record(22, new Uint8Array([11, 0, 0]));
const changeCipherSpec = (peer: Peer): void => peer.changeCipherSpec();
const open =
  (...steps: readonly ((peer: Peer) => void)[]) =>
  (session: { readonly peer: Peer }) => {
    for (const step of steps) step(session.peer);
  };

/** Before a hello came, no version is known. */
const BEFORE: readonly Provocation[] = [
  at13('ERR_TLS_NOT_TLS', 'plain HTTP', { opening: [(peer) => peer.raw(fromLatin1('GET / HTTP/1.1\r\n\r\n'))] }),
  at13('ERR_TLS_NOT_TLS', 'an SSL 2 hello', { opening: [raw(0x80, 0x2e, 1, 3, 1, 0, 21)] }),
  at13('ERR_TLS_NOT_TLS', 'a first record of version 2.0', { opening: [raw(22, 2, 0, 0, 1, 0)] }),
  at13('ERR_TLS_RECORD_OVERFLOW', 'a first record of 16,385 bytes', { opening: [raw(22, 3, 1, 0x40, 1)] }),
  at13('ERR_TLS_UNEXPECTED_RECORD', 'data', { opening: [record(23, new Uint8Array(9))] }),
  at13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'change_cipher_spec', { opening: [changeCipherSpec] }),
  at13('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty records', { opening: [times(33, record(22, NOTHING))] }),
  at13('ERR_TLS_TOO_MANY_WARNING_ALERTS', 'five warnings', {
    opening: [times(5, (peer) => peer.alert('warning', 'user_canceled'))],
  }),
  at13('ERR_TLS_INTERLEAVED_HANDSHAKE', 'an alert in the midst of the hello', {
    opening: [record(22, new Uint8Array([1, 0])), record(21, new Uint8Array([1, 90]))],
  }),
  at13('ERR_TLS_MESSAGE_TOO_LONG', 'a header that promises 131,073 bytes', {
    opening: [record(22, new Uint8Array([1, 2, 0, 1]))],
  }),
  at13('ERR_TLS_TRUNCATED', 'the end before a hello', { opening: [] }, {}, ({ engine }) => engine.receiveEnd()),
];

const RECORDS_13: readonly Provocation[] = [
  at13('ERR_TLS_RECORD_HEADER', 'a content type of 24', { script: [raw(24, 3, 3, 0, 1, 0)] }),
  at13('ERR_TLS_RECORD_VERSION', 'a later record of version 2.0', { script: [raw(23, 2, 0, 0, 1, 0)] }),
  at13('ERR_TLS_RECORD_OVERFLOW', 'a protected record of 16,641 bytes', { script: [raw(23, 3, 3, 0x41, 1)] }),
  at13(
    'ERR_TLS_RECORD_OVERFLOW',
    'more than we announced',
    {
      script: [record(22, new Uint8Array(513).fill(1))],
      extensions: [{ extension_type: 28, extension_data: new Uint8Array([1, 0]) }],
    },
    { recordSizeLimit: 512 },
  ),
  at13('ERR_TLS_BAD_RECORD_MAC', 'rubbish under the handshake key', {
    script: [raw(23, 3, 3, 0, 20, ...Array(20).fill(7))],
  }),
  atOpen13(
    'ERR_TLS_BAD_RECORD_MAC',
    'rubbish under the application key',
    open(raw(23, 3, 3, 0, 20, ...Array(20).fill(7))),
  ),
  at13('ERR_TLS_EMPTY_RECORD', 'a handshake record without content', { script: [record(22, NOTHING)] }),
  atOpen13('ERR_TLS_EMPTY_RECORD', 'an alert record without content', open(record(21, NOTHING))),
  atOpen13('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty records of data', open(times(33, record(23, NOTHING)))),
  at13('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 change_cipher_spec', { script: [times(33, changeCipherSpec)] }),
  atOpen13(
    'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    'five times user_canceled',
    open(times(5, (peer) => peer.alert('warning', 'user_canceled'))),
  ),
  atOpen13('ERR_TLS_BAD_ALERT', 'one byte', open(record(21, new Uint8Array([1])))),
  atOpen13(
    'ERR_TLS_BAD_ALERT',
    'a fatal one that calls itself a warning',
    open((peer) => peer.alert('warning', 'bad_certificate')),
  ),
  withAlert(atOpen13('ERR_TLS_BAD_ALERT', 'level 3', open(record(21, new Uint8Array([3, 0])))), 'illegal_parameter'),
  at13('ERR_TLS_UNEXPECTED_RECORD', 'data before Finished', { script: [record(23, new Uint8Array(9))] }),
  at13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'the byte 2', {
    script: [(peer) => peer.plainRecord(20, new Uint8Array([2]))],
  }),
  at13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'a protected one', { script: [record(20, new Uint8Array([1]))] }),
  at13(
    'ERR_TLS_INTERLEAVED_HANDSHAKE',
    'change_cipher_spec',
    { script: [half, changeCipherSpec] },
    { clientAuth: 'request' },
  ),
  atOpen13('ERR_TLS_INTERLEAVED_HANDSHAKE', 'data', open(half, record(23, new Uint8Array(1)))),
  at13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a message behind Finished', {
    script: [c13.finished, (peer) => peer.message(new Uint8Array([24, 0, 0, 1, 0]))],
    change: { message: (type, message) => (type === 20 ? Uint8Array.from([...message, 24, 0]) : message) },
  }),
  at13('ERR_TLS_TRUNCATED', 'the end before Finished', { script: [] }, {}, ({ engine }) => engine.receiveEnd()),
  at13('ERR_TLS_ALERT_RECEIVED', 'illegal_parameter in the clear, of a client without keys', {
    script: [raw(21, 3, 3, 0, 2, 2, 47)],
  }),
  at13('ERR_TLS_UNEXPECTED_RECORD', 'a longer alert in the clear', { script: [raw(21, 3, 3, 0, 4, 2, 47, 2, 47)] }),
  atOpen13(
    'ERR_TLS_UNEXPECTED_RECORD',
    'an alert in the clear of a client with keys',
    open(raw(21, 3, 3, 0, 2, 2, 47)),
  ),
  at13('ERR_TLS_ALERT_RECEIVED', 'handshake_failure', { script: [(peer) => peer.alert('fatal', 'handshake_failure')] }),
  at13('ERR_TLS_ALERT_RECEIVED', 'close_notify before Finished', {
    script: [(peer) => peer.alert('warning', 'close_notify')],
  }),
];

const RECORDS_12: readonly Provocation[] = [
  at12('ERR_TLS_RECORD_HEADER', 'a content type of 0', { script: [raw(0, 3, 3, 0, 1, 0)] }),
  atOpen12('ERR_TLS_RECORD_OVERFLOW', 'content of 16,385 bytes', open(record(23, new Uint8Array(16_385)))),
  atOpen12('ERR_TLS_RECORD_OVERFLOW', 'a protected record of 18,433 bytes', open(raw(23, 3, 3, 0x48, 1))),
  atOpen12('ERR_TLS_BAD_RECORD_MAC', 'rubbish under the key', open(raw(23, 3, 3, 0, 30, ...Array(30).fill(7)))),
  atOpen12('ERR_TLS_BAD_RECORD_MAC', 'a record too short for a tag', open(raw(23, 3, 3, 0, 1, 7))),
  at12('ERR_TLS_BAD_RECORD_MAC', 'a Finished under another key', {
    script: [c12.exchange, c12.changeCipherSpec, raw(22, 3, 3, 0, 40, ...Array(40).fill(7))],
  }),
  atOpen12('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty records of data', open(times(33, record(23, NOTHING)))),
  atOpen12(
    'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    'five warnings',
    open(times(5, (peer) => peer.alert('warning', 'no_renegotiation'))),
  ),
  at12('ERR_TLS_BAD_ALERT', 'none at all', { script: [record(21, NOTHING)] }),
  at12('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'half a message behind Finished', {
    change: { message: (type, message) => (type === 20 ? Uint8Array.from([...message, 1]) : message) },
  }),
  at12('ERR_TLS_UNEXPECTED_RECORD', 'data before Finished', { script: [record(23, new Uint8Array(9))] }),
  at12('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'before the key exchange', { script: [changeCipherSpec] }),
  at12(
    'ERR_TLS_BAD_CHANGE_CIPHER_SPEC',
    'before CertificateVerify',
    {
      script: [c12.certificate, c12.exchange, c12.changeCipherSpec, c12.finished],
      credential: credentialOf('ed25519', 'client'),
    },
    { clientAuth: 'request' },
  ),
  atOpen12('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'after the handshake', open(record(20, new Uint8Array([1])))),
  at12('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'twice', {
    script: [c12.exchange, c12.changeCipherSpec, record(20, new Uint8Array([1])), c12.finished],
  }),
  atOpen12('ERR_TLS_INTERLEAVED_HANDSHAKE', 'data', open(half, record(23, new Uint8Array(1)))),
  at12('ERR_TLS_INTERLEAVED_HANDSHAKE', 'half a message before change_cipher_spec', {
    script: [c12.exchange, record(22, new Uint8Array([20])), c12.changeCipherSpec],
  }),
  at12(
    'ERR_TLS_KEY_LIMIT',
    'a key that may protect few records',
    {
      suite: { ...GCM, bulk: { kind: 'gcm', aead: { ...aes128Gcm, recordLimit: 1000 } } },
    },
    { suites: [{ ...GCM, bulk: { kind: 'gcm', aead: { ...aes128Gcm, recordLimit: 1000 } } }] },
    ({ engine }) => engine.send(new Uint8Array(1)),
  ),
  at12('ERR_TLS_TRUNCATED', 'the end before change_cipher_spec', { script: [c12.exchange] }, {}, ({ engine }) =>
    engine.receiveEnd(),
  ),
  at12('ERR_TLS_ALERT_RECEIVED', 'bad_certificate', { script: [(peer) => peer.alert('fatal', 'bad_certificate')] }),
];

/** What is wrong with the records that a server gets. */
export const SERVER_RECORDS: readonly Provocation[] = [...BEFORE, ...RECORDS_13, ...RECORDS_12];
