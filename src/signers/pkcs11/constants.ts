import type { AttributeType } from './cryptoki.ts';

type Bytes = AttributeType<Uint8Array>;
type Ulong = AttributeType<number>;
type Flag = AttributeType<boolean>;
type Ulongs = AttributeType<readonly number[]>;

export const CKA = {
  CLASS: { id: 0x0, form: 'number' } as Ulong,
  LABEL: { id: 0x3, form: 'bytes' } as Bytes,
  VALUE: { id: 0x11, form: 'bytes' } as Bytes,
  KEY_TYPE: { id: 0x100, form: 'number' } as Ulong,
  ID: { id: 0x102, form: 'bytes' } as Bytes,
  DECRYPT: { id: 0x105, form: 'flag' } as Flag,
  SIGN: { id: 0x108, form: 'flag' } as Flag,
  MODULUS: { id: 0x120, form: 'bytes' } as Bytes,
  PUBLIC_EXPONENT: { id: 0x122, form: 'bytes' } as Bytes,
  PUBLIC_KEY_INFO: { id: 0x129, form: 'bytes' } as Bytes,
  EC_PARAMS: { id: 0x180, form: 'bytes' } as Bytes,
  EC_POINT: { id: 0x181, form: 'bytes' } as Bytes,
  ALWAYS_AUTHENTICATE: { id: 0x202, form: 'flag' } as Flag,
  ALLOWED_MECHANISMS: { id: 0x40000600, form: 'numbers' } as Ulongs,
} as const;

export const CKO = { CERTIFICATE: 1, PUBLIC_KEY: 2, PRIVATE_KEY: 3 } as const;

export const CKK = { RSA: 0, EC: 3, EC_EDWARDS: 0x40 } as const;

export const CKM = {
  RSA_PKCS: 0x1,
  RSA_X_509: 0x3,
  RSA_PKCS_PSS: 0xd,
  SHA256_RSA_PKCS: 0x40,
  SHA384_RSA_PKCS: 0x41,
  SHA512_RSA_PKCS: 0x42,
  SHA256_RSA_PKCS_PSS: 0x43,
  SHA384_RSA_PKCS_PSS: 0x44,
  SHA512_RSA_PKCS_PSS: 0x45,
  SHA256: 0x250,
  SHA384: 0x260,
  SHA512: 0x270,
  ECDSA: 0x1041,
  ECDSA_SHA256: 0x1044,
  ECDSA_SHA384: 0x1045,
  ECDSA_SHA512: 0x1046,
  EDDSA: 0x1057,
} as const;

/** Of CK_TOKEN_INFO. */
export const CKF_TOKEN = {
  LOGIN_REQUIRED: 0x4,
  PROTECTED_AUTHENTICATION_PATH: 0x100,
  TOKEN_INITIALIZED: 0x400,
  USER_PIN_COUNT_LOW: 0x10000,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
} as const;

/** Of CK_MECHANISM_INFO. */
export const CKF_MECHANISM = { DECRYPT: 0x200, SIGN: 0x800 } as const;

/** CKF_SERIAL_SESSION of C_OpenSession. */
export const SERIAL_SESSION: number = 4;
export const USER = { NORMAL: 1, CONTEXT_SPECIFIC: 2 } as const;
