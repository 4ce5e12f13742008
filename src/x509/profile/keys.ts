import type { Certificate } from '../certificate.ts';

export function hasRsaOf2048Bits(certificate: Certificate): boolean {
  const key = certificate.publicKey;
  return key.rsa === undefined || key.bits >= 2048;
}

export function hasRsaOf1024Bits(certificate: Certificate): boolean {
  const key = certificate.publicKey;
  return key.rsa === undefined || key.bits >= 1024;
}

export function hasRsaOfWholeOctets(certificate: Certificate): boolean {
  const key = certificate.publicKey;
  return key.rsa === undefined || key.bits % 8 === 0;
}

export function hasNoCompressedPoint(certificate: Certificate): boolean {
  const key = certificate.publicKey;
  return key.kind !== 'ec' || key.raw[0] === 4;
}
