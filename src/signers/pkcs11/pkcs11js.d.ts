/** The part of the optional peer dependency that is used, so that the types are known where it is not installed. */
declare module 'pkcs11js' {
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
  const loaded: { PKCS11: new () => Pkcs11Js; CK_PARAMS_RSA_PSS: number };

  // biome-ignore lint/style/noDefaultExport: a CommonJS package has no other
  export default loaded;
}
