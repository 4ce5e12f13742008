import { concat, EMPTY, fromLatin1 } from '../../../../src/bytes/index.ts';
import type { Session as Resumable } from '../../../../src/handshake/session.ts';
import { TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA } from '../../../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import { nodeProvider } from '../../../../src/providers/node.ts';
import {
  type Extension,
  ExtensionType,
  frame,
  SERVER_HELLO_12_EXTENSIONS,
  SERVER_HELLO_13_EXTENSIONS,
  type ServerHello,
  writeExtension,
} from '../../../../src/wire/index.ts';
import { fields, lacking, other } from '../../../support/hello.ts';
import type { Peer12 } from '../../../support/peer12.ts';
import { steps13 } from '../../../support/peer13.ts';
import { by12, by13, type Provocation, withAlert } from './case.ts';

const { supported_versions, key_share } = ExtensionType;

const share = (group: number, key_exchange: Uint8Array): Extension =>
  writeExtension(SERVER_HELLO_13_EXTENSIONS, 'key_share', { group, key_exchange });
const version = (code: number): Extension => writeExtension(SERVER_HELLO_13_EXTENSIONS, 'supported_versions', code);
const unknown: Extension = { extension_type: 0x3a3a, extension_data: EMPTY };
const sentinel = (last: number): Uint8Array =>
  concat(new Uint8Array(24), fromLatin1('DOWNGRD'), new Uint8Array([last]));
const WITH_CBC = [...nodeProvider.suites, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA];
const echoOurs = (hello: ServerHello, { clientHello }: Peer12): ServerHello =>
  fields({ legacy_session_id_echo: clientHello.legacy_session_id })(hello);
const BOTH = ['TLSv1.3', 'TLSv1.2'] as const;

const resumable = (version: 'TLSv1.2' | 'TLSv1.3'): Resumable => ({
  version,
  suite: version === 'TLSv1.3' ? 0x1301 : 0xc02b,
  secret: new Uint8Array(version === 'TLSv1.3' ? 32 : 48).fill(3),
  ticket: version === 'TLSv1.3' ? new Uint8Array(40).fill(4) : EMPTY,
  id: version === 'TLSv1.3' ? EMPTY : new Uint8Array(32).fill(5),
  ageAdd: 0,
  receivedAt: 1_700_000_000_000,
  lifetime: 7200,
  maxEarlyData: 0,
  extendedMasterSecret: true,
  serverName: 'localhost',
  alpn: null,
  chain: [],
  notAfter: null,
  verified: true,
  peerScheme: null,
  group: null,
  ocspResponse: null,
  scts: null,
});
const sessionOf = (version: 'TLSv1.2' | 'TLSv1.3') => ({ sessions: { load: () => resumable(version) } });
const early = {
  versions: BOTH,
  earlyData: true,
  sessions: { load: () => ({ ...resumable('TLSv1.3'), maxEarlyData: 100 }) },
};
const echo = (hello: ServerHello): ServerHello => fields({ legacy_session_id_echo: new Uint8Array(32).fill(5) })(hello);

/** What is wrong with a ServerHello or a HelloRetryRequest. */
export const HELLOS: readonly Provocation[] = [
  by13('ERR_TLS_VERSION', 'a hello of TLS 1.1', {
    change: { hello: (hello) => lacking(supported_versions)(fields({ legacy_version: 0x0302 })(hello)) },
  }),
  by13(
    'ERR_TLS_VERSION',
    '1.2, though only 1.3 was offered',
    { change: { hello: lacking(supported_versions) } },
    { versions: ['TLSv1.3'] },
  ),
  by12('ERR_TLS_VERSION', 'a hello of TLS 1.0', { change: { hello: fields({ legacy_version: 0x0301 }) } }),
  by12(
    'ERR_TLS_VERSION',
    'a hello of what is to come',
    { change: { hello: fields({ legacy_version: 0x0304 }) } },
    { versions: BOTH },
  ),
  by13('ERR_TLS_UNSUPPORTED_VERSION', 'version 0x0305', { change: { hello: other(version(0x0305)) } }),
  by13('ERR_TLS_UNSUPPORTED_VERSION', 'supported_versions that says 1.2', {
    change: { hello: other(version(0x0303)) },
  }),
  withAlert(
    by13('ERR_TLS_UNSUPPORTED_VERSION', 'an old version field that is not 1.2', {
      change: { hello: fields({ legacy_version: 0x0304 }) },
    }),
    'protocol_version',
  ),
  by13('ERR_TLS_UNSUPPORTED_VERSION', '1.2 after a HelloRetryRequest', {
    retry: { group: 23 },
    change: { hello: lacking(supported_versions) },
  }),
  by12(
    'ERR_TLS_DOWNGRADE',
    "the sentinel of 1.2 in the server's random",
    { change: { hello: fields({ random: sentinel(1) }) } },
    { versions: BOTH },
  ),
  by12(
    'ERR_TLS_DOWNGRADE',
    "the sentinel of 1.1 in the server's random",
    { change: { hello: fields({ random: sentinel(0) }) } },
    { versions: BOTH },
  ),
  by13('ERR_TLS_WRONG_CIPHER', 'a suite that nobody knows', { change: { hello: fields({ cipher_suite: 0x13ff }) } }),
  by13('ERR_TLS_WRONG_CIPHER', 'a suite of TLS 1.2', { change: { hello: fields({ cipher_suite: 0xc02b }) } }),
  by13('ERR_TLS_WRONG_CIPHER', 'another suite than in the HelloRetryRequest', {
    retry: { group: 23 },
    change: { hello: fields({ cipher_suite: 0x1303 }) },
  }),
  by12('ERR_TLS_WRONG_CIPHER', 'a suite that was not offered', { change: { hello: fields({ cipher_suite: 0x002f }) } }),
  by12(
    'ERR_TLS_WRONG_CIPHER',
    'a suite of TLS 1.3',
    { change: { hello: fields({ cipher_suite: 0x1301 }) } },
    { versions: BOTH },
  ),
  by13('ERR_TLS_WRONG_SESSION_ID', 'an empty one', { change: { hello: fields({ legacy_session_id_echo: EMPTY }) } }),
  by13(
    'ERR_TLS_WRONG_SESSION_ID',
    'one where none was sent',
    { change: { hello: fields({ legacy_session_id_echo: new Uint8Array(4) }) } },
    { middleboxCompatibility: false },
  ),
  by12(
    'ERR_TLS_WRONG_SESSION_ID',
    'ours echoed, though there is no session',
    { change: { hello: echoOurs } },
    { versions: BOTH },
  ),
  withAlert(
    by13('ERR_TLS_WRONG_COMPRESSION', 'DEFLATE', { change: { hello: fields({ legacy_compression_method: 1 }) } }),
    'decode_error',
  ),
  by12('ERR_TLS_WRONG_COMPRESSION', 'DEFLATE', { change: { hello: fields({ legacy_compression_method: 1 }) } }),
  by13('ERR_TLS_WRONG_GROUP', 'a group that was not offered', {
    change: { hello: other(share(24, new Uint8Array(32).fill(1))) },
  }),
  by13('ERR_TLS_WRONG_GROUP', 'a group of which no share was sent', {
    change: { hello: other(share(23, new Uint8Array(32).fill(1))) },
  }),
  by13('ERR_TLS_WRONG_GROUP', 'another group than in the HelloRetryRequest', {
    retry: { group: 23 },
    change: { hello: other(share(29, new Uint8Array(32).fill(1))) },
  }),
  by13('ERR_TLS_WRONG_GROUP', 'a HelloRetryRequest for a group that was not offered', { retry: { group: 24 } }),
  by13('ERR_TLS_BAD_KEY_SHARE', 'zeros', { change: { hello: other(share(29, new Uint8Array(32))) } }),
  by13('ERR_TLS_BAD_KEY_SHARE', 'one byte too many', {
    change: { hello: other(share(29, new Uint8Array(33).fill(1))) },
  }),
  by13('ERR_TLS_MISSING_EXTENSION', 'no key_share', { change: { hello: lacking(key_share) } }),
  by13('ERR_TLS_UNSOLICITED_EXTENSION', 'one that nobody knows', { change: { hello: other(unknown) } }),
  by12('ERR_TLS_UNSOLICITED_EXTENSION', 'one that nobody knows', { change: { hello: other(unknown) } }),
  by12('ERR_TLS_UNSOLICITED_EXTENSION', 'supported_versions, though 1.3 was not offered', {
    change: { hello: other(version(0x0304)) },
  }),
  by13('ERR_TLS_UNSOLICITED_EXTENSION', 'one that nobody knows in a HelloRetryRequest', {
    retry: { group: 23 },
    change: { retry: other(unknown) },
  }),
  by13('ERR_TLS_MISPLACED_EXTENSION', 'server_name in ServerHello', {
    change: { hello: other({ extension_type: 0, extension_data: EMPTY }) },
  }),
  by12(
    'ERR_TLS_MISPLACED_EXTENSION',
    'key_share in ServerHello',
    { change: { hello: other(share(29, new Uint8Array(32))) } },
    { versions: BOTH },
  ),
  by13('ERR_TLS_MISPLACED_EXTENSION', 'server_name in a HelloRetryRequest', {
    retry: { group: 23 },
    change: { retry: other({ extension_type: 0, extension_data: EMPTY }) },
  }),
  by13('ERR_TLS_DUPLICATE_EXTENSION', 'key_share twice', {
    change: { hello: (hello) => ({ ...hello, extensions: [...hello.extensions!, share(29, new Uint8Array(32))] }) },
  }),
  by13('ERR_TLS_DUPLICATE_EXTENSION', 'supported_versions twice', {
    change: { hello: (hello) => ({ ...hello, extensions: [version(0x0304), ...hello.extensions!] }) },
  }),
  by13('ERR_TLS_SECOND_RETRY', 'a second HelloRetryRequest', { retry: { group: 23 }, script: [steps13.retry] }),
  by13('ERR_TLS_USELESS_RETRY', 'one that asks for nothing', { retry: {} }),
  by13('ERR_TLS_USELESS_RETRY', 'one for a group of which a share was sent', { retry: { group: 29 } }),
  by13('ERR_TLS_USELESS_RETRY', 'the same with a cookie', { retry: { group: 29, cookie: new Uint8Array(3) } }),
  by12('ERR_TLS_BAD_RENEGOTIATION_INFO', 'verify_data in a first handshake', {
    change: { hello: other(writeExtension(SERVER_HELLO_12_EXTENSIONS, 'renegotiation_info', new Uint8Array(24))) },
  }),
  by12(
    'ERR_TLS_NO_EXTENDED_MASTER_SECRET',
    'none, though it is required',
    { extendedMasterSecret: false },
    { requireExtendedMasterSecret: true },
  ),
  by12('ERR_TLS_BAD_EXTENSION', 'encrypt_then_mac with an AEAD', { encryptThenMac: true }, { suites: WITH_CBC }),
  by12('ERR_TLS_BAD_EXTENSION', 'ec_point_formats without uncompressed', {
    extensions: [writeExtension(SERVER_HELLO_12_EXTENSIONS, 'ec_point_formats', [1])],
  }),
  by13(
    'ERR_TLS_BAD_PSK',
    'the second of one identity',
    {
      change: { hello: other(writeExtension(SERVER_HELLO_13_EXTENSIONS, 'pre_shared_key', 1)) },
    },
    sessionOf('TLSv1.3'),
  ),
  by12(
    'ERR_TLS_RESUMPTION_MISMATCH',
    'another suite than the session has',
    { change: { hello: (hello) => echo({ ...hello, cipher_suite: 0xc02c }) } },
    sessionOf('TLSv1.2'),
  ),
  by12(
    'ERR_TLS_NO_EXTENDED_MASTER_SECRET',
    'none, though the session had it',
    { extendedMasterSecret: false, change: { hello: echo } },
    sessionOf('TLSv1.2'),
  ),
  {
    ...by12('ERR_TLS_EARLY_DATA_MISMATCH', 'a hello of TLS 1.2, when early data is under way', {}, early),
    alert: 'protocol_version',
    heard: false,
  },
  by13('ERR_TLS_DECODE', 'a ServerHello of two bytes', {
    script: [(peer) => peer.message(frame(2, new Uint8Array(2)))],
  }),
];
