import { type Codec, enumerated, list, sole, struct, vector } from '../codec/index.ts';
import { distinguishedName, signatureSchemes } from '../types.ts';

/** Of signature_algorithms and signature_algorithms_cert (RFC 9846, section 4.3.3). */
export const SignatureSchemeList: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'SignatureSchemeList',
  'supported_signature_algorithms',
  signatureSchemes,
);

/** DER of a Name each (RFC 9846, section 4.3.4). */
export const CertificateAuthoritiesExtension: Codec<readonly Uint8Array[]> = /* @__PURE__ */ sole(
  'CertificateAuthoritiesExtension',
  'authorities',
  /* @__PURE__ */ list(distinguishedName, 3, 0xffff),
);

/** RFC 9846, section 4.3.5. */
export interface OIDFilter {
  /** DER of an OBJECT IDENTIFIER. */
  readonly certificate_extension_oid: Uint8Array;
  /** DER of what the certificate's extension must contain. */
  readonly certificate_extension_values: Uint8Array;
}

export const OIDFilter: Codec<OIDFilter> = /* @__PURE__ */ struct<OIDFilter>('OIDFilter', {
  certificate_extension_oid: /* @__PURE__ */ vector(1, 0xff),
  certificate_extension_values: /* @__PURE__ */ vector(0, 0xffff),
});

export const OIDFilterExtension: Codec<readonly OIDFilter[]> = /* @__PURE__ */ sole(
  'OIDFilterExtension',
  'filters',
  /* @__PURE__ */ list(OIDFilter, 0, 0xffff),
);

/** RFC 8879, section 3. */
export const CertificateCompressionAlgorithms: Codec<readonly number[]> = /* @__PURE__ */ sole(
  'CertificateCompressionAlgorithms',
  'algorithms',
  /* @__PURE__ */ list(/* @__PURE__ */ enumerated('CertificateCompressionAlgorithm', 2), 2, 0xfe),
);
