/** A function of the module: its number, and the forms of its arguments and results, which travel with each message. */
export interface Call {
  readonly id: number;
  readonly name: string;
  readonly request: string;
  readonly response: string;
}

const call = (id: number, name: string, request: string, response: string): Call => ({ id, name, request, response });

export const CALL = {
  Initialize: call(1, 'C_Initialize', 'ayyay', '') as Call,
  Finalize: call(2, 'C_Finalize', '', '') as Call,
  GetInfo: call(3, 'C_GetInfo', '', 'vsusv') as Call,
  GetSlotList: call(4, 'C_GetSlotList', 'yfu', 'au') as Call,
  GetSlotInfo: call(5, 'C_GetSlotInfo', 'u', 'ssuvv') as Call,
  GetTokenInfo: call(6, 'C_GetTokenInfo', 'u', 'ssssuuuuuuuuuuuvvs') as Call,
  GetMechanismList: call(7, 'C_GetMechanismList', 'ufu', 'au') as Call,
  GetMechanismInfo: call(8, 'C_GetMechanismInfo', 'uu', 'uuu') as Call,
  OpenSession: call(10, 'C_OpenSession', 'uu', 'u') as Call,
  CloseSession: call(11, 'C_CloseSession', 'u', '') as Call,
  Login: call(18, 'C_Login', 'uuay', '') as Call,
  GetAttributeValue: call(24, 'C_GetAttributeValue', 'uufA', 'aAu') as Call,
  FindObjectsInit: call(26, 'C_FindObjectsInit', 'uaA', '') as Call,
  FindObjects: call(27, 'C_FindObjects', 'ufu', 'au') as Call,
  FindObjectsFinal: call(28, 'C_FindObjectsFinal', 'u', '') as Call,
  DecryptInit: call(33, 'C_DecryptInit', 'uMu', '') as Call,
  Decrypt: call(34, 'C_Decrypt', 'uayfy', 'ay') as Call,
  SignInit: call(42, 'C_SignInit', 'uMu', '') as Call,
  Sign: call(43, 'C_Sign', 'uayfy', 'ay') as Call,
} as const;
