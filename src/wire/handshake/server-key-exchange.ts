import { type Codec, enumerated, struct, vector } from '../codec/index.ts';
import { namedGroup } from '../types.ts';
import { CertificateVerify } from './messages.ts';

/** RFC 8422, section 5.4: a named curve and a point; curves spelled out are no longer part of it. */
export interface ServerECDHParams {
  readonly curve_type: number;
  readonly named_curve: number;
  readonly public: Uint8Array;
}

export const ServerECDHParams: Codec<ServerECDHParams> = /* @__PURE__ */ struct<ServerECDHParams>('ServerECDHParams', {
  curve_type: /* @__PURE__ */ enumerated('ECCurveType', 1),
  named_curve: namedGroup,
  public: /* @__PURE__ */ vector(1, 0xff, 'ECPoint'),
});

/** RFC 5246, section 7.4.3; numbers are big-endian. */
export interface ServerDHParams {
  readonly dh_p: Uint8Array;
  readonly dh_g: Uint8Array;
  readonly dh_Ys: Uint8Array;
}

export const ServerDHParams: Codec<ServerDHParams> = /* @__PURE__ */ struct<ServerDHParams>('ServerDHParams', {
  dh_p: /* @__PURE__ */ vector(1, 0xffff),
  dh_g: /* @__PURE__ */ vector(1, 0xffff),
  dh_Ys: /* @__PURE__ */ vector(1, 0xffff),
});

/** RFC 5246, section 4.7. */
export interface DigitallySigned {
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

/** It has the form of a CertificateVerify. */
export const DigitallySigned: Codec<DigitallySigned> = CertificateVerify;

/** ECDHE_ECDSA and ECDHE_RSA. */
export interface ServerKeyExchangeEcdhe {
  readonly params: ServerECDHParams;
  readonly signed_params: DigitallySigned;
}

export const ServerKeyExchangeEcdhe: Codec<ServerKeyExchangeEcdhe> = /* @__PURE__ */ struct<ServerKeyExchangeEcdhe>(
  'ServerKeyExchange',
  { params: ServerECDHParams, signed_params: DigitallySigned },
);

/** DHE_RSA. */
export interface ServerKeyExchangeDhe {
  readonly params: ServerDHParams;
  readonly signed_params: DigitallySigned;
}

export const ServerKeyExchangeDhe: Codec<ServerKeyExchangeDhe> = /* @__PURE__ */ struct<ServerKeyExchangeDhe>(
  'ServerKeyExchange',
  {
    params: ServerDHParams,
    signed_params: DigitallySigned,
  },
);

/** PSK and RSA_PSK (RFC 4279, section 2). */
export interface ServerKeyExchangePsk {
  readonly psk_identity_hint: Uint8Array;
}

const pskIdentityHint: Codec<Uint8Array> = /* @__PURE__ */ vector(0, 0xffff, 'psk_identity_hint');

export const ServerKeyExchangePsk: Codec<ServerKeyExchangePsk> = /* @__PURE__ */ struct<ServerKeyExchangePsk>(
  'ServerKeyExchange',
  {
    psk_identity_hint: pskIdentityHint,
  },
);

/** ECDHE_PSK (RFC 5489, section 2). */
export interface ServerKeyExchangeEcdhePsk {
  readonly psk_identity_hint: Uint8Array;
  readonly params: ServerECDHParams;
}

export const ServerKeyExchangeEcdhePsk: Codec<ServerKeyExchangeEcdhePsk> =
  /* @__PURE__ */ struct<ServerKeyExchangeEcdhePsk>('ServerKeyExchange', {
    psk_identity_hint: pskIdentityHint,
    params: ServerECDHParams,
  });

/** DHE_PSK (RFC 4279, section 3). */
export interface ServerKeyExchangeDhePsk {
  readonly psk_identity_hint: Uint8Array;
  readonly params: ServerDHParams;
}

export const ServerKeyExchangeDhePsk: Codec<ServerKeyExchangeDhePsk> = /* @__PURE__ */ struct<ServerKeyExchangeDhePsk>(
  'ServerKeyExchange',
  { psk_identity_hint: pskIdentityHint, params: ServerDHParams },
);
