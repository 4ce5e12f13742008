/** False where `verify` throws: keys and signatures that cannot be decoded do not verify. */
export function quietly(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
