import { getDiffieHellman } from 'node:crypto';
import { concat, EMPTY, fromLatin1 } from '../../../../src/bytes/index.ts';
import { TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 as DHE } from '../../../../src/providers/node/optin/suites-dhe.ts';
import {
  Certificate12,
  type Certificate13,
  ENCRYPTED_EXTENSIONS,
  type Extension,
  ExtensionType,
  frame,
  HandshakeType,
  type ServerHello,
  writeExtension,
} from '../../../../src/wire/index.ts';
import { credentialOf } from '../../../support/configs.ts';
import { framed } from '../../../support/peer.ts';
import { type Peer12, steps12 } from '../../../support/peer12.ts';
import { type Peer13, steps13 } from '../../../support/peer13.ts';
import { after12, after13, by12, by13, type Provocation, withAlert } from './case.ts';

const { encrypted_extensions, certificate, server_key_exchange, server_hello_done, certificate_verify } = HandshakeType;

const flip = (bytes: Uint8Array): Uint8Array => {
  const copy = bytes.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
};

/** Puts another body into the message of this type. */
const body =
  (type: number, change: (body: Uint8Array) => Uint8Array) =>
  (seen: number, message: Uint8Array): Uint8Array =>
    seen === type ? frame(type, change(message.subarray(4))) : message;
const shorter = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1);
const longer = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(1));

const limit = (size: number): Extension => writeExtension(ENCRYPTED_EXTENSIONS, 'record_size_limit', size);
const fragment = (code: number): Extension => writeExtension(ENCRYPTED_EXTENSIONS, 'max_fragment_length', code);
const alpn = (...names: string[]): Extension =>
  writeExtension(ENCRYPTED_EXTENSIONS, 'application_layer_protocol_negotiation', names.map(fromLatin1));
const named: Extension = { extension_type: ExtensionType.server_name, extension_data: EMPTY };
const schemes: Extension = { extension_type: ExtensionType.signature_algorithms, extension_data: EMPTY };
const long = { limits: { chain: 2 } };
const many = <T>(one: T): T[] => Array<T>(3).fill(one);
const rsa = credentialOf('rsa');
const WEAK = {
  p: new Uint8Array(getDiffieHellman('modp2').getPrime()),
  g: new Uint8Array([2]),
  publicValue: new Uint8Array(128).fill(9),
};
const helloRequests =
  (count: number) =>
  ({ peer }: { peer: Peer12 }) => {
    for (let i = 0; i < count; i++) steps12.helloRequest(peer);
  };
const showAnotherLater = (peer: Peer12): void => {
  const credential = peer.handshakes === 0 ? peer.credential : credentialOf('P-256');
  peer.say(framed(certificate, Certificate12, { certificate_list: credential.chain }));
};
const dropEmsLater = (hello: ServerHello, { handshakes }: Peer12): ServerHello => ({
  ...hello,
  extensions: hello.extensions!.filter(
    ({ extension_type }) => handshakes === 0 || extension_type !== ExtensionType.extended_master_secret,
  ),
});
const tickets =
  (count: number) =>
  ({ peer }: { peer: Peer13 }) => {
    for (let i = 0; i < count; i++) peer.ticket();
  };
const updates =
  (count: number) =>
  ({ peer }: { peer: Peer13 }) => {
    for (let i = 0; i < count; i++) peer.updateKeys();
  };
const groups = writeExtension(ENCRYPTED_EXTENSIONS, 'supported_groups', [29]);
const extending =
  (extension: Extension) =>
  (value: Certificate13): Certificate13 => ({
    ...value,
    certificate_list: value.certificate_list.map((entry) => ({ ...entry, extensions: [extension] })),
  });

/** What is wrong with the messages behind the hello. */
export const MESSAGES: readonly Provocation[] = [
  by13('ERR_TLS_DECODE', 'EncryptedExtensions cut short', { change: { message: body(encrypted_extensions, shorter) } }),
  by13('ERR_TLS_DECODE', 'a Certificate cut short', { change: { message: body(certificate, shorter) } }),
  by12('ERR_TLS_DECODE', 'a ServerKeyExchange cut short', { change: { message: body(server_key_exchange, shorter) } }),
  after12('ERR_TLS_DECODE', 'a HelloRequest with something in it', ({ peer }) =>
    peer.message(frame(0, new Uint8Array(1))),
  ),
  by13('ERR_TLS_TRAILING_DATA', 'EncryptedExtensions with a byte behind', {
    change: { message: body(encrypted_extensions, longer) },
  }),
  by13('ERR_TLS_TRAILING_DATA', 'CertificateVerify with a byte behind', {
    change: { message: body(certificate_verify, longer) },
  }),
  by12('ERR_TLS_TRAILING_DATA', 'ServerHelloDone with a byte behind', {
    change: { message: body(server_hello_done, longer) },
  }),
  by13('ERR_TLS_DUPLICATE_EXTENSION', 'server_name twice in EncryptedExtensions', { extensions: [named, named] }),
  by12('ERR_TLS_DUPLICATE_EXTENSION', 'server_name twice in ServerHello', { extensions: [named, named] }),
  by13(
    'ERR_TLS_ENCODE',
    'an authority of ours that is too long to be sent',
    {},
    { authorities: [new Uint8Array(70_000)] },
  ),
  by13('ERR_TLS_ALERT_RECEIVED', 'handshake_failure', { script: [(peer) => peer.alert('fatal', 'handshake_failure')] }),
  by13('ERR_TLS_ALERT_RECEIVED', 'close_notify in the handshake', {
    script: [steps13.hello, (peer) => peer.alert('warning', 'close_notify')],
  }),
  after13('ERR_TLS_ALERT_RECEIVED', 'certificate_required', ({ peer }) => peer.alert('fatal', 'certificate_required')),
  after13('ERR_TLS_BAD_ALERT', 'a fatal one that calls itself a warning', ({ peer }) =>
    peer.alert('warning', 'bad_certificate'),
  ),
  after12('ERR_TLS_ALERT_RECEIVED', 'internal_error', ({ peer }) => peer.alert('fatal', 'internal_error')),
  by13('ERR_TLS_UNEXPECTED_MESSAGE', 'no EncryptedExtensions', { script: [steps13.hello, steps13.certificate] }),
  after13('ERR_TLS_UNEXPECTED_MESSAGE', 'a CertificateRequest that post_handshake_auth does not allow', ({ peer }) =>
    steps13.request(peer),
  ),
  by12('ERR_TLS_UNEXPECTED_MESSAGE', 'Finished without change_cipher_spec', { ending: [steps12.finished] }),
  by13('ERR_TLS_MESSAGE_TOO_LONG', 'a header that promises 131,073 bytes', {
    script: [steps13.hello, (peer) => peer.record(22, new Uint8Array([11, 2, 0, 1]))],
  }),
  by12('ERR_TLS_MESSAGE_TOO_LONG', 'a Certificate above a limit of ours', {}, { limits: { handshakeMessage: 300 } }),
  after13('ERR_TLS_TOO_MANY_MESSAGES', '33 tickets', tickets(33)),
  after12('ERR_TLS_TOO_MANY_MESSAGES', '33 HelloRequests', helloRequests(33), { renegotiation: 'ignore' }),
  by12('ERR_TLS_UNEXPECTED_MESSAGE', 'HelloRequest in the first handshake', { script: [steps12.helloRequest] }),
  by13('ERR_TLS_WRONG_SIGNATURE_SCHEME', 'one that TLS 1.3 does not have', {
    change: { verify: (value) => ({ ...value, algorithm: 0x0401 }) },
  }),
  by13('ERR_TLS_WRONG_SIGNATURE_SCHEME', 'one that nobody knows', {
    change: { verify: (value) => ({ ...value, algorithm: 0xfefe }) },
  }),
  by13('ERR_TLS_WRONG_SIGNATURE_SCHEME', 'one of another kind of key', {
    change: { verify: (value) => ({ ...value, algorithm: 0x0403 }) },
  }),
  by13('ERR_TLS_WRONG_SIGNATURE_SCHEME', 'one that was not offered', {}, { schemes: ['ecdsa_secp256r1_sha256'] }),
  by12('ERR_TLS_WRONG_SIGNATURE_SCHEME', 'one that was not offered', {}, { schemes: ['ecdsa_secp256r1_sha256'] }),
  by13('ERR_TLS_BAD_SIGNATURE', 'a changed bit', {
    change: { verify: (value) => ({ ...value, signature: flip(value.signature) }) },
  }),
  by13('ERR_TLS_BAD_SIGNATURE', 'no signature', { change: { verify: (value) => ({ ...value, signature: EMPTY }) } }),
  by13('ERR_TLS_BAD_SIGNATURE', 'the key of somebody else', {
    change: {
      certificate: (value) => ({
        ...value,
        certificate_list: [{ cert_data: credentialOf('ed25519', 'client').chain[0]!, extensions: [] }],
      }),
    },
  }),
  by12('ERR_TLS_BAD_SIGNATURE', 'a changed bit', { change: { message: body(server_key_exchange, flip) } }),
  by13('ERR_TLS_BAD_FINISHED', 'a changed bit', { change: { finished: flip } }),
  by13('ERR_TLS_BAD_FINISHED', 'one byte too few', { change: { finished: shorter } }),
  by12('ERR_TLS_BAD_FINISHED', 'a changed bit', { change: { finished: flip } }),
  by12('ERR_TLS_BAD_FINISHED', 'one byte too many', { change: { finished: longer } }),
  by13('ERR_TLS_UNSOLICITED_EXTENSION', 'ALPN that was not offered', { protocol: fromLatin1('h2') }),
  by13('ERR_TLS_UNSOLICITED_EXTENSION', 'a stapled response that was not asked for', {
    change: { certificate: extending({ extension_type: ExtensionType.status_request, extension_data: EMPTY }) },
  }),
  by13('ERR_TLS_MISPLACED_EXTENSION', 'signature_algorithms in EncryptedExtensions', { extensions: [schemes] }),
  by13('ERR_TLS_UNSOLICITED_EXTENSION', 'key_share, which ServerHello has answered', {
    extensions: [{ extension_type: ExtensionType.key_share, extension_data: EMPTY }],
  }),
  by13('ERR_TLS_MISPLACED_EXTENSION', 'supported_groups in Certificate', {
    change: { certificate: extending(groups) },
  }),
  by13('ERR_TLS_MISSING_EXTENSION', 'a CertificateRequest without signature_algorithms', {
    requestCertificate: true,
    change: { request: (value) => ({ ...value, extensions: [] }) },
  }),
  by13('ERR_TLS_BAD_EXTENSION', 'a record_size_limit of 63', { extensions: [limit(63)] }, { recordSizeLimit: 512 }),
  by13(
    'ERR_TLS_BAD_EXTENSION',
    'another max_fragment_length',
    { extensions: [fragment(2)] },
    { maxFragmentLength: 512 },
  ),
  by13(
    'ERR_TLS_BAD_EXTENSION',
    'record_size_limit and max_fragment_length',
    { extensions: [limit(512), fragment(1)] },
    { recordSizeLimit: 512, maxFragmentLength: 512 },
  ),
  withAlert(
    by13('ERR_TLS_BAD_EXTENSION', 'two protocols', { extensions: [alpn('a', 'b')] }, { alpn: ['a', 'b'] }),
    'decode_error',
  ),
  by13('ERR_TLS_BAD_EXTENSION', 'a server certificate with a context', {
    change: { certificate: (value) => ({ ...value, certificate_request_context: new Uint8Array(1) }) },
  }),
  after13('ERR_TLS_BAD_EXTENSION', 'a ticket for more than a week', ({ peer }) =>
    peer.ticket({ ticket_lifetime: 604_801 }),
  ),
  by13('ERR_TLS_WRONG_ALPN', 'a protocol that was not offered', { protocol: fromLatin1('h2') }, { alpn: ['mqtt'] }),
  by12('ERR_TLS_WRONG_ALPN', 'a protocol that was not offered', { extensions: [alpn('h2')] }, { alpn: ['mqtt'] }),
  by13('ERR_TLS_EMPTY_CERTIFICATE', 'no certificate', {
    change: { certificate: (value) => ({ ...value, certificate_list: [] }) },
  }),
  by12('ERR_TLS_EMPTY_CERTIFICATE', 'no certificate', { change: { certificate: () => ({ certificate_list: [] }) } }),
  by13(
    'ERR_TLS_CHAIN_TOO_LONG',
    'three certificates',
    { change: { certificate: (value) => ({ ...value, certificate_list: many(value.certificate_list[0]!) }) } },
    long,
  ),
  by12(
    'ERR_TLS_CHAIN_TOO_LONG',
    'three certificates',
    { change: { certificate: (value) => ({ certificate_list: many(value.certificate_list[0]!) }) } },
    long,
  ),
  by12('ERR_TLS_WRONG_CERTIFICATE_TYPE', 'an RSA key for an ECDSA suite', { credential: rsa }),
  by12('ERR_TLS_WRONG_GROUP', 'a group that was not offered', {
    change: { exchange: (value) => ({ ...value, params: { ...value.params, named_curve: 24 } }) },
  }),
  by12('ERR_TLS_WRONG_GROUP', 'a curve spelled out', {
    change: { exchange: (value) => ({ ...value, params: { ...value.params, curve_type: 1 } }) },
  }),
  by12('ERR_TLS_BAD_KEY_SHARE', 'zeros', {
    change: { exchange: (value) => ({ ...value, params: { ...value.params, public: new Uint8Array(32) } }) },
  }),
  by12('ERR_TLS_WEAK_DH', 'a group of 1024 bits', { suite: DHE, credential: rsa, field: WEAK }, { suites: [DHE] }),
  after12('ERR_TLS_RENEGOTIATION_REFUSED', 'HelloRequest where it is refused', helloRequests(1), {
    renegotiation: 'never',
  }),
  by12(
    'ERR_TLS_NO_SECURE_RENEGOTIATION',
    'HelloRequest of a server without RFC 5746',
    { change: { hello: (value) => ({ ...value, extensions: [] }) }, extendedMasterSecret: false },
    { renegotiation: 'freely' },
    helloRequests(1),
  ),
  by12(
    'ERR_TLS_CERTIFICATE_CHANGED',
    'another certificate in a renegotiation',
    { script: [steps12.hello, showAnotherLater, steps12.exchange, steps12.done] },
    { renegotiation: 'freely' },
    helloRequests(1),
  ),
  by12(
    'ERR_TLS_NO_EXTENDED_MASTER_SECRET',
    'a renegotiation without it',
    { change: { hello: dropEmsLater } },
    { renegotiation: 'freely' },
    helloRequests(1),
  ),
  after13('ERR_TLS_TOO_MANY_KEY_UPDATES', '33 in a row', updates(33)),
  after13('ERR_TLS_BAD_KEY_UPDATE', 'request_update 2', ({ peer }) => peer.updateKeys(2)),
  by13('ERR_TLS_BAD_CERTIFICATE_REQUEST', 'a context in the handshake', {
    requestCertificate: true,
    change: { request: (value) => ({ ...value, certificate_request_context: new Uint8Array(1) }) },
  }),
];
