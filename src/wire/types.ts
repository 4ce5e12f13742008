import { type Codec, enumerated, list, opaque, vector } from './codec/index.ts';

// The small types that several messages share. Their names are the RFC's; `describe` finds the meaning of a value by them.

export const contentType: Codec<number> = /* @__PURE__ */ enumerated('ContentType', 1);
export const handshakeType: Codec<number> = /* @__PURE__ */ enumerated('HandshakeType', 1);
export const protocolVersion: Codec<number> = /* @__PURE__ */ enumerated('ProtocolVersion', 2);
export const cipherSuite: Codec<number> = /* @__PURE__ */ enumerated('CipherSuite', 2);
export const compressionMethod: Codec<number> = /* @__PURE__ */ enumerated('CompressionMethod', 1);
export const extensionType: Codec<number> = /* @__PURE__ */ enumerated('ExtensionType', 2);
export const signatureScheme: Codec<number> = /* @__PURE__ */ enumerated('SignatureScheme', 2);
export const namedGroup: Codec<number> = /* @__PURE__ */ enumerated('NamedGroup', 2);
export const certificateStatusType: Codec<number> = /* @__PURE__ */ enumerated('CertificateStatusType', 1);

export const random: Codec<Uint8Array> = /* @__PURE__ */ opaque(32, 'Random');

/** DER of a Name. */
export const distinguishedName: Codec<Uint8Array> = /* @__PURE__ */ vector(1, 0xffff, 'DistinguishedName');

/** DER of a certificate. */
export const certificate: Codec<Uint8Array> = /* @__PURE__ */ vector(1, 0xffffff, 'Certificate');

export const signatureSchemes: Codec<readonly number[]> = /* @__PURE__ */ list(signatureScheme, 2, 0xfffe);
