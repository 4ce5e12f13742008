/** TPM_ALG_ID (TPM 2.0 Library, part 2, section 6.3). */
export const ALG = {
  RSA: 0x1,
  SHA256: 0xb,
  SHA384: 0xc,
  SHA512: 0xd,
  NULL: 0x10,
  RSASSA: 0x14,
  RSAES: 0x15,
  RSAPSS: 0x16,
  ECDSA: 0x18,
  ECC: 0x23,
} as const;

/** Commands: their TPM_CC, and the name that the specification gives them. */
export interface Command {
  readonly code: number;
  readonly name: string;
  /** Whether a handle comes before the parameters of its answer. */
  readonly returnsHandle: boolean;
}

const command = (code: number, name: string, returnsHandle: boolean = false): Command => ({
  code,
  name,
  returnsHandle,
});

export const CC = {
  CreatePrimary: command(0x131, 'TPM2_CreatePrimary', true) as Command,
  SequenceComplete: command(0x13e, 'TPM2_SequenceComplete') as Command,
  Load: command(0x157, 'TPM2_Load', true) as Command,
  RSA_Decrypt: command(0x159, 'TPM2_RSA_Decrypt') as Command,
  SequenceUpdate: command(0x15c, 'TPM2_SequenceUpdate') as Command,
  Sign: command(0x15d, 'TPM2_Sign') as Command,
  FlushContext: command(0x165, 'TPM2_FlushContext') as Command,
  ReadPublic: command(0x173, 'TPM2_ReadPublic') as Command,
  GetCapability: command(0x17a, 'TPM2_GetCapability') as Command,
  Hash: command(0x17d, 'TPM2_Hash') as Command,
  HashSequenceStart: command(0x186, 'TPM2_HashSequenceStart', true) as Command,
} as const;

export const RH = { OWNER: 0x40000001, NULL: 0x40000007, PW: 0x40000009 } as const;

/** TPMA_OBJECT. */
export const ATTRIBUTE = { USER_WITH_AUTH: 0x40, RESTRICTED: 0x10000, DECRYPT: 0x20000, SIGN: 0x40000 } as const;

/** TPM_ST. */
export const TAG = { NO_SESSIONS: 0x8001, SESSIONS: 0x8002, HASHCHECK: 0x8024 } as const;

/** TPM_RC without the number of the parameter, handle or session that it is about. */
export const RC = {
  INITIALIZE: 0x100,
  FAILURE: 0x101,
  ATTRIBUTES: 0x82,
  HASH: 0x83,
  VALUE: 0x84,
  HANDLE: 0x8b,
  AUTH_FAIL: 0x8e,
  SCHEME: 0x92,
  SIZE: 0x95,
  INTEGRITY: 0x9f,
  TICKET: 0xa0,
  BAD_AUTH: 0xa2,
  OBJECT_MEMORY: 0x902,
  SESSION_MEMORY: 0x903,
  MEMORY: 0x904,
  OBJECT_HANDLES: 0x906,
  YIELDED: 0x908,
  TESTING: 0x90a,
  REFERENCE_H0: 0x910,
  NV_RATE: 0x920,
  LOCKOUT: 0x921,
  RETRY: 0x922,
} as const;
