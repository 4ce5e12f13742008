import { type Codec, list, struct, uint32, vector } from '../codec/index.ts';
import { type Extension, extensions } from '../extension.ts';
import { certificate } from '../types.ts';

/** RFC 9846, section 4.4.1. */
export interface EncryptedExtensions {
  readonly extensions: readonly Extension[];
}

export const EncryptedExtensions: Codec<EncryptedExtensions> = /* @__PURE__ */ struct<EncryptedExtensions>(
  'EncryptedExtensions',
  {
    extensions,
  },
);

/** RFC 9846, section 4.4.2. */
export interface CertificateRequest13 {
  readonly certificate_request_context: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const CertificateRequest13: Codec<CertificateRequest13> = /* @__PURE__ */ struct<CertificateRequest13>(
  'CertificateRequest',
  {
    certificate_request_context: /* @__PURE__ */ vector(0, 0xff),
    extensions,
  },
);

export interface CertificateEntry {
  /** DER. */
  readonly cert_data: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const CertificateEntry: Codec<CertificateEntry> = /* @__PURE__ */ struct<CertificateEntry>('CertificateEntry', {
  cert_data: certificate,
  extensions,
});

/** RFC 9846, section 4.5.1. */
export interface Certificate13 {
  readonly certificate_request_context: Uint8Array;
  readonly certificate_list: readonly CertificateEntry[];
}

export const Certificate13: Codec<Certificate13> = /* @__PURE__ */ struct<Certificate13>('Certificate', {
  certificate_request_context: /* @__PURE__ */ vector(0, 0xff),
  certificate_list: /* @__PURE__ */ list(CertificateEntry, 0, 0xffffff),
});

/** RFC 9846, section 4.7.1. */
export interface NewSessionTicket13 {
  /** Seconds. */
  readonly ticket_lifetime: number;
  readonly ticket_age_add: number;
  readonly ticket_nonce: Uint8Array;
  readonly ticket: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const NewSessionTicket13: Codec<NewSessionTicket13> = /* @__PURE__ */ struct<NewSessionTicket13>(
  'NewSessionTicket',
  {
    ticket_lifetime: uint32,
    ticket_age_add: uint32,
    ticket_nonce: /* @__PURE__ */ vector(0, 0xff),
    ticket: /* @__PURE__ */ vector(1, 0xffff),
    extensions,
  },
);
