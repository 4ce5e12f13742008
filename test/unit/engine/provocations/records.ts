import { concat, fromLatin1 } from '../../../../src/bytes/index.ts';
import { aes128Gcm, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 as GCM } from '../../../../src/providers/node.ts';
import type { Peer } from '../../../support/peer.ts';
import { steps12 } from '../../../support/peer12.ts';
import { politeScript, steps13 } from '../../../support/peer13.ts';
import { after12, after13, by12, by13, type Provocation, withAlert } from './case.ts';

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

/** The record of half a message. */
const half = record(22, new Uint8Array([8, 0, 0]));
const { hello } = steps13;
const open = (then: (peer: Peer) => void) => (session: { readonly peer: Peer }) => then(session.peer);

/** What is wrong with records, whatever they hold. */
export const RECORDS: readonly Provocation[] = [
  by13('ERR_TLS_NOT_TLS', 'plain HTTP', {
    script: [(peer) => peer.raw(fromLatin1('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  }),
  by13('ERR_TLS_NOT_TLS', 'a first record of version 2.0', { script: [raw(22, 2, 0, 0, 1, 0)] }),
  by13('ERR_TLS_RECORD_HEADER', 'a content type of 24', { script: [hello, raw(24, 3, 3, 0, 1, 0)] }),
  by12('ERR_TLS_RECORD_HEADER', 'a content type of 0', { script: [steps12.hello, raw(0, 3, 3, 0, 1, 0)] }),
  by13('ERR_TLS_RECORD_VERSION', 'a later record of version 2.0', { script: [hello, raw(23, 2, 0, 0, 1, 0)] }),
  by13('ERR_TLS_RECORD_OVERFLOW', 'a first record of 16,385 bytes', { script: [raw(22, 3, 3, 0x40, 1)] }),
  by13('ERR_TLS_RECORD_OVERFLOW', 'a protected record of 16,641 bytes', { script: [hello, raw(23, 3, 3, 0x41, 1)] }),
  after13('ERR_TLS_RECORD_OVERFLOW', 'content of 16,385 bytes', open(record(23, new Uint8Array(16_385).fill(1)))),
  after12('ERR_TLS_RECORD_OVERFLOW', 'content of 16,385 bytes', open(record(23, new Uint8Array(16_385)))),
  after12('ERR_TLS_RECORD_OVERFLOW', 'a protected record of 18,433 bytes', open(raw(23, 3, 3, 0x48, 1))),
  by13('ERR_TLS_BAD_RECORD_MAC', 'rubbish under the handshake key', {
    script: [hello, raw(23, 3, 3, 0, 20, ...Array(20).fill(7))],
  }),
  after13(
    'ERR_TLS_BAD_RECORD_MAC',
    'rubbish under the application key',
    open(raw(23, 3, 3, 0, 20, ...Array(20).fill(7))),
  ),
  after12('ERR_TLS_BAD_RECORD_MAC', 'rubbish under the key', open(raw(23, 3, 3, 0, 30, ...Array(30).fill(7)))),
  after12('ERR_TLS_BAD_RECORD_MAC', 'a record too short for a tag', open(raw(23, 3, 3, 0, 1, 7))),
  by13('ERR_TLS_UNEXPECTED_RECORD', 'an alert in the clear of a server, which has keys', {
    script: [hello, raw(21, 3, 3, 0, 2, 2, 47)],
  }),
  by13('ERR_TLS_EMPTY_RECORD', 'a handshake record without content', { script: [hello, record(22, NOTHING)] }),
  after13('ERR_TLS_EMPTY_RECORD', 'an alert record without content', open(record(21, NOTHING))),
  after13('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty records of data', open(times(33, record(23, NOTHING)))),
  after12('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty records of data', open(times(33, record(23, NOTHING)))),
  by12('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 empty handshake records', { script: [times(33, record(22, NOTHING))] }),
  by13('ERR_TLS_TOO_MANY_EMPTY_RECORDS', '33 change_cipher_spec', {
    script: [hello, times(33, (peer) => peer.changeCipherSpec())],
  }),
  after13(
    'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    'five times user_canceled',
    open(times(5, (peer) => peer.alert('warning', 'user_canceled'))),
  ),
  after12(
    'ERR_TLS_TOO_MANY_WARNING_ALERTS',
    'five warnings',
    open(times(5, (peer) => peer.alert('warning', 'no_renegotiation'))),
  ),
  by12('ERR_TLS_TOO_MANY_WARNING_ALERTS', 'five warnings before the hello', {
    script: [times(5, (peer) => peer.alert('warning', 'unrecognized_name'))],
  }),
  after13('ERR_TLS_BAD_ALERT', 'one byte', open(record(21, new Uint8Array([1])))),
  after12('ERR_TLS_BAD_ALERT', 'three bytes', open(record(21, new Uint8Array([1, 0, 0])))),
  withAlert(after13('ERR_TLS_BAD_ALERT', 'level 3', open(record(21, new Uint8Array([3, 0])))), 'illegal_parameter'),
  by12('ERR_TLS_BAD_ALERT', 'none at all', { script: [record(21, NOTHING)] }),
  by13('ERR_TLS_UNEXPECTED_RECORD', 'data before the hello', { script: [record(23, new Uint8Array(9))] }),
  by13('ERR_TLS_UNEXPECTED_RECORD', 'data before the certificate', { script: [hello, record(23, new Uint8Array(9))] }),
  by13('ERR_TLS_BAD_RECORD_MAC', 'a message without protection after the hello', {
    script: [hello, (peer) => peer.plainRecord(22, new Uint8Array([8, 0, 0, 2, 0, 0]))],
  }),
  after13(
    'ERR_TLS_UNEXPECTED_RECORD',
    'an alert without protection',
    open((peer) => peer.plainRecord(21, new Uint8Array([2, 40]))),
  ),
  after13('ERR_TLS_UNEXPECTED_RECORD', 'content type 24 within', open(record(24, new Uint8Array(1)))),
  by12('ERR_TLS_UNEXPECTED_RECORD', 'data before the server is done', {
    script: [steps12.hello, record(23, new Uint8Array(9))],
  }),
  by13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'the byte 2', {
    script: [hello, (peer) => peer.plainRecord(20, new Uint8Array([2]))],
  }),
  by13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'two bytes', {
    script: [hello, (peer) => peer.plainRecord(20, new Uint8Array([1, 1]))],
  }),
  by13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'no byte', { script: [hello, (peer) => peer.plainRecord(20, NOTHING)] }),
  by13('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'a protected one', { script: [hello, record(20, new Uint8Array([1]))] }),
  after13(
    'ERR_TLS_UNEXPECTED_RECORD',
    'change_cipher_spec after Finished',
    open((peer) => peer.changeCipherSpec()),
  ),
  by12('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'too early', { script: [steps12.hello, (peer) => peer.changeCipherSpec()] }),
  after12('ERR_TLS_BAD_CHANGE_CIPHER_SPEC', 'after the handshake', open(record(20, new Uint8Array([1])))),
  by13('ERR_TLS_INTERLEAVED_HANDSHAKE', 'an alert', { script: [hello, half, record(21, new Uint8Array([1, 90]))] }),
  by13('ERR_TLS_INTERLEAVED_HANDSHAKE', 'change_cipher_spec', {
    script: [hello, half, (peer) => peer.changeCipherSpec()],
  }),
  after13(
    'ERR_TLS_INTERLEAVED_HANDSHAKE',
    'data',
    open((peer) => [half, record(23, new Uint8Array(1))].map((step) => step(peer))),
  ),
  after12(
    'ERR_TLS_INTERLEAVED_HANDSHAKE',
    'data',
    open((peer) => [half, record(23, new Uint8Array(1))].map((step) => step(peer))),
  ),
  by13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a message behind ServerHello', {
    change: { message: behind(2, [8, 0, 0, 2, 0, 0]) },
  }),
  by13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'half a message behind ServerHello', { change: { message: behind(2, [8]) } }),
  by13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a ticket behind Finished', { change: { message: behind(20, [4, 0, 0, 0]) } }),
  after13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a message behind KeyUpdate', ({ peer }) =>
    peer.updateKeys(0, new Uint8Array([24, 0, 0, 1, 0, 4])),
  ),
  by12('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'half a message behind Finished', { change: { message: behind(20, [0]) } }),
  by12('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a HelloRequest behind Finished', {
    change: { message: behind(20, [0, 0, 0, 0]) },
  }),
  by12('ERR_TLS_INTERLEAVED_HANDSHAKE', 'half a message before change_cipher_spec', {
    ending: [record(22, new Uint8Array([4])), (peer) => peer.record(20, new Uint8Array([1]))],
  }),
  by12(
    'ERR_TLS_KEY_LIMIT',
    'a key that may protect few records',
    {},
    { suites: [{ ...GCM, bulk: { kind: 'gcm', aead: { ...aes128Gcm, recordLimit: 1000 } } }] },
    ({ client }) => client.send(new Uint8Array(1)),
  ),
  by13('ERR_TLS_TRUNCATED', 'the end before the hello', { script: [] }, {}, ({ client }) => client.receiveEnd()),
  by13('ERR_TLS_TRUNCATED', 'the end before Finished', { script: politeScript({}).slice(0, 4) }, {}, ({ client }) =>
    client.receiveEnd(),
  ),
  by12('ERR_TLS_TRUNCATED', 'the end before change_cipher_spec', { ending: [] }, {}, ({ client }) =>
    client.receiveEnd(),
  ),
];

function behind(type: number, more: readonly number[]): (seen: number, message: Uint8Array) => Uint8Array {
  return (seen, message) => (seen === type ? concat(message, new Uint8Array(more)) : message);
}
