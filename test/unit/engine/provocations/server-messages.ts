import { createPrivateKey } from 'node:crypto';
import { concat, EMPTY } from '../../../../src/bytes/index.ts';
import { credential } from '../../../../src/config/credentials.ts';
import { pathVerifier } from '../../../../src/config/verifiers.ts';
import { fail } from '../../../../src/errors/index.ts';
import type { Credential } from '../../../../src/handshake/credential.ts';
import { nodeProvider, signingKeyFrom } from '../../../../src/providers/node.ts';
import {
  type Certificate13,
  type CertificateVerify,
  ExtensionType,
  frame,
  HandshakeType,
} from '../../../../src/wire/index.ts';
import { anchors, ca, credentialOf } from '../../../support/configs.ts';
import { extension } from '../../../support/peer-client.ts';
import { clientSteps12 as c12 } from '../../../support/peer-client12.ts';
import { clientSteps13 as c13 } from '../../../support/peer-client13.ts';
import { at12, at13, atOpen12, atOpen13, type Provocation, withAlert } from './case.ts';

const { certificate, certificate_verify, client_key_exchange, finished } = HandshakeType;
const MINE = credentialOf('ed25519', 'client');
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const asks = { clientAuth: 'request' } as const;
const demands = { clientAuth: 'require' } as const;
const believing = { ...demands, verifier: pathVerifier({ anchors, verifiers: nodeProvider.verifiers, now: Date.now }) };

const flip = (bytes: Uint8Array): Uint8Array => {
  const copy = bytes.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
};
const shorter = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1);
const longer = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(1));

/** Puts another body into the message of this type. */
const body = (type: number, change: (body: Uint8Array) => Uint8Array) => ({
  message: (seen: number, message: Uint8Array): Uint8Array =>
    seen === type ? frame(type, change(message.subarray(4))) : message,
});

/** A client's certificate that is not as it should be. */
function odd(options: Parameters<typeof ca.issue>[0]): Credential {
  const issued = ca.issue({ name: 'client', key: 'ed25519', eku: [CLIENT_AUTH], ...options });
  return credential({ chain: [issued.der], key: signingKeyFrom(createPrivateKey(issued.key)) });
}

const expired = odd({ notBefore: new Date('2019-01-01'), notAfter: new Date('2020-01-01') });
const forSigningCerts = odd({ keyUsage: 4 });
const forServers = odd({ eku: ['1.3.6.1.5.5.7.3.1'] });
const rubbish: Credential = { ...MINE, chain: [new Uint8Array(40).fill(0x30)] };
const long: Credential = { ...MINE, chain: Array(3).fill(MINE.chain[0]) };
const somebody: Credential = { ...MINE, chain: credentialOf('ed25519').chain };

/** The same for both versions. */
const BOTH: readonly Provocation[] = [at13, at12].flatMap((at) => [
  at('ERR_TLS_CERT_EXPIRED', 'an expired certificate', { credential: expired }, believing),
  at('ERR_TLS_CERT_EXTENDED_KEY_USAGE', 'a certificate for servers', { credential: forServers }, believing),
  at('ERR_TLS_CERT_PARSE', 'a certificate that is none', { credential: rubbish }, demands),
  at('ERR_TLS_WRONG_CERTIFICATE_TYPE', 'a key that may not sign handshakes', { credential: forSigningCerts }, demands),
  at('ERR_TLS_CHAIN_TOO_LONG', 'three certificates', { credential: long }, { ...asks, limits: { chain: 2 } }),
  at('ERR_TLS_BAD_SIGNATURE', 'the certificate of somebody else', { credential: somebody }, demands),
  at('ERR_TLS_BAD_SIGNATURE', 'a changed bit', { credential: MINE, change: { verify: flipped } }, asks),
  at('ERR_TLS_BAD_SIGNATURE', 'no signature', { credential: MINE, change: { verify: unsigned } }, asks),
  at(
    'ERR_TLS_WRONG_SIGNATURE_SCHEME',
    'one that nobody knows',
    { credential: MINE, change: { verify: by(0xfefe) } },
    asks,
  ),
  at(
    'ERR_TLS_WRONG_SIGNATURE_SCHEME',
    'one of another kind of key',
    { credential: MINE, change: { verify: by(0x0403) } },
    asks,
  ),
  at(
    'ERR_TLS_WRONG_SIGNATURE_SCHEME',
    'one that was not offered',
    { credential: MINE },
    { ...asks, schemes: ['ecdsa_secp256r1_sha256'] },
  ),
  at('ERR_TLS_BAD_FINISHED', 'a changed bit', { change: { finished: flip } }),
  at('ERR_TLS_BAD_FINISHED', 'one byte too few', { change: { finished: shorter } }),
  at('ERR_TLS_BAD_FINISHED', 'one byte too many', { change: { finished: longer } }),
  at('ERR_TLS_DECODE', 'a Certificate cut short', { credential: MINE, change: body(certificate, shorter) }, asks),
  at(
    'ERR_TLS_TRAILING_DATA',
    'a Certificate with a byte behind',
    { credential: MINE, change: body(certificate, longer) },
    asks,
  ),
  at(
    'ERR_TLS_TRAILING_DATA',
    'CertificateVerify with a byte behind',
    { credential: MINE, change: body(certificate_verify, longer) },
    asks,
  ),
  at(
    'ERR_TLS_MESSAGE_TOO_LONG',
    'a Certificate above a limit of ours',
    { credential: MINE },
    { ...asks, limits: { handshakeMessage: 320 } },
  ),
  at(
    'ERR_TLS_STAPLE_FAILED',
    'a stapler that throws',
    { extensions: [wantsStaple()] },
    {
      stapler: () => {
        throw new Error('no');
      },
    },
  ),
  at(
    'ERR_TLS_STAPLE_FAILED',
    'a stapler that returns text',
    { extensions: [wantsStaple()] },
    { stapler: () => 'no' as never },
  ),
  at(
    'ERR_TLS_UNRECOGNIZED_NAME',
    'a configuration that says so',
    {},
    { chooseConfig: () => fail('ERR_TLS_UNRECOGNIZED_NAME') },
  ),
]);

const MESSAGES_13: readonly Provocation[] = [
  at13('ERR_TLS_NO_PEER_CERTIFICATE', 'no certificate, though it is demanded', {}, demands),
  at13(
    'ERR_TLS_WRONG_SIGNATURE_SCHEME',
    'one that TLS 1.3 does not have',
    { credential: MINE, change: { verify: by(0x0401) } },
    asks,
  ),
  at13(
    'ERR_TLS_UNSOLICITED_EXTENSION',
    "an extension in the client's Certificate",
    { credential: MINE, change: { certificate: extended } },
    asks,
  ),
  at13(
    'ERR_TLS_BAD_CERTIFICATE_REQUEST',
    'another context',
    { credential: MINE, change: { certificate: inContext } },
    asks,
  ),
  at13(
    'ERR_TLS_UNEXPECTED_MESSAGE',
    'no CertificateVerify',
    { credential: MINE, script: [c13.certificate, c13.finished] },
    asks,
  ),
  at13(
    'ERR_TLS_UNEXPECTED_MESSAGE',
    'CertificateVerify without a certificate',
    { credential: MINE, script: [c13.verify] },
    asks,
  ),
  at13('ERR_TLS_UNEXPECTED_MESSAGE', 'a certificate that nobody asked for', {
    credential: MINE,
    script: [c13.certificate],
  }),
  at13('ERR_TLS_UNEXPECTED_MESSAGE', 'no answer to CertificateRequest', { script: [c13.finished] }, asks),
  atOpen13('ERR_TLS_UNEXPECTED_MESSAGE', 'a certificate after the handshake', ({ peer }) =>
    peer.run([c13.certificate]),
  ),
  atOpen13('ERR_TLS_UNEXPECTED_MESSAGE', 'a ClientHello after the handshake', ({ peer }) => peer.run([c13.hello])),
  atOpen13('ERR_TLS_BAD_KEY_UPDATE', 'request_update 2', ({ peer }) => peer.updateKeys(2)),
  atOpen13('ERR_TLS_TOO_MANY_KEY_UPDATES', '33 in a row', ({ peer }) => {
    for (let i = 0; i < 33; i++) peer.updateKeys();
  }),
  atOpen13('ERR_TLS_EXCESS_HANDSHAKE_DATA', 'a message behind KeyUpdate', ({ peer }) =>
    peer.updateKeys(0, new Uint8Array([24, 0, 0, 1, 0, 4])),
  ),
  atOpen13('ERR_TLS_ALERT_RECEIVED', 'internal_error', ({ peer }) => peer.alert('fatal', 'internal_error')),
  at13(
    'ERR_TLS_ENCODE',
    'an authority of ours that is too long to be sent',
    {},
    { ...asks, authorities: [new Uint8Array(70_000)] },
  ),
];

const MESSAGES_12: readonly Provocation[] = [
  withAlert(
    at12('ERR_TLS_NO_PEER_CERTIFICATE', 'no certificate, though it is demanded', {}, demands),
    'handshake_failure',
  ),
  at12('ERR_TLS_BAD_KEY_SHARE', 'zeros', {
    script: [(peer) => peer.say(frame(client_key_exchange, concat(new Uint8Array([32]), new Uint8Array(32))))],
  }),
  at12('ERR_TLS_DECODE', 'an empty point', {
    script: [(peer) => peer.say(frame(client_key_exchange, new Uint8Array(1)))],
  }),
  at12('ERR_TLS_DECODE', 'a ClientKeyExchange of nothing', {
    script: [(peer) => peer.say(frame(client_key_exchange, EMPTY))],
  }),
  at12('ERR_TLS_UNEXPECTED_MESSAGE', 'no answer to CertificateRequest', { script: [c12.exchange] }, asks),
  at12('ERR_TLS_UNEXPECTED_MESSAGE', 'a certificate that nobody asked for', {
    credential: MINE,
    script: [c12.certificate],
  }),
  at12('ERR_TLS_UNEXPECTED_MESSAGE', 'CertificateVerify without a certificate', {
    credential: MINE,
    script: [c12.exchange, c12.verify],
  }),
  at12('ERR_TLS_UNEXPECTED_MESSAGE', 'Finished without change_cipher_spec', {
    script: [c12.exchange, (peer) => peer.say(frame(finished, new Uint8Array(12)))],
  }),
  atOpen12('ERR_TLS_UNEXPECTED_MESSAGE', 'a ClientKeyExchange after the handshake', ({ peer }) =>
    peer.message(frame(client_key_exchange, EMPTY)),
  ),
  atOpen12('ERR_TLS_ALERT_RECEIVED', 'internal_error', ({ peer }) => peer.alert('fatal', 'internal_error')),
];

function flipped(value: CertificateVerify): CertificateVerify {
  return { ...value, signature: flip(value.signature) };
}

function unsigned(value: CertificateVerify): CertificateVerify {
  return { ...value, signature: EMPTY };
}

function by(algorithm: number): (value: CertificateVerify) => CertificateVerify {
  return (value) => ({ ...value, algorithm });
}

function inContext(value: Certificate13): Certificate13 {
  return { ...value, certificate_request_context: new Uint8Array(1) };
}

function extended(value: Certificate13): Certificate13 {
  const extensions = [{ extension_type: ExtensionType.status_request, extension_data: EMPTY }];
  return { ...value, certificate_list: value.certificate_list.map((entry) => ({ ...entry, extensions })) };
}

function wantsStaple() {
  const request = { responder_id_list: [], request_extensions: EMPTY };
  return extension('status_request', { status_type: 1, request });
}

/** What is wrong with the messages that a server gets behind the hello. */
export const SERVER_MESSAGES: readonly Provocation[] = [...BOTH, ...MESSAGES_13, ...MESSAGES_12];
