export { ProtocolNameList } from './alpn.ts';
export { CertificateStatusRequest, OCSPStatusRequest, SignedCertificateTimestampList } from './certificate-status.ts';
export {
  CertificateAuthoritiesExtension,
  CertificateCompressionAlgorithms,
  OIDFilter,
  OIDFilterExtension,
  SignatureSchemeList,
} from './certificates.ts';
export {
  ECPointFormatList,
  KeyShareClientHello,
  KeyShareEntry,
  KeyShareHelloRetryRequest,
  KeyShareServerHello,
  NamedGroupList,
} from './groups.ts';
export {
  Cookie,
  MaxFragmentLength,
  RecordSizeLimit,
  RenegotiationInfo,
  SelectedVersion,
  SupportedVersions,
} from './hello.ts';
export { MaxEarlyDataSize, OfferedPsks, PskIdentity, PskKeyExchangeModes, receivedPsks, SelectedPsk } from './psk.ts';
export { ServerName, ServerNameList } from './server-name.ts';
export {
  type ExtensionEntry,
  type ExtensionTable,
  type ExtensionValues,
  readExtensions,
  writeExtension,
} from './table.ts';
export * from './tables.ts';
