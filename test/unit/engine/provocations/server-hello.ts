import { EMPTY, fromLatin1 } from '../../../../src/bytes/index.ts';
import { credentialChooser } from '../../../../src/config/credentials.ts';
import { TLS_RSA_WITH_AES_128_CBC_SHA } from '../../../../src/providers/node/optin/suites-rsa.ts';
import * as node from '../../../../src/providers/node.ts';
import {
  type ClientHello,
  type Extension,
  ExtensionType,
  frame,
  type OfferedPsks,
} from '../../../../src/wire/index.ts';
import { credentialOf } from '../../../support/configs.ts';
import { fields, lacking, more, other } from '../../../support/hello.ts';
import { extension, protocols, serverNameOf } from '../../../support/peer-client.ts';
import { clientSteps12 as c12 } from '../../../support/peer-client12.ts';
import {
  type ClientOptions13,
  clientSteps13 as c13,
  PeerClient13,
  type Ticket13,
} from '../../../support/peer-client13.ts';
import { countedTickets, serverSession } from '../../../support/server.ts';
import { at12, at13, atOpen12, type Provocation } from './case.ts';

const { supported_groups, signature_algorithms, key_share, psk_key_exchange_modes, server_name, renegotiation_info } =
  ExtensionType;

const FALLBACK = 0x5600;
const GCM_12 = node.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
const unknown: Extension = { extension_type: 0x3a3a, extension_data: EMPTY };
const versions = (...codes: number[]): Extension => extension('supported_versions', codes);
const raw = (extension_type: number, ...bytes: number[]): Extension => ({
  extension_type,
  extension_data: new Uint8Array(bytes),
});
const share = (group: number, key_exchange: Uint8Array = new Uint8Array(32).fill(1)) => ({ group, key_exchange });
const shares = (...list: ReturnType<typeof share>[]): Extension => extension('key_share', list);
const named = (...names: { name_type: number; host_name: Uint8Array }[]): Extension => extension('server_name', names);
const host = (name: string) => ({ name_type: 0, host_name: fromLatin1(name) });

type Change = (hello: ClientHello) => ClientHello;
const hello = (...changes: readonly Change[]): ClientOptions13 => ({
  change: { hello: (value) => changes.reduce((so_far, change) => change(so_far), value) },
});
/** What is changed in the second hello alone; the first one has no shares. */
const again = (change: Change, more: ClientOptions13 = {}): ClientOptions13 => ({
  shares: [],
  ...more,
  change: { again: change },
});

const rubbish = (fill: number): Ticket13 => ({
  suite: node.TLS_AES_128_GCM_SHA256,
  ticket: new Uint8Array(80).fill(fill),
  secret: new Uint8Array(32).fill(fill),
  ageAdd: 0,
});
const psk = (count: number, binders: number): Extension => {
  const value: OfferedPsks = {
    identities: Array.from({ length: count }, () => ({ identity: new Uint8Array(9), obfuscated_ticket_age: 0 })),
    binders: Array.from({ length: binders }, () => new Uint8Array(32)),
  };
  return extension('pre_shared_key', value);
};

/** The same for both versions. */
const BOTH: readonly Provocation[] = [at13, at12].flatMap((at) => [
  at('ERR_TLS_DECODE', 'a ClientHello of two bytes', {
    opening: [(peer: { message(bytes: Uint8Array): void }) => peer.message(frame(1, new Uint8Array(2)))],
  }),
  at('ERR_TLS_DECODE', 'a random cut short', {
    change: { message: (_type: number, message: Uint8Array) => frame(1, message.subarray(4, 30)) },
  }),
  at('ERR_TLS_TRAILING_DATA', 'a ClientHello with a byte behind', {
    change: { message: (_type: number, message: Uint8Array) => frame(1, Uint8Array.from([...message.slice(4), 0])) },
  }),
  at('ERR_TLS_DECODE', 'supported_groups of an odd length', {
    change: { hello: other(raw(supported_groups, 0, 3, 0, 29, 0)) },
  }),
  at('ERR_TLS_TRAILING_DATA', 'signature_algorithms with more behind', {
    change: { hello: other(raw(signature_algorithms, 0, 2, 8, 7, 0)) },
  }),
  at('ERR_TLS_DUPLICATE_EXTENSION', 'supported_groups twice', {
    change: { hello: more(extension('supported_groups', [29])) },
  }),
  at('ERR_TLS_DUPLICATE_EXTENSION', 'one twice that nobody knows', { change: { hello: more(unknown, unknown) } }),
  at('ERR_TLS_WRONG_COMPRESSION', 'DEFLATE alone', {
    change: { hello: fields({ legacy_compression_methods: new Uint8Array([1]) }) },
  }),
  at('ERR_TLS_ALPN', 'other protocols', { extensions: [protocols('h2', 'h3')] }, { alpn: ['mqtt'] }),
  at('ERR_TLS_DECODE', 'an empty list of protocols', {
    extensions: [raw(ExtensionType.application_layer_protocol_negotiation, 0, 0)],
  }),
  at('ERR_TLS_DECODE', 'a protocol without a name', {
    extensions: [raw(ExtensionType.application_layer_protocol_negotiation, 0, 1, 0)],
  }),
  at('ERR_TLS_BAD_EXTENSION', 'two host names', {
    change: { hello: other(named(host('a.example'), host('b.example'))) },
  }),
  at('ERR_TLS_DECODE', 'a list without any name', { change: { hello: other(raw(server_name, 0, 0)) } }),
  at('ERR_TLS_DECODE', 'an empty host name', { change: { hello: other(raw(server_name, 0, 3, 0, 0, 0)) } }),
  at('ERR_TLS_BAD_EXTENSION', 'a host name with a zero in it', { change: { hello: other(serverNameOf('a\0b')) } }),
  at('ERR_TLS_BAD_EXTENSION', 'a host name that rings a bell', { change: { hello: other(serverNameOf('a\u0007b')) } }),
  at('ERR_TLS_BAD_EXTENSION', 'a host name beyond ASCII', { change: { hello: other(serverNameOf('\u00e4')) } }),
  at('ERR_TLS_BAD_EXTENSION', 'a host name of 256 bytes', {
    change: { hello: other(serverNameOf('a'.repeat(256))) },
  }),
  at('ERR_TLS_BAD_EXTENSION', 'a record_size_limit of 63', { extensions: [extension('record_size_limit', 63)] }),
  at('ERR_TLS_BAD_EXTENSION', 'a max_fragment_length that does not exist', {
    extensions: [extension('max_fragment_length', 5)],
  }),
  at('ERR_TLS_NO_CREDENTIAL', 'no certificate at all', {}, { credentials: credentialChooser([]) }),
  at(
    'ERR_TLS_NO_CREDENTIAL',
    'no scheme that our key can do',
    { change: { hello: other(extension('signature_algorithms', [0x0403])) } },
    {},
  ),
  at('ERR_TLS_NO_COMMON_CIPHER', 'no suite that we know', { suites: [0x1399, 0xc099] }),
]);

const HELLOS_13: readonly Provocation[] = [
  at13('ERR_TLS_VERSION', 'supported_versions without ours', hello(other(versions(0x0302, 0x0305)))),
  at13('ERR_TLS_VERSION', '1.3 alone, of a server of 1.2', {}, { versions: ['TLSv1.2'] }),
  at13('ERR_TLS_VERSION', 'SSL 2 as the old version field', hello(fields({ legacy_version: 0x0200 }))),
  at13('ERR_TLS_VERSION', 'SSL 3 as the old version field', hello(fields({ legacy_version: 0x0300 }))),
  at13(
    'ERR_TLS_WRONG_COMPRESSION',
    'null and DEFLATE',
    hello(fields({ legacy_compression_methods: new Uint8Array(2) })),
  ),
  at13('ERR_TLS_MISSING_EXTENSION', 'no supported_groups', hello(lacking(supported_groups))),
  at13('ERR_TLS_MISSING_EXTENSION', 'no key_share', hello(lacking(key_share))),
  at13('ERR_TLS_MISSING_EXTENSION', 'no signature_algorithms', hello(lacking(signature_algorithms))),
  at13('ERR_TLS_MISSING_EXTENSION', 'a ticket without psk_key_exchange_modes', {
    ...hello(lacking(psk_key_exchange_modes)),
    tickets: [rubbish(1)],
  }),
  at13('ERR_TLS_NO_COMMON_GROUP', 'groups that we lack', { groups: [24, 30], shares: [24] }),
  at13('ERR_TLS_BAD_EXTENSION', 'a share of a group that is not offered', hello(other(shares(share(24))))),
  at13('ERR_TLS_BAD_EXTENSION', 'two shares of one group', hello(other(shares(share(29), share(29))))),
  at13('ERR_TLS_BAD_KEY_SHARE', 'zeros', hello(other(shares(share(29, new Uint8Array(32)))))),
  at13('ERR_TLS_BAD_KEY_SHARE', 'one byte too few', hello(other(shares(share(29, new Uint8Array(31).fill(1)))))),
  at13('ERR_TLS_DECODE', 'an empty share', hello(other(raw(key_share, 0, 4, 0, 29, 0, 0)))),
  at13('ERR_TLS_BAD_PSK', 'pre_shared_key before another extension', {
    change: { hello: (value) => more(unknown)(value) },
    tickets: [rubbish(1)],
  }),
  at13('ERR_TLS_BAD_PSK', 'two identities and one binder', hello(more(psk(2, 1)))),
  at13('ERR_TLS_BAD_PSK', 'one identity and two binders', hello(more(psk(1, 2)))),
  at13('ERR_TLS_DECODE', 'no identity', hello(more(raw(ExtensionType.pre_shared_key, 0, 0, 0, 0)))),
  at13('ERR_TLS_USELESS_RETRY', 'a second hello without a share', again(other(shares()))),
  at13('ERR_TLS_USELESS_RETRY', 'without key_share', again(lacking(key_share))),
  at13('ERR_TLS_USELESS_RETRY', 'with a share of another group', again(other(shares(share(23))))),
  at13('ERR_TLS_USELESS_RETRY', 'with two shares', again(other(shares(share(29), share(23))))),
  at13('ERR_TLS_USELESS_RETRY', 'with another random', again(fields({ random: new Uint8Array(32) }))),
  at13('ERR_TLS_USELESS_RETRY', 'with another session id', again(fields({ legacy_session_id: new Uint8Array(32) }))),
  at13('ERR_TLS_USELESS_RETRY', 'with another version field', again(fields({ legacy_version: 0x0304 }))),
  at13('ERR_TLS_USELESS_RETRY', 'with more suites', again(fields({ cipher_suites: [0x1301, 0x1302] }))),
  at13('ERR_TLS_USELESS_RETRY', 'with other groups', again(other(extension('supported_groups', [29])))),
  at13('ERR_TLS_USELESS_RETRY', 'with another name', again(other(serverNameOf('other.example')))),
  at13('ERR_TLS_USELESS_RETRY', 'without the name', again(lacking(server_name))),
  at13('ERR_TLS_USELESS_RETRY', 'with an extension more', again(more(unknown))),
  at13('ERR_TLS_USELESS_RETRY', 'with its extensions in another order', again(reversed)),
  at13('ERR_TLS_BAD_EXTENSION', 'with a cookie that nobody sent', again(more(extension('cookie', new Uint8Array(3))))),
  at13('ERR_TLS_DUPLICATE_EXTENSION', 'with an extension twice', again(more(serverNameOf('localhost')))),
  at13('ERR_TLS_DECODE', 'a second hello of nothing', {
    shares: [],
    again: [(peer) => peer.message(frame(1, EMPTY))],
  }),
  at13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'two hellos at once', { opening: [c13.hello, c13.hello] }),
  at13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a hello and half a message', {
    opening: [c13.hello, (peer) => peer.message(new Uint8Array([11, 0]))],
  }),
];

const HELLOS_12: readonly Provocation[] = [
  at12('ERR_TLS_VERSION', 'TLS 1.1', { change: { hello: fields({ legacy_version: 0x0302 }) } }),
  at12('ERR_TLS_VERSION', 'SSL 3.0', { change: { hello: fields({ legacy_version: 0x0300 }) } }),
  at12('ERR_TLS_VERSION', 'of a server of 1.3', {}, { versions: ['TLSv1.3'] }),
  at12(
    'ERR_TLS_VERSION',
    'an old field of TLS 1.3 without supported_versions, of a server of 1.3',
    { change: { hello: fields({ legacy_version: 0x0304 }) } },
    { versions: ['TLSv1.3'] },
  ),
  at12('ERR_TLS_VERSION', 'supported_versions that lack it', { change: { hello: other(versions(0x0302)) } }),
  at12(
    'ERR_TLS_FALLBACK',
    'the signal of a fallback, to a server of 1.3',
    { suites: [GCM_12.id, FALLBACK] },
    { versions: ['TLSv1.3', 'TLSv1.2'] },
  ),
  at12(
    'ERR_TLS_FALLBACK',
    'the same with supported_versions',
    { suites: [GCM_12.id, FALLBACK], extensions: [versions(0x0303)] },
    { versions: ['TLSv1.3', 'TLSv1.2'] },
  ),
  at12('ERR_TLS_NO_COMMON_CIPHER', 'no group that we have', { groups: [24, 30] }),
  at12('ERR_TLS_NO_COMMON_CIPHER', 'no supported_groups', { change: { hello: lacking(supported_groups) } }),
  at12('ERR_TLS_NO_COMMON_CIPHER', 'a suite of TLS 1.3 alone', { suites: [0x1301] }),
  at12(
    'ERR_TLS_NO_CREDENTIAL',
    'a key that cannot decrypt, for static RSA',
    { suite: TLS_RSA_WITH_AES_128_CBC_SHA },
    { suites: [TLS_RSA_WITH_AES_128_CBC_SHA], credentials: { select: () => withoutDecrypt() } },
  ),
  at12('ERR_TLS_NO_CREDENTIAL', 'an RSA suite, of a server without RSA', {
    suite: node.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
  }),
  at12(
    'ERR_TLS_NO_CREDENTIAL',
    'a certificate on a curve that is not listed',
    { groups: [29] },
    { credentials: credentialChooser([credentialOf('P-256')]) },
  ),
  at12('ERR_TLS_NO_CREDENTIAL', 'no signature_algorithms', { change: { hello: lacking(signature_algorithms) } }),
  at12('ERR_TLS_BAD_RENEGOTIATION_INFO', 'verify_data in a first handshake', {
    change: { hello: other(extension('renegotiation_info', new Uint8Array(12))) },
  }),
  at12('ERR_TLS_BAD_EXTENSION', 'ec_point_formats without uncompressed', {
    change: { hello: other(extension('ec_point_formats', [1])) },
  }),
  at12(
    'ERR_TLS_NO_EXTENDED_MASTER_SECRET',
    'none, though it is required',
    { extendedMasterSecret: false },
    { requireExtendedMasterSecret: true },
  ),
  atOpen12('ERR_TLS_RENEGOTIATION_REFUSED', 'a hello where none is allowed', ({ peer }) => peer.run([c12.hello])),
  at12(
    'ERR_TLS_NO_SECURE_RENEGOTIATION',
    'a second hello of a client without RFC 5746',
    { change: { hello: lacking(renegotiation_info) } },
    { renegotiation: { limit: 3, window: 1000 } },
    ({ peer }) => peer.run([c12.hello]),
  ),
];

function reversed(value: ClientHello): ClientHello {
  return { ...value, extensions: [...value.extensions!].reverse() };
}

function withoutDecrypt() {
  const { key, ...rest } = credentialOf('rsa');
  const { schemes, sign } = key;
  return { ...rest, key: { schemes, sign: sign.bind(key) } };
}

const tickets = countedTickets();
const good = serverSession(new PeerClient13(), { tickets }).peer.ticket();
const otherSecret: Ticket13 = { ...good, secret: new Uint8Array(32) };
const flipLast = (_type: number, message: Uint8Array): Uint8Array => {
  const changed = message.slice();
  if (message[0] === 1) changed[changed.length - 1]! ^= 1;
  return changed;
};
const binderOf = (size: number): Extension => {
  const binder = new Uint8Array([0, size + 1, size, ...new Uint8Array(size)]);
  const { ticket } = good;
  const identities = [0, ticket.length + 6, 0, ticket.length, ...ticket, 0, 0, 0, 0];
  return raw(ExtensionType.pre_shared_key, ...identities, ...binder);
};

/** Tickets that are ours, and binders that are not the client's. */
const BINDERS: readonly Provocation[] = [
  at13('ERR_TLS_BAD_BINDER', 'a ticket of ours with another secret', { tickets: [otherSecret] }, { tickets }),
  at13('ERR_TLS_BAD_BINDER', 'a changed bit', { tickets: [good], change: { message: flipLast } }, { tickets }),
  at13('ERR_TLS_BAD_BINDER', 'behind a ticket that is not ours', { tickets: [rubbish(1), otherSecret] }, { tickets }),
  at13('ERR_TLS_BAD_BINDER', 'a binder of 16 bytes', hello(more(binderOf(16))), { tickets }),
  at13('ERR_TLS_BAD_BINDER', 'a binder of no bytes', hello(more(binderOf(0))), { tickets }),
  at13('ERR_TLS_BAD_BINDER', 'after a HelloRetryRequest', { tickets: [otherSecret], shares: [] }, { tickets }),
];

export const SERVER_HELLOS: readonly Provocation[] = [...BOTH, ...HELLOS_13, ...HELLOS_12, ...BINDERS];
