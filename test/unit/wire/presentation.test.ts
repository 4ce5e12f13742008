import { expect, test } from 'vitest';
import type { Codec } from '../../../src/wire/index.ts';
import { CODECS } from './codecs.ts';

// The other tests take the descriptions at their word. Here they are held against the declarations in the RFCs: one
// line has the fields of one struct, with their types and limits.
const RFC: { readonly [codec: string]: string } = {
  // RFC 9846, RFC 5246
  RecordHeader: 'ContentType type; ProtocolVersion version; uint16 length',
  TLSPlaintext: 'ContentType type; ProtocolVersion version; opaque fragment<0..16384>',
  TLSCiphertext: 'ContentType type; ProtocolVersion version; opaque fragment<0..18432>',
  Alert: 'AlertLevel level; AlertDescription description',
  ChangeCipherSpec: 'ChangeCipherSpecType type',
  Handshake: 'HandshakeType msg_type; opaque body<0..16777215>',
  Extension: 'ExtensionType extension_type; opaque extension_data<0..65535>',
  ClientHello:
    'ProtocolVersion legacy_version; Random random[32]; SessionID legacy_session_id<0..32>; ' +
    'CipherSuite cipher_suites<2..65534>; CompressionMethod legacy_compression_methods<1..255>; ' +
    'optional Extension extensions<0..65535>',
  ServerHello:
    'ProtocolVersion legacy_version; Random random[32]; SessionID legacy_session_id_echo<0..32>; ' +
    'CipherSuite cipher_suite; CompressionMethod legacy_compression_method; optional Extension extensions<0..65535>',
  EncryptedExtensions: 'Extension extensions<0..65535>',
  CertificateRequest13: 'opaque certificate_request_context<0..255>; Extension extensions<0..65535>',
  CertificateEntry: 'Certificate cert_data<1..16777215>; Extension extensions<0..65535>',
  Certificate13: 'opaque certificate_request_context<0..255>; CertificateEntry certificate_list<0..16777215>',
  CertificateVerify: 'SignatureScheme algorithm; opaque signature<0..65535>',
  Finished: 'opaque verify_data...',
  EndOfEarlyData: '',
  HelloRequest: '',
  ServerHelloDone: '',
  KeyUpdate: 'KeyUpdateRequest request_update',
  NewSessionTicket13:
    'uint32 ticket_lifetime; uint32 ticket_age_add; opaque ticket_nonce<0..255>; opaque ticket<1..65535>; ' +
    'Extension extensions<0..65535>',
  Certificate12: 'Certificate<1..16777215> certificate_list<0..16777215>',
  CertificateRequest12:
    'ClientCertificateType certificate_types<1..255>; SignatureScheme supported_signature_algorithms<2..65534>; ' +
    'DistinguishedName<1..65535> certificate_authorities<0..65535>',
  ServerDHParams: 'opaque dh_p<1..65535>; opaque dh_g<1..65535>; opaque dh_Ys<1..65535>',
  DigitallySigned: 'SignatureScheme algorithm; opaque signature<0..65535>',
  ServerKeyExchangeDhe: 'ServerDHParams params; CertificateVerify signed_params',
  ClientKeyExchangeDhe: 'opaque dh_Yc<1..65535>',
  ClientKeyExchangeRsa: 'EncryptedPreMasterSecret encrypted_pre_master_secret<0..65535>',
  // RFC 5077, RFC 8422, RFC 4279, RFC 5489, RFC 6066, RFC 8879
  NewSessionTicket12: 'uint32 ticket_lifetime_hint; opaque ticket<0..65535>',
  ServerECDHParams: 'ECCurveType curve_type; NamedGroup named_curve; ECPoint public<1..255>',
  ServerKeyExchangeEcdhe: 'ServerECDHParams params; CertificateVerify signed_params',
  ServerKeyExchangePsk: 'psk_identity_hint psk_identity_hint<0..65535>',
  ServerKeyExchangeEcdhePsk: 'psk_identity_hint psk_identity_hint<0..65535>; ServerECDHParams params',
  ServerKeyExchangeDhePsk: 'psk_identity_hint psk_identity_hint<0..65535>; ServerDHParams params',
  ClientKeyExchangeEcdhe: 'ECPoint ecdh_Yc<1..255>',
  ClientKeyExchangePsk: 'psk_identity psk_identity<0..65535>',
  ClientKeyExchangeEcdhePsk: 'psk_identity psk_identity<0..65535>; ECPoint ecdh_Yc<1..255>',
  ClientKeyExchangeDhePsk: 'psk_identity psk_identity<0..65535>; opaque dh_Yc<1..65535>',
  ClientKeyExchangeRsaPsk:
    'psk_identity psk_identity<0..65535>; EncryptedPreMasterSecret encrypted_pre_master_secret<0..65535>',
  CertificateStatus: 'CertificateStatusType status_type; OCSPResponse response<1..16777215>',
  CompressedCertificate:
    'CertificateCompressionAlgorithm algorithm; uint24 uncompressed_length; ' +
    'opaque compressed_certificate_message<1..16777215>',
  // extensions: RFC 6066, RFC 7301, RFC 6962, RFC 8422, RFC 8449, RFC 5746, RFC 8879, RFC 9846
  ServerName: 'NameType name_type; HostName host_name<1..65535>',
  ServerNameList: 'ServerName server_name_list<1..65535>',
  MaxFragmentLength: 'MaxFragmentLength max_fragment_length',
  OCSPStatusRequest: 'ResponderID<1..65535> responder_id_list<0..65535>; opaque request_extensions<0..65535>',
  CertificateStatusRequest: 'CertificateStatusType status_type; select { 1: OCSPStatusRequest request }',
  ProtocolNameList: 'ProtocolName<1..255> protocol_name_list<2..65535>',
  SignedCertificateTimestampList: 'SerializedSCT<1..65535> sct_list<1..65535>',
  NamedGroupList: 'NamedGroup named_group_list<2..65535>',
  ECPointFormatList: 'ECPointFormat ec_point_format_list<1..255>',
  SignatureSchemeList: 'SignatureScheme supported_signature_algorithms<2..65534>',
  RecordSizeLimit: 'uint16 record_size_limit',
  RenegotiationInfo: 'opaque renegotiated_connection<0..255>',
  CertificateCompressionAlgorithms: 'CertificateCompressionAlgorithm algorithms<2..254>',
  PskIdentity: 'opaque identity<1..65535>; uint32 obfuscated_ticket_age',
  OfferedPsks: 'PskIdentity identities<7..65535>; PskBinderEntry<32..255> binders<33..65535>',
  SelectedPsk: 'uint16 selected_identity',
  MaxEarlyDataSize: 'uint32 max_early_data_size',
  SupportedVersions: 'ProtocolVersion versions<2..254>',
  SelectedVersion: 'ProtocolVersion selected_version',
  Cookie: 'opaque cookie<1..65535>',
  PskKeyExchangeModes: 'PskKeyExchangeMode ke_modes<1..255>',
  CertificateAuthoritiesExtension: 'DistinguishedName<1..65535> authorities<3..65535>',
  OIDFilter: 'opaque certificate_extension_oid<1..255>; opaque certificate_extension_values<0..65535>',
  OIDFilterExtension: 'OIDFilter filters<0..65535>',
  KeyShareEntry: 'NamedGroup group; opaque key_exchange<1..65535>',
  KeyShareClientHello: 'KeyShareEntry client_shares<0..65535>',
  KeyShareServerHello: 'KeyShareEntry server_share',
  KeyShareHelloRetryRequest: 'NamedGroup selected_group',
};

test.each(CODECS.filter(([name]) => /^[A-Z]/.test(name)))('%s is what its RFC says', (name, codec) => {
  expect(present(codec)).toBe(RFC[name]);
});

test('nothing is listed that does not exist', () => {
  const names = CODECS.map(([name]) => name);
  expect(Object.keys(RFC).filter((name) => !names.includes(name))).toEqual([]);
});

function present({ shape }: Codec<unknown>): string {
  switch (shape.kind) {
    case 'struct':
      return shape.fields.map((one) => field(one.name, one.codec)).join('; ');
    case 'sole':
      return field(shape.field.name, shape.field.codec);
    case 'select': {
      const cases = Object.entries(shape.cases).map(([tag, codec]) => `${tag}: ${field(shape.body, codec)}`);
      return `${field(shape.tag.name, shape.tag.codec)}; select { ${cases.join('; ')} }`;
    }
    default:
      return '';
  }
}

function field(name: string, codec: Codec<unknown>): string {
  const { shape } = codec;
  switch (shape.kind) {
    case 'opaque':
      return `${codec.name} ${name}[${shape.size}]`;
    case 'rest':
      return `${codec.name} ${name}...`;
    case 'vector':
      return `${codec.name} ${name}<${shape.min}..${shape.max}>`;
    case 'list':
    case 'octets':
      return `${item(shape.item)} ${name}<${shape.min}..${shape.max}>`;
    case 'optional':
      return `optional ${field(name, shape.codec)}`;
    default:
      return `${codec.name} ${name}`;
  }
}

function item(codec: Codec<unknown>): string {
  return codec.shape.kind === 'vector' ? `${codec.name}<${codec.shape.min}..${codec.shape.max}>` : codec.name;
}
