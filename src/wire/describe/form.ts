import { isTlsError } from '../../errors/index.ts';
import { type Codec, decode } from '../codec/index.ts';
import {
  CERTIFICATE_ENTRY_EXTENSIONS,
  CERTIFICATE_REQUEST_EXTENSIONS,
  CLIENT_HELLO_EXTENSIONS,
  ENCRYPTED_EXTENSIONS,
  HELLO_RETRY_REQUEST_EXTENSIONS,
  NEW_SESSION_TICKET_EXTENSIONS,
  SERVER_HELLO_12_EXTENSIONS,
  SERVER_HELLO_13_EXTENSIONS,
} from '../extensions/index.ts';
import {
  Certificate12,
  Certificate13,
  CertificateRequest12,
  CertificateRequest13,
  CertificateStatus,
  CertificateVerify,
  ClientHello,
  ClientKeyExchangeDhe,
  ClientKeyExchangeDhePsk,
  ClientKeyExchangeEcdhe,
  ClientKeyExchangeEcdhePsk,
  ClientKeyExchangePsk,
  ClientKeyExchangeRsa,
  ClientKeyExchangeRsaPsk,
  CompressedCertificate,
  EncryptedExtensions,
  EndOfEarlyData,
  Finished,
  HelloRequest,
  isHelloRetryRequest,
  KeyUpdate,
  NewSessionTicket12,
  NewSessionTicket13,
  ServerHello,
  ServerHelloDone,
  ServerKeyExchangeDhe,
  ServerKeyExchangeDhePsk,
  ServerKeyExchangeEcdhe,
  ServerKeyExchangeEcdhePsk,
  ServerKeyExchangePsk,
} from '../handshake/index.ts';
import { ExtensionType, type HandshakeTypeName } from '../registry/index.ts';
import type { DescribeContext } from './context.ts';
import { exchangeOf } from './suite.ts';
import type { AnyExtensionTable } from './tree.ts';

/** How the body of a message is read. */
export interface Form {
  readonly codec: Codec<unknown>;
  readonly table?: AnyExtensionTable;
}

/** The form of this message, or why there is none. */
export function formOf(message: HandshakeTypeName, body: Uint8Array, context: DescribeContext): Form | string {
  if (message === 'server_hello') return { codec: ServerHello, table: serverHelloTable(body, context) };
  if (message === 'server_key_exchange') return ofExchange(SERVER_KEY_EXCHANGES, context);
  if (message === 'client_key_exchange') return ofExchange(CLIENT_KEY_EXCHANGES, context);
  const ofVersion = context.version === 0x0304 ? FORMS_13 : FORMS_12;
  return ofVersion[message] ?? FORMS[message] ?? 'nothing is known about this message';
}

/** A ServerHello names its version in an extension, so one has to look before one can tell what the others are. */
function serverHelloTable(body: Uint8Array, context: DescribeContext): AnyExtensionTable {
  let is13 = context.version === 0x0304;
  try {
    const { random, extensions } = decode(ServerHello, body);
    if (isHelloRetryRequest(random)) return HELLO_RETRY_REQUEST_EXTENSIONS;
    is13 = (extensions ?? []).some((extension) => extension.extension_type === ExtensionType.supported_versions);
  } catch (error) {
    if (!isTlsError(error)) throw error;
  }
  return is13 ? SERVER_HELLO_13_EXTENSIONS : SERVER_HELLO_12_EXTENSIONS;
}

function ofExchange(codecs: { readonly [exchange: string]: Codec<unknown> }, context: DescribeContext): Form | string {
  const { cipherSuite } = context;
  const exchange = context.exchange ?? (typeof cipherSuite === 'number' ? exchangeOf(cipherSuite) : null);
  if (exchange === null) return 'its form depends on the cipher suite, which is not known';
  const codec = codecs[exchange];
  return codec === undefined ? `the key exchange ${exchange} has no such message` : { codec };
}

type Forms = { readonly [message in HandshakeTypeName]?: Form };

const FORMS: Forms = {
  hello_request: { codec: HelloRequest },
  client_hello: { codec: ClientHello, table: CLIENT_HELLO_EXTENSIONS },
  end_of_early_data: { codec: EndOfEarlyData },
  encrypted_extensions: { codec: EncryptedExtensions, table: ENCRYPTED_EXTENSIONS },
  server_hello_done: { codec: ServerHelloDone },
  certificate_verify: { codec: CertificateVerify },
  finished: { codec: Finished },
  certificate_status: { codec: CertificateStatus },
  key_update: { codec: KeyUpdate },
  compressed_certificate: { codec: CompressedCertificate },
};

const FORMS_12: Forms = {
  new_session_ticket: { codec: NewSessionTicket12 },
  certificate: { codec: Certificate12 },
  certificate_request: { codec: CertificateRequest12 },
};

const FORMS_13: Forms = {
  new_session_ticket: { codec: NewSessionTicket13, table: NEW_SESSION_TICKET_EXTENSIONS },
  certificate: { codec: Certificate13, table: CERTIFICATE_ENTRY_EXTENSIONS },
  certificate_request: { codec: CertificateRequest13, table: CERTIFICATE_REQUEST_EXTENSIONS },
};

const SERVER_KEY_EXCHANGES: { readonly [exchange: string]: Codec<unknown> } = {
  ecdhe: ServerKeyExchangeEcdhe,
  dhe: ServerKeyExchangeDhe,
  psk: ServerKeyExchangePsk,
  'rsa-psk': ServerKeyExchangePsk,
  'ecdhe-psk': ServerKeyExchangeEcdhePsk,
  'dhe-psk': ServerKeyExchangeDhePsk,
};

const CLIENT_KEY_EXCHANGES: { readonly [exchange: string]: Codec<unknown> } = {
  ecdhe: ClientKeyExchangeEcdhe,
  dhe: ClientKeyExchangeDhe,
  rsa: ClientKeyExchangeRsa,
  psk: ClientKeyExchangePsk,
  'rsa-psk': ClientKeyExchangeRsaPsk,
  'ecdhe-psk': ClientKeyExchangeEcdhePsk,
  'dhe-psk': ClientKeyExchangeDhePsk,
};
