import { type Codec, list, rest, select, sole, struct, vector } from '../codec/index.ts';
import { certificateStatusType } from '../types.ts';

/** RFC 6066, section 8. */
export interface OCSPStatusRequest {
  readonly responder_id_list: readonly Uint8Array[];
  /** DER of Extensions, or nothing. */
  readonly request_extensions: Uint8Array;
}

export const OCSPStatusRequest: Codec<OCSPStatusRequest> = /* @__PURE__ */ struct<OCSPStatusRequest>(
  'OCSPStatusRequest',
  {
    responder_id_list: /* @__PURE__ */ list(/* @__PURE__ */ vector(1, 0xffff, 'ResponderID'), 0, 0xffff),
    request_extensions: /* @__PURE__ */ vector(0, 0xffff),
  },
);

/** What a client asks for by status_request. */
export interface CertificateStatusRequest {
  readonly status_type: number;
  /** Bytes where the type is not `ocsp` (1). */
  readonly request: OCSPStatusRequest | Uint8Array;
}

export const CertificateStatusRequest: Codec<CertificateStatusRequest> =
  /* @__PURE__ */ select<CertificateStatusRequest>(
    'CertificateStatusRequest',
    { name: 'status_type', codec: certificateStatusType },
    'request',
    { 1: OCSPStatusRequest },
    rest,
  );

/** RFC 6962, section 3.3: serialized SCTs, not taken apart. */
export const SignedCertificateTimestampList: Codec<readonly Uint8Array[]> = /* @__PURE__ */ sole(
  'SignedCertificateTimestampList',
  'sct_list',
  /* @__PURE__ */ list(/* @__PURE__ */ vector(1, 0xffff, 'SerializedSCT'), 1, 0xffff),
);
