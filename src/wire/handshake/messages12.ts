import { type Codec, enumerated, list, struct, uint32, vector } from '../codec/index.ts';
import { certificate, distinguishedName, signatureSchemes } from '../types.ts';

/** RFC 5246, section 7.4.2. */
export interface Certificate12 {
  /** DER each, leaf first. */
  readonly certificate_list: readonly Uint8Array[];
}

export const Certificate12: Codec<Certificate12> = /* @__PURE__ */ struct<Certificate12>('Certificate', {
  certificate_list: /* @__PURE__ */ list(certificate, 0, 0xffffff),
});

/** RFC 5246, section 7.4.4. */
export interface CertificateRequest12 {
  readonly certificate_types: readonly number[];
  readonly supported_signature_algorithms: readonly number[];
  /** DER of a Name each. */
  readonly certificate_authorities: readonly Uint8Array[];
}

export const CertificateRequest12: Codec<CertificateRequest12> = /* @__PURE__ */ struct<CertificateRequest12>(
  'CertificateRequest',
  {
    certificate_types: /* @__PURE__ */ list(/* @__PURE__ */ enumerated('ClientCertificateType', 1), 1, 0xff),
    supported_signature_algorithms: signatureSchemes,
    certificate_authorities: /* @__PURE__ */ list(distinguishedName, 0, 0xffff),
  },
);

/** RFC 5077, section 3.3. */
export interface NewSessionTicket12 {
  /** Seconds; 0 where the server does not say. */
  readonly ticket_lifetime_hint: number;
  readonly ticket: Uint8Array;
}

export const NewSessionTicket12: Codec<NewSessionTicket12> = /* @__PURE__ */ struct<NewSessionTicket12>(
  'NewSessionTicket',
  {
    ticket_lifetime_hint: uint32,
    ticket: /* @__PURE__ */ vector(0, 0xffff),
  },
);
