import { createRequire } from 'node:module';
import { TlsError } from '../../../errors/index.ts';

/** The part of the optional peer dependency that is used: its types may not be installed either. */
export interface Pkcs11Js {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_Finalize(): void;
  C_GetInfo(): { manufacturerID: string; libraryDescription: string; libraryVersion: Version };
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetSlotInfo(slot: Buffer): { slotDescription: string; manufacturerID: string };
  C_GetTokenInfo(slot: Buffer): {
    label: string;
    manufacturerID: string;
    model: string;
    serialNumber: string;
    flags: number;
    sessionCount: number;
  };
  C_GetMechanismList(slot: Buffer): number[];
  C_GetMechanismInfo(slot: Buffer, mechanism: number): { flags: number };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, user: number, pin?: string): void;
  C_FindObjectsInit(session: Buffer, template: { type: number; value: Buffer | number }[]): void;
  C_FindObjects(session: Buffer, count: number): Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_GetAttributeValue(session: Buffer, object: Buffer, template: { type: number }[]): { value: Buffer }[];
  C_SignInit(session: Buffer, mechanism: MechanismJs, key: Buffer): void;
  C_SignAsync(session: Buffer, input: Buffer, output: Buffer): Promise<Buffer>;
  C_DecryptInit(session: Buffer, mechanism: MechanismJs, key: Buffer): void;
  C_DecryptAsync(session: Buffer, input: Buffer, output: Buffer): Promise<Buffer>;
}
export interface Version {
  major: number;
  minor: number;
}
export interface MechanismJs {
  mechanism: number;
  parameter?: { type: number; hashAlg: number; mgf: number; saltLen: number };
}

export interface Pkcs11JsPackage {
  readonly PKCS11: new () => Pkcs11Js;
  /** How parameters of PSS are marked. */
  readonly CK_PARAMS_RSA_PSS: number;
}

/** Loads the package. Fails with ERR_TLS_KEY_MODULE where it is missing or was not built. */
export function loadPkcs11Js(): Pkcs11JsPackage {
  try {
    return createRequire(import.meta.url)('pkcs11js') as Pkcs11JsPackage;
  } catch (cause) {
    const message = String((cause as { message?: unknown }).message ?? '');
    const detail = message.includes('pkcs11.node')
      ? 'the package pkcs11js is installed, but its add-on was not built: "npm rebuild pkcs11js" needs a C++ compiler'
      : 'the package pkcs11js is not installed: npm install pkcs11js';
    throw new TlsError('ERR_TLS_KEY_MODULE', { detail, cause });
  }
}
