import { contextSet, TAG as DER, DerReader, parsePem } from '../../asn1/index.ts';
import { concat } from '../../bytes/index.ts';
import { fail, isTlsError } from '../../errors/index.ts';
import { ALG, RH } from './constants.ts';
import { sized, u16, u32 } from './tpm.ts';

/** A key that its TPM has wrapped: only that TPM can load it (the ASN.1 of OpenSSL's tpm2 provider and engine). */
export interface WrappedKey {
  /** TPM2B_PUBLIC and TPM2B_PRIVATE. */
  readonly publicArea: Uint8Array;
  readonly privateArea: Uint8Array;
  /** A persistent handle, or the hierarchy under which the usual storage key is made anew. */
  readonly parent: number;
  /** That storage key is RSA, not EC. */
  readonly rsaParent: boolean;
  readonly emptyPassword: boolean;
}

const LOADABLE = '2.23.133.10.1.3';
const OTHERS: Readonly<Record<string, string>> = {
  '2.23.133.10.1.4': 'is to be imported first (tpm2_import)',
  '2.23.133.10.1.5': 'holds sealed data and no key',
};

/** Reads a `TSS2 PRIVATE KEY`. Fails with ERR_TLS_KEY_ADDRESS or ERR_TLS_KEY_UNSUPPORTED. */
export function parseWrappedKey(pem: string | Uint8Array): WrappedKey {
  const blocks = readPem(pem);
  const block = blocks.find(({ label }) => label === 'TSS2 PRIVATE KEY');
  if (block === undefined) {
    const others = blocks.map(({ label }) => label).join(', ');
    fail('ERR_TLS_KEY_ADDRESS', `it holds no "TSS2 PRIVATE KEY"${others === '' ? '' : ` but ${others}`}`);
  }
  try {
    return read(new DerReader(block.der));
  } catch (error) {
    if (!isTlsError(error) || error.code !== 'ERR_TLS_DER') throw error;
    return fail('ERR_TLS_KEY_ADDRESS', `the TSS2 PRIVATE KEY is damaged: ${error.detail}`);
  }
}

/** The template of the storage key that tools make under a hierarchy: TPM2B_PUBLIC. */
export function storageTemplate(rsa: boolean): Uint8Array {
  // fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, decrypt
  const head = concat(u16(rsa ? ALG.RSA : ALG.ECC), u16(ALG.SHA256), u32(0x00030472), u16(0));
  const aes128Cfb = concat(u16(6), u16(128), u16(0x43));
  const rsa2048 = concat(u16(ALG.NULL), u16(2048), u32(0), u16(0));
  const p256 = concat(u16(ALG.NULL), u16(3), u16(ALG.NULL), u16(0), u16(0));
  return sized(concat(head, aes128Cfb, rsa ? rsa2048 : p256));
}

function readPem(pem: string | Uint8Array): ReturnType<typeof parsePem> {
  try {
    return parsePem(pem);
  } catch (error) {
    return fail('ERR_TLS_KEY_ADDRESS', `the PEM is damaged: ${isTlsError(error) ? error.detail : String(error)}`);
  }
}

function read(reader: DerReader): WrappedKey {
  const whole = reader.enter(DER.SEQUENCE);
  const type = reader.oid();
  if (type !== LOADABLE)
    fail('ERR_TLS_KEY_UNSUPPORTED', `the TSS2 PRIVATE KEY ${OTHERS[type] ?? `is of type ${type}`}`);
  const emptyPassword = optionalFlag(reader, 0);
  if (reader.optional(contextSet(1)) || reader.optional(contextSet(3))) {
    fail('ERR_TLS_KEY_UNSUPPORTED', 'the TSS2 PRIVATE KEY needs a policy session; make it to be used with a password');
  }
  reader.optional(contextSet(2));
  reader.optional(contextSet(4));
  const rsaParent = optionalFlag(reader, 5);
  const parent = unsigned(reader.integer());
  const publicArea = reader.contents(DER.OCTET_STRING);
  const privateArea = reader.contents(DER.OCTET_STRING);
  reader.leave(whole);
  return { publicArea, privateArea, parent: parent === 0 ? RH.OWNER : parent, rsaParent, emptyPassword };
}

/** Some writers encode TRUE as 01, which DER does not allow. */
function optionalFlag(reader: DerReader, number: number): boolean {
  if (reader.peek() !== contextSet(number)) return false;
  const outer = reader.enter(contextSet(number));
  const value = reader.contents(DER.BOOLEAN);
  reader.leave(outer);
  return value.some((octet) => octet !== 0);
}

function unsigned(integer: Uint8Array): number {
  let number = 0;
  for (const octet of integer) number = number * 256 + octet;
  return number;
}
