import { type Codec, empty, enumerated, rest, sole, struct, uint24, vector } from '../codec/index.ts';
import { certificateStatusType, signatureScheme } from '../types.ts';

// Messages that both versions share, or that look alike in them.

/** RFC 9846, section 4.5.2; RFC 5246, section 7.4.8. */
export interface CertificateVerify {
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

export const CertificateVerify: Codec<CertificateVerify> = /* @__PURE__ */ struct<CertificateVerify>(
  'CertificateVerify',
  {
    algorithm: signatureScheme,
    signature: /* @__PURE__ */ vector(0, 0xffff),
  },
);

/** `verify_data`: as long as the hash in TLS 1.3 (RFC 9846, section 4.5.3), 12 bytes in TLS 1.2. */
export const Finished: Codec<Uint8Array> = /* @__PURE__ */ sole('Finished', 'verify_data', rest);

/** RFC 9846, section 4.6. */
export const EndOfEarlyData: Codec<true> = empty;

/** RFC 5246, section 7.4.1.1. */
export const HelloRequest: Codec<true> = empty;

/** RFC 5246, section 7.4.5. */
export const ServerHelloDone: Codec<true> = empty;

/** A message of TLS 1.2 and an extension of TLS 1.3's Certificate (RFC 6066, section 8; RFC 9846, section 4.5.1.1). */
export interface CertificateStatus {
  readonly status_type: number;
  /** DER of an OCSP response; of `ocsp_multi` a list of them, not taken apart. */
  readonly response: Uint8Array;
}

export const CertificateStatus: Codec<CertificateStatus> = /* @__PURE__ */ struct<CertificateStatus>(
  'CertificateStatus',
  {
    status_type: certificateStatusType,
    response: /* @__PURE__ */ vector(1, 0xffffff, 'OCSPResponse'),
  },
);

/** RFC 9846, section 4.7.3. */
export interface KeyUpdate {
  readonly request_update: number;
}

export const KeyUpdate: Codec<KeyUpdate> = /* @__PURE__ */ struct<KeyUpdate>('KeyUpdate', {
  request_update: /* @__PURE__ */ enumerated('KeyUpdateRequest', 1),
});

/** A Certificate message of TLS 1.3, compressed (RFC 8879, section 4). */
export interface CompressedCertificate {
  readonly algorithm: number;
  readonly uncompressed_length: number;
  readonly compressed_certificate_message: Uint8Array;
}

export const CompressedCertificate: Codec<CompressedCertificate> = /* @__PURE__ */ struct<CompressedCertificate>(
  'CompressedCertificate',
  {
    algorithm: /* @__PURE__ */ enumerated('CertificateCompressionAlgorithm', 2),
    uncompressed_length: uint24,
    compressed_certificate_message: /* @__PURE__ */ vector(1, 0xffffff),
  },
);
