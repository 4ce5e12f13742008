import crypto from 'node:crypto';

// What this Node, or what stands in for it, was built with. By trying, since versions tell little.

export function hasCurve(name: string): boolean {
  return crypto.getCurves().includes(name);
}

export function hasCipher(name: string): boolean {
  return crypto.getCipherInfo(name) !== undefined;
}

export function hasKeyType(type: string): boolean {
  try {
    crypto.generateKeyPairSync(type as 'x448');
    return true;
  } catch {
    return false;
  }
}
