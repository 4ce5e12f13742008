import { isArrayBufferView } from 'node:util/types';
import { parsePem } from '../../asn1/index.ts';
import { certificateIn } from '../../x509/input.ts';
import { invalidArgType } from './node-error.ts';

const SEQUENCE = 0x30;
const CERTIFICATE = /^(X509 |TRUSTED )?CERTIFICATE$/;

/** Text or bytes as they were given. Throws ERR_INVALID_ARG_TYPE. */
export function pemInput(name: string, value: unknown): string | Uint8Array {
  if (typeof value === 'string') return value;
  if (!isArrayBufferView(value)) throw invalidArgType(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** One value or a list of them, as a list; empty where none is given. */
export function listOf<T>(value: T | readonly T[] | null | undefined): readonly T[] {
  if (!value) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** The certificates in PEM or in DER, in order. Fails with ERR_TLS_PEM. */
export function certificatesIn(input: string | Uint8Array): Uint8Array[] {
  if (typeof input !== 'string' && input[0] === SEQUENCE) return [input];
  return parsePem(input)
    .filter((block) => CERTIFICATE.test(block.label))
    .map(certificateIn);
}
