import { equalBytes, fromUtf8 } from '../../bytes/index.ts';
import { alertName } from '../../errors/index.ts';
import { isHelloRetryRequest } from '../handshake/index.ts';
import {
  AlertLevel,
  CertificateCompressionAlgorithm,
  CertificateStatusType,
  ChangeCipherSpecType,
  CipherSuite,
  ClientCertificateType,
  CompressionMethod,
  ContentType,
  ECCurveType,
  ECPointFormat,
  ExtensionType,
  HandshakeType,
  KeyUpdateRequest,
  labelOf,
  NamedGroup,
  NameType,
  ProtocolVersion,
  PskKeyExchangeMode,
  type Registry,
  SignatureScheme,
} from '../registry/index.ts';

/** What a value of this RFC type means in the field of this name; empty where there is nothing to say. */
export function meaningOf(type: string, field: string, value: unknown): string {
  if (typeof value === 'number') return ofNumber(type, field, value);
  if (Array.isArray(value)) return count(value.length, 'entry', 'entries');
  if (type === 'Random') return ofRandom(value as Uint8Array);
  return '';
}

/** What an extension is there for. */
export function purposeOf(extension: string): string {
  return PURPOSES[extension] ?? '';
}

/** Whether the bytes of this RFC type are text. */
export function isText(type: string): boolean {
  return type === 'HostName' || type === 'ProtocolName' || type === 'psk_identity' || type === 'psk_identity_hint';
}

/** The text, or null if the bytes are none that can be shown. */
export function textOf(bytes: Uint8Array): string | null {
  for (const byte of bytes) if (byte < 0x20 || byte === 0x7f) return null;
  return bytes.length === 0 ? null : fromUtf8(bytes);
}

function ofNumber(type: string, field: string, value: number): string {
  if (UNITS[field] !== undefined) return count(value, UNITS[field]!, `${UNITS[field]}s`);
  if (type === 'AlertDescription') return alertName(value);
  if (type === 'MaxFragmentLength') return value >= 1 && value <= 4 ? `${256 << value} bytes` : 'unknown';
  const one = ONE_BYTE[type];
  if (one !== undefined) return labelOf(one, value, 1);
  const two = TWO_BYTES[type];
  return two === undefined ? '' : labelOf(two, value, 2);
}

function ofRandom(random: Uint8Array): string {
  if (isHelloRetryRequest(random)) return 'this ServerHello is a HelloRetryRequest';
  const end = random.subarray(24);
  if (equalBytes(end, DOWNGRADE_TO_12)) return 'the server says that it speaks TLS 1.3 too';
  if (equalBytes(end, DOWNGRADE_TO_11)) return 'the server says that it speaks TLS 1.2 too';
  return '';
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** "DOWNGRD" and a version (RFC 9846, section 4.2.3). */
const DOWNGRADE_TO_12 = /* @__PURE__ */ new Uint8Array([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1]);
const DOWNGRADE_TO_11 = /* @__PURE__ */ new Uint8Array([0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0]);

const UNITS: { readonly [field: string]: string } = {
  length: 'byte',
  record_size_limit: 'byte',
  max_early_data_size: 'byte',
  uncompressed_length: 'byte',
  ticket_lifetime: 'second',
  ticket_lifetime_hint: 'second',
};

const ONE_BYTE: { readonly [type: string]: Registry } = {
  AlertLevel,
  CertificateStatusType,
  ChangeCipherSpecType,
  ClientCertificateType,
  CompressionMethod,
  ContentType,
  ECCurveType,
  ECPointFormat,
  HandshakeType,
  KeyUpdateRequest,
  NameType,
  PskKeyExchangeMode,
};

const TWO_BYTES: { readonly [type: string]: Registry } = {
  CertificateCompressionAlgorithm,
  CipherSuite,
  ExtensionType,
  NamedGroup,
  ProtocolVersion,
  SignatureScheme,
};

const PURPOSES: { readonly [extension: string]: string } = {
  server_name: 'the host name that is asked for',
  max_fragment_length: 'the largest record that the client can take',
  status_request: 'a proof that the certificate is not revoked (OCSP)',
  supported_groups: 'the groups for the key exchange, best first',
  ec_point_formats: 'how points of elliptic curves are written',
  signature_algorithms: 'the signatures that can be verified, best first',
  use_srtp: 'keys for SRTP',
  heartbeat: 'whether heartbeats may be sent',
  application_layer_protocol_negotiation: 'the protocol to speak inside TLS',
  status_request_v2: 'proofs that certificates are not revoked (OCSP)',
  signed_certificate_timestamp: 'proofs that the certificate is in public logs',
  client_certificate_type: 'the kinds of client certificate',
  server_certificate_type: 'the kinds of server certificate',
  padding: 'makes the message longer, says nothing',
  encrypt_then_mac: 'CBC records are encrypted first, authenticated then',
  extended_master_secret: 'ties the master secret to the whole handshake',
  compress_certificate: 'how a certificate may be compressed',
  record_size_limit: 'the largest record that the sender can take',
  delegated_credential: 'a short-lived key in place of the certificate',
  session_ticket: 'a session to resume, kept by the client',
  pre_shared_key: 'keys that both sides know already',
  early_data: 'data before the handshake is done',
  supported_versions: 'the version of TLS; the older field is kept for appearance only',
  cookie: 'lets the server forget the first hello',
  psk_key_exchange_modes: 'how a pre-shared key may be used',
  certificate_authorities: 'the authorities that are trusted',
  oid_filters: 'what a client certificate must contain',
  post_handshake_auth: 'the client can be asked for a certificate later',
  signature_algorithms_cert: 'the signatures that may stand in certificates',
  key_share: 'public keys for the key exchange',
  quic_transport_parameters: 'parameters of QUIC',
  encrypted_client_hello: 'the part of the hello that only the server can read',
  renegotiation_info: 'ties a renegotiation to the handshake before it',
  GREASE: 'means nothing; keeps servers tolerant of what they do not know',
};
