import { type Codec, struct, vector } from '../codec/index.ts';

const ecPoint: Codec<Uint8Array> = /* @__PURE__ */ vector(1, 0xff, 'ECPoint');
const dhPublic: Codec<Uint8Array> = /* @__PURE__ */ vector(1, 0xffff);
const encryptedPremaster: Codec<Uint8Array> = /* @__PURE__ */ vector(0, 0xffff, 'EncryptedPreMasterSecret');
const pskIdentity: Codec<Uint8Array> = /* @__PURE__ */ vector(0, 0xffff, 'psk_identity');

/** ECDHE_ECDSA and ECDHE_RSA (RFC 8422, section 5.7). */
export interface ClientKeyExchangeEcdhe {
  readonly ecdh_Yc: Uint8Array;
}

export const ClientKeyExchangeEcdhe: Codec<ClientKeyExchangeEcdhe> = /* @__PURE__ */ struct<ClientKeyExchangeEcdhe>(
  'ClientKeyExchange',
  { ecdh_Yc: ecPoint },
);

/** DHE_RSA (RFC 5246, section 7.4.7.2). */
export interface ClientKeyExchangeDhe {
  readonly dh_Yc: Uint8Array;
}

export const ClientKeyExchangeDhe: Codec<ClientKeyExchangeDhe> = /* @__PURE__ */ struct<ClientKeyExchangeDhe>(
  'ClientKeyExchange',
  {
    dh_Yc: dhPublic,
  },
);

/** RSA (RFC 5246, section 7.4.7.1). */
export interface ClientKeyExchangeRsa {
  readonly encrypted_pre_master_secret: Uint8Array;
}

export const ClientKeyExchangeRsa: Codec<ClientKeyExchangeRsa> = /* @__PURE__ */ struct<ClientKeyExchangeRsa>(
  'ClientKeyExchange',
  {
    encrypted_pre_master_secret: encryptedPremaster,
  },
);

/** PSK (RFC 4279, section 2). */
export interface ClientKeyExchangePsk {
  readonly psk_identity: Uint8Array;
}

export const ClientKeyExchangePsk: Codec<ClientKeyExchangePsk> = /* @__PURE__ */ struct<ClientKeyExchangePsk>(
  'ClientKeyExchange',
  {
    psk_identity: pskIdentity,
  },
);

/** ECDHE_PSK (RFC 5489, section 2). */
export interface ClientKeyExchangeEcdhePsk {
  readonly psk_identity: Uint8Array;
  readonly ecdh_Yc: Uint8Array;
}

export const ClientKeyExchangeEcdhePsk: Codec<ClientKeyExchangeEcdhePsk> =
  /* @__PURE__ */ struct<ClientKeyExchangeEcdhePsk>('ClientKeyExchange', {
    psk_identity: pskIdentity,
    ecdh_Yc: ecPoint,
  });

/** DHE_PSK (RFC 4279, section 3). */
export interface ClientKeyExchangeDhePsk {
  readonly psk_identity: Uint8Array;
  readonly dh_Yc: Uint8Array;
}

export const ClientKeyExchangeDhePsk: Codec<ClientKeyExchangeDhePsk> = /* @__PURE__ */ struct<ClientKeyExchangeDhePsk>(
  'ClientKeyExchange',
  { psk_identity: pskIdentity, dh_Yc: dhPublic },
);

/** RSA_PSK (RFC 4279, section 4). */
export interface ClientKeyExchangeRsaPsk {
  readonly psk_identity: Uint8Array;
  readonly encrypted_pre_master_secret: Uint8Array;
}

export const ClientKeyExchangeRsaPsk: Codec<ClientKeyExchangeRsaPsk> = /* @__PURE__ */ struct<ClientKeyExchangeRsaPsk>(
  'ClientKeyExchange',
  { psk_identity: pskIdentity, encrypted_pre_master_secret: encryptedPremaster },
);
