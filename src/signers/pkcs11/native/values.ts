import type { AttributeType, AttributeValue } from '../cryptoki.ts';

export function trimmed(text: string): string {
  return text.replace(/[\0 ]+$/, '');
}

export function valueFrom(value: Buffer, form: AttributeType<unknown>['form']): AttributeValue | null {
  if (form === 'bytes') return Uint8Array.from(value);
  if (form === 'flag') return value.length === 1 ? value[0] !== 0 : null;
  const word = ULONG_SIZE;
  if (form === 'number') return value.length === word ? numberFrom(value) : null;
  return Array.from({ length: Math.floor(value.length / word) }, (_, i) =>
    numberFrom(value.subarray(i * word, (i + 1) * word)),
  );
}

/** CK_ULONG is C's unsigned long: 4 bytes on Windows, 8 elsewhere. */
const ULONG_SIZE: number = process.platform === 'win32' ? 4 : 8;

/** As the processor writes it; all that Node runs on but one write the low byte first, and numbers here are small. */
export function numberFrom(value: Uint8Array): number {
  let number = 0;
  for (let i = value.length - 1; i >= 0; i--) number = number * 256 + value[i]!;
  return number;
}
