/** RFC 6066, section 8; RFC 6961. */
export const CertificateStatusType = { ocsp: 1, ocsp_multi: 2 } as const;

/** RFC 5246, section 7.4.4; RFC 8422, section 5.5. */
export const ClientCertificateType = {
  rsa_sign: 1,
  dss_sign: 2,
  rsa_fixed_dh: 3,
  dss_fixed_dh: 4,
  rsa_ephemeral_dh: 5,
  dss_ephemeral_dh: 6,
  fortezza_dms: 20,
  ecdsa_sign: 64,
  rsa_fixed_ecdh: 65,
  ecdsa_fixed_ecdh: 66,
} as const;

/** RFC 8879, section 7.3. */
export const CertificateCompressionAlgorithm = { zlib: 1, brotli: 2, zstd: 3 } as const;
