/** Names to code points, as IANA has them. */
export type Registry = { readonly [name: string]: number };

/** The first name that the registry has for this value; null if it has none. */
export function nameOf<R extends Registry>(registry: R, value: number): (keyof R & string) | null {
  for (const name in registry) if (registry[name] === value) return name;
  return null;
}

/** The name that the registry has for a value of `size` bytes, else `GREASE` or `unknown(0x...)`. */
export function labelOf(registry: Registry, value: number, size: 1 | 2): string {
  const name = nameOf(registry, value);
  if (name !== null) return name;
  return isGrease(value, size) ? 'GREASE' : `unknown(0x${value.toString(16).padStart(2 * size, '0')})`;
}

/**
 * Whether a code point of two bytes is one of those that keep peers tolerant (RFC 8701, section 2); of one byte, whether
 * it is a PskKeyExchangeMode of that kind.
 */
export function isGrease(value: number, size: 1 | 2 = 2): boolean {
  if (size === 1) return value >= 0x0b && value <= 0xe4 && (value - 0x0b) % 0x1f === 0;
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}
