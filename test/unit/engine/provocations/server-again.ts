import { EMPTY, fromLatin1 } from '../../../../src/bytes/index.ts';
import type { ServerOptions } from '../../../../src/config/server.ts';
import type { ErrorCode } from '../../../../src/errors/index.ts';
import {
  TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
  TLS_PSK_WITH_AES_128_GCM_SHA256,
} from '../../../../src/providers/node/optin/suites-psk.ts';
import { ExtensionType } from '../../../../src/wire/index.ts';
import { credentialOf } from '../../../support/configs.ts';
import { lacking, other } from '../../../support/hello.ts';
import { extension, protocols } from '../../../support/peer-client.ts';
import type { ClientOptions12, PeerClient12 } from '../../../support/peer-client12.ts';
import { type ClientOptions13, clientSteps13 as c13 } from '../../../support/peer-client13.ts';
import { at12, at13, atOpen12, type Provocation } from './case.ts';

const MINE = credentialOf('ed25519', 'client');

/** A client that shows a certificate after the handshake, and not well. */
function later(
  code: ErrorCode,
  how: string,
  client: ClientOptions13,
  server: Partial<ServerOptions> = {},
): Provocation {
  const extensions = [extension('post_handshake_auth', true)];
  const options = { credential: MINE, extensions, ...client };
  return at13(code, `asked later: ${how}`, options, { postHandshakeAuth: true, ...server }, ({ engine }) =>
    engine.requestCertificate(),
  );
}

const LATER: readonly Provocation[] = [
  later('ERR_TLS_BAD_CERTIFICATE_REQUEST', 'another context', {
    change: { certificate: (value) => ({ ...value, certificate_request_context: new Uint8Array(16) }) },
  }),
  later('ERR_TLS_BAD_CERTIFICATE_REQUEST', 'no context', {
    change: { certificate: (value) => ({ ...value, certificate_request_context: EMPTY }) },
  }),
  later('ERR_TLS_BAD_SIGNATURE', 'the certificate of somebody else', {
    credential: { ...MINE, chain: credentialOf('ed25519').chain },
  }),
  later('ERR_TLS_UNEXPECTED_MESSAGE', 'no CertificateVerify', { later: [c13.certificate, c13.finished] }),
  later('ERR_TLS_UNEXPECTED_MESSAGE', 'Finished alone', { later: [c13.finished] }),
];

const renegotiation = { limit: 3, window: 600_000 };

/** A client that renegotiates with this hello, made of the one before. */
function renegotiating(change: (hello: PeerClient12['clientHello']) => PeerClient12['clientHello']) {
  return ({ peer }: { readonly peer: PeerClient12 }): void => {
    peer.sayHello(change(peer.clientHello));
    peer.flush();
  };
}

const info = (bytes: Uint8Array) => other(extension('renegotiation_info', bytes));
/** A hello that is all right but for one thing. */
const rightBut =
  (change: (hello: PeerClient12['clientHello']) => PeerClient12['clientHello']) =>
  ({ peer }: { readonly peer: PeerClient12 }) =>
    renegotiating((hello) => change(info(peer.verifyData.client)(hello)))({ peer });

const AGAIN: readonly Provocation[] = [
  atOpen12('ERR_TLS_BAD_RENEGOTIATION_INFO', 'that of another connection', renegotiating(info(new Uint8Array(12))), {
    renegotiation,
  }),
  atOpen12('ERR_TLS_BAD_RENEGOTIATION_INFO', 'that of a first handshake', renegotiating(info(EMPTY)), {
    renegotiation,
  }),
  atOpen12('ERR_TLS_BAD_RENEGOTIATION_INFO', 'none', renegotiating(lacking(ExtensionType.renegotiation_info)), {
    renegotiation,
  }),
  atOpen12(
    'ERR_TLS_BAD_RENEGOTIATION_INFO',
    'the right one and the signalling suite',
    rightBut((hello) => ({ ...hello, cipher_suites: [...hello.cipher_suites, 0x00ff] })),
    { renegotiation },
  ),
  atOpen12(
    'ERR_TLS_BAD_RENEGOTIATION_INFO',
    'a bit too many',
    ({ peer }) => renegotiating(info(Uint8Array.from([...peer.verifyData.client, 0])))({ peer }),
    { renegotiation },
  ),
  atOpen12(
    'ERR_TLS_NO_EXTENDED_MASTER_SECRET',
    'none in a renegotiation',
    rightBut(lacking(ExtensionType.extended_master_secret)),
    { renegotiation },
  ),
  atOpen12(
    'ERR_TLS_VERSION',
    'TLS 1.3 in a renegotiation',
    rightBut(other(extension('supported_versions', [0x0304]))),
    { renegotiation },
  ),
  at12(
    'ERR_TLS_ALPN',
    'other protocols in a renegotiation',
    { extensions: [protocols('mqtt')] },
    { renegotiation, alpn: ['mqtt'] },
    rightBut(other(protocols('h2'))),
  ),
  atOpen12(
    'ERR_TLS_RENEGOTIATION_REFUSED',
    'where it may be done never',
    rightBut((hello) => hello),
    { renegotiation: { limit: 0, window: 1 } },
  ),
];

const psk = { identity: fromLatin1('door'), key: new Uint8Array(16).fill(3) };
const clients: readonly ClientOptions12[] = [
  { suite: TLS_PSK_WITH_AES_128_GCM_SHA256, psk },
  { suite: TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, psk },
];

/** Keys that nobody knows, that nobody can find, and that are others. */
const PSKS: readonly Provocation[] = clients.flatMap((client) => {
  const knowing = (find: () => unknown): Partial<ServerOptions> => ({
    suites: [client.suite!],
    psk: { find: find as () => null },
  });
  const by = client.suite!.exchange.kind;
  return [
    at12(
      'ERR_TLS_UNKNOWN_PSK_IDENTITY',
      `${by}: nobody knows it`,
      client,
      knowing(() => null),
    ),
    at12(
      'ERR_TLS_PSK_FAILED',
      `${by}: a function that throws`,
      client,
      knowing(() => {
        throw new Error('no');
      }),
    ),
    at12(
      'ERR_TLS_PSK_FAILED',
      `${by}: a key of no bytes`,
      client,
      knowing(() => EMPTY),
    ),
    at12(
      'ERR_TLS_PSK_FAILED',
      `${by}: text`,
      client,
      knowing(() => 'key'),
    ),
    at12(
      'ERR_TLS_BAD_RECORD_MAC',
      `${by}: another key`,
      client,
      knowing(() => new Uint8Array(16)),
    ),
    at12('ERR_TLS_NO_COMMON_CIPHER', `${by}: a server without keys`, client, { suites: [client.suite!] }),
  ];
});

const junk = new Uint8Array([23, 3, 3, 0x40, 0, ...new Uint8Array(16_384)]);
const offersEarly = { extensions: [extension('early_data', true)] };

/** Early data that is refused may be so long, and no longer. */
const EARLY: readonly Provocation[] = [
  at13('ERR_TLS_TOO_MUCH_EARLY_DATA', 'more than is dropped', {
    ...offersEarly,
    opening: [c13.hello, (peer) => peer.raw(junk), (peer) => peer.raw(junk)],
  }),
  at13('ERR_TLS_TOO_MUCH_EARLY_DATA', 'more than is dropped before a second hello', {
    ...offersEarly,
    shares: [],
    opening: [c13.hello, (peer) => peer.raw(junk), (peer) => peer.raw(junk)],
  }),
  at13('ERR_TLS_UNEXPECTED_RECORD', 'data that no hello announced', {
    opening: [c13.hello, (peer) => peer.plainRecord(23, new Uint8Array(9))],
    shares: [],
  }),
];

/** What goes wrong after the handshake, in another one, or by pre-shared keys. */
export const SERVER_AGAIN: readonly Provocation[] = [...LATER, ...AGAIN, ...EARLY, ...PSKS];
