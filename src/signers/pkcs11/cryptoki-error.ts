/** A function of the module returned something else than CKR_OK. */
export class CryptokiError extends Error {
  override readonly name: string = 'CryptokiError';
  /** CKR_*. */
  readonly rv: number;
  /** The function: 'C_Sign'. */
  readonly call: string;

  constructor(rv: number, call: string) {
    super(`${call} returned ${rvName(rv)}`);
    this.rv = rv;
    this.call = call;
  }
}

export const CKR = {
  DEVICE_ERROR: 0x30,
  DEVICE_MEMORY: 0x31,
  DEVICE_REMOVED: 0x32,
  FUNCTION_CANCELED: 0x50,
  KEY_HANDLE_INVALID: 0x60,
  KEY_SIZE_RANGE: 0x62,
  KEY_TYPE_INCONSISTENT: 0x63,
  KEY_FUNCTION_NOT_PERMITTED: 0x68,
  MECHANISM_INVALID: 0x70,
  MECHANISM_PARAM_INVALID: 0x71,
  OBJECT_HANDLE_INVALID: 0x82,
  OPERATION_ACTIVE: 0x90,
  OPERATION_NOT_INITIALIZED: 0x91,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_COUNT: 0xb1,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  USER_PIN_NOT_INITIALIZED: 0x102,
  BUFFER_TOO_SMALL: 0x150,
  CRYPTOKI_NOT_INITIALIZED: 0x190,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

const MORE_NAMES: Readonly<Record<number, string>> = {
  1: 'CKR_CANCEL',
  2: 'CKR_HOST_MEMORY',
  3: 'CKR_SLOT_ID_INVALID',
  5: 'CKR_GENERAL_ERROR',
  6: 'CKR_FUNCTION_FAILED',
  7: 'CKR_ARGUMENTS_BAD',
  32: 'CKR_DATA_INVALID',
  33: 'CKR_DATA_LEN_RANGE',
  84: 'CKR_FUNCTION_NOT_SUPPORTED',
};

/** 'CKR_DEVICE_REMOVED (0x32)'. */
export function rvName(rv: number): string {
  const hex = `0x${rv.toString(16)}`;
  const more = MORE_NAMES[rv];
  if (more !== undefined) return `${more} (${hex})`;
  for (const [name, value] of Object.entries(CKR)) if (value === rv) return `CKR_${name} (${hex})`;
  return `CKR ${hex}`;
}
