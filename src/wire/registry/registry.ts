/** Names to code points, as IANA has them. */
export type Registry = { readonly [name: string]: number };

/** The first name that the registry has for this value; null if it has none. */
export function nameOf<R extends Registry>(registry: R, value: number): (keyof R & string) | null {
  for (const name in registry) if (registry[name] === value) return name;
  return null;
}

/** Whether a code point of two bytes, or of one where `size` is 1, is there to keep peers tolerant (RFC 8701, section 2). */
export function isGrease(value: number, size: 1 | 2 = 2): boolean {
  if (size === 1) return value >= 0x0b && value <= 0xe4 && (value - 0x0b) % 0x1f === 0;
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}
