import { empty, rest } from '../codec/index.ts';
import { CertificateStatus } from '../handshake/messages.ts';
import { ProtocolNameList } from './alpn.ts';
import { CertificateStatusRequest, SignedCertificateTimestampList } from './certificate-status.ts';
import {
  CertificateAuthoritiesExtension,
  CertificateCompressionAlgorithms,
  type OIDFilter,
  OIDFilterExtension,
  SignatureSchemeList,
} from './certificates.ts';
import {
  ECPointFormatList,
  KeyShareClientHello,
  type KeyShareEntry,
  KeyShareHelloRetryRequest,
  KeyShareServerHello,
  NamedGroupList,
} from './groups.ts';
import {
  Cookie,
  MaxFragmentLength,
  RecordSizeLimit,
  RenegotiationInfo,
  SelectedVersion,
  SupportedVersions,
} from './hello.ts';
import { MaxEarlyDataSize, OfferedPsks, PskKeyExchangeModes, SelectedPsk } from './psk.ts';
import { type ServerName, ServerNameList } from './server-name.ts';
import type { ExtensionTable } from './table.ts';

// Which extension may stand where: RFC 9846, section 4.3, and the RFC of each for TLS 1.2. `true` stands for an empty one.

export interface ClientHelloExtensions {
  readonly server_name: readonly ServerName[];
  readonly max_fragment_length: number;
  readonly status_request: CertificateStatusRequest;
  readonly supported_groups: readonly number[];
  readonly ec_point_formats: readonly number[];
  readonly signature_algorithms: readonly number[];
  readonly use_srtp: Uint8Array;
  readonly application_layer_protocol_negotiation: readonly Uint8Array[];
  readonly status_request_v2: Uint8Array;
  readonly signed_certificate_timestamp: true;
  readonly padding: Uint8Array;
  readonly encrypt_then_mac: true;
  readonly extended_master_secret: true;
  readonly compress_certificate: readonly number[];
  readonly record_size_limit: number;
  /** The ticket, or nothing to ask for one. */
  readonly session_ticket: Uint8Array;
  readonly pre_shared_key: OfferedPsks;
  readonly early_data: true;
  readonly supported_versions: readonly number[];
  readonly cookie: Uint8Array;
  readonly psk_key_exchange_modes: readonly number[];
  readonly certificate_authorities: readonly Uint8Array[];
  readonly post_handshake_auth: true;
  readonly signature_algorithms_cert: readonly number[];
  readonly key_share: readonly KeyShareEntry[];
  readonly renegotiation_info: Uint8Array;
}

export const CLIENT_HELLO_EXTENSIONS: ExtensionTable<ClientHelloExtensions> = {
  server_name: { type: 0, codec: ServerNameList },
  max_fragment_length: { type: 1, codec: MaxFragmentLength },
  status_request: { type: 5, codec: CertificateStatusRequest },
  supported_groups: { type: 10, codec: NamedGroupList },
  ec_point_formats: { type: 11, codec: ECPointFormatList },
  signature_algorithms: { type: 13, codec: SignatureSchemeList },
  use_srtp: { type: 14, codec: rest },
  application_layer_protocol_negotiation: { type: 16, codec: ProtocolNameList },
  status_request_v2: { type: 17, codec: rest },
  signed_certificate_timestamp: { type: 18, codec: empty },
  padding: { type: 21, codec: rest },
  encrypt_then_mac: { type: 22, codec: empty },
  extended_master_secret: { type: 23, codec: empty },
  compress_certificate: { type: 27, codec: CertificateCompressionAlgorithms },
  record_size_limit: { type: 28, codec: RecordSizeLimit },
  session_ticket: { type: 35, codec: rest },
  pre_shared_key: { type: 41, codec: OfferedPsks },
  early_data: { type: 42, codec: empty },
  supported_versions: { type: 43, codec: SupportedVersions },
  cookie: { type: 44, codec: Cookie },
  psk_key_exchange_modes: { type: 45, codec: PskKeyExchangeModes },
  certificate_authorities: { type: 47, codec: CertificateAuthoritiesExtension },
  post_handshake_auth: { type: 49, codec: empty },
  signature_algorithms_cert: { type: 50, codec: SignatureSchemeList },
  key_share: { type: 51, codec: KeyShareClientHello },
  renegotiation_info: { type: 0xff01, codec: RenegotiationInfo },
};

export interface ServerHello12Extensions {
  readonly server_name: true;
  readonly max_fragment_length: number;
  readonly status_request: true;
  readonly ec_point_formats: readonly number[];
  readonly use_srtp: Uint8Array;
  readonly application_layer_protocol_negotiation: readonly Uint8Array[];
  readonly status_request_v2: true;
  readonly signed_certificate_timestamp: readonly Uint8Array[];
  readonly encrypt_then_mac: true;
  readonly extended_master_secret: true;
  readonly record_size_limit: number;
  readonly session_ticket: true;
  readonly renegotiation_info: Uint8Array;
}

export const SERVER_HELLO_12_EXTENSIONS: ExtensionTable<ServerHello12Extensions> = {
  server_name: { type: 0, codec: empty },
  max_fragment_length: { type: 1, codec: MaxFragmentLength },
  status_request: { type: 5, codec: empty },
  ec_point_formats: { type: 11, codec: ECPointFormatList },
  use_srtp: { type: 14, codec: rest },
  application_layer_protocol_negotiation: { type: 16, codec: ProtocolNameList },
  status_request_v2: { type: 17, codec: empty },
  signed_certificate_timestamp: { type: 18, codec: SignedCertificateTimestampList },
  encrypt_then_mac: { type: 22, codec: empty },
  extended_master_secret: { type: 23, codec: empty },
  record_size_limit: { type: 28, codec: RecordSizeLimit },
  session_ticket: { type: 35, codec: empty },
  renegotiation_info: { type: 0xff01, codec: RenegotiationInfo },
};

export interface ServerHello13Extensions {
  /** Index into the client's identities. */
  readonly pre_shared_key: number;
  readonly supported_versions: number;
  readonly key_share: KeyShareEntry;
}

export const SERVER_HELLO_13_EXTENSIONS: ExtensionTable<ServerHello13Extensions> = {
  pre_shared_key: { type: 41, codec: SelectedPsk },
  supported_versions: { type: 43, codec: SelectedVersion },
  key_share: { type: 51, codec: KeyShareServerHello },
};

export interface HelloRetryRequestExtensions {
  readonly supported_versions: number;
  readonly cookie: Uint8Array;
  /** The group to send a share of. */
  readonly key_share: number;
}

export const HELLO_RETRY_REQUEST_EXTENSIONS: ExtensionTable<HelloRetryRequestExtensions> = {
  supported_versions: { type: 43, codec: SelectedVersion },
  cookie: { type: 44, codec: Cookie },
  key_share: { type: 51, codec: KeyShareHelloRetryRequest },
};

export interface EncryptedExtensionsExtensions {
  readonly server_name: true;
  readonly max_fragment_length: number;
  readonly supported_groups: readonly number[];
  readonly use_srtp: Uint8Array;
  readonly application_layer_protocol_negotiation: readonly Uint8Array[];
  readonly record_size_limit: number;
  readonly early_data: true;
}

export const ENCRYPTED_EXTENSIONS: ExtensionTable<EncryptedExtensionsExtensions> = {
  server_name: { type: 0, codec: empty },
  max_fragment_length: { type: 1, codec: MaxFragmentLength },
  supported_groups: { type: 10, codec: NamedGroupList },
  use_srtp: { type: 14, codec: rest },
  application_layer_protocol_negotiation: { type: 16, codec: ProtocolNameList },
  record_size_limit: { type: 28, codec: RecordSizeLimit },
  early_data: { type: 42, codec: empty },
};

export interface CertificateEntryExtensions {
  readonly status_request: CertificateStatus;
  readonly signed_certificate_timestamp: readonly Uint8Array[];
}

export const CERTIFICATE_ENTRY_EXTENSIONS: ExtensionTable<CertificateEntryExtensions> = {
  status_request: { type: 5, codec: CertificateStatus },
  signed_certificate_timestamp: { type: 18, codec: SignedCertificateTimestampList },
};

/** Of TLS 1.3. */
export interface CertificateRequestExtensions {
  readonly status_request: true;
  readonly signature_algorithms: readonly number[];
  readonly signed_certificate_timestamp: true;
  readonly compress_certificate: readonly number[];
  readonly certificate_authorities: readonly Uint8Array[];
  readonly oid_filters: readonly OIDFilter[];
  readonly signature_algorithms_cert: readonly number[];
}

export const CERTIFICATE_REQUEST_EXTENSIONS: ExtensionTable<CertificateRequestExtensions> = {
  status_request: { type: 5, codec: empty },
  signature_algorithms: { type: 13, codec: SignatureSchemeList },
  signed_certificate_timestamp: { type: 18, codec: empty },
  compress_certificate: { type: 27, codec: CertificateCompressionAlgorithms },
  certificate_authorities: { type: 47, codec: CertificateAuthoritiesExtension },
  oid_filters: { type: 48, codec: OIDFilterExtension },
  signature_algorithms_cert: { type: 50, codec: SignatureSchemeList },
};

/** Of TLS 1.3. */
export interface NewSessionTicketExtensions {
  /** Bytes of early data that the ticket allows. */
  readonly early_data: number;
}

export const NEW_SESSION_TICKET_EXTENSIONS: ExtensionTable<NewSessionTicketExtensions> = {
  early_data: { type: 42, codec: MaxEarlyDataSize },
};
