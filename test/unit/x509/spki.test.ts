import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { concat, fromHex, toHex } from '../../../src/bytes/index.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { codeOf } from '../../support/errors.ts';
import { type KeyType, testKey } from '../../support/pki.ts';

const spkiOf = (type: KeyType) =>
  new Uint8Array(createPublicKey(testKey(type, 'spki')).export({ type: 'spki', format: 'der' }));
const spki = (algorithm: Uint8Array, key: Uint8Array) => der.sequence(algorithm, der.bitString(key));
const rsa = (n: Uint8Array, e: Uint8Array) =>
  spki(der.sequence(der.oid(OID.rsaEncryption), der.nothing()), der.sequence(n, e));
const n2048 = concat(new Uint8Array([0xc1]), new Uint8Array(254).fill(7), new Uint8Array([1]));
const e65537 = der.integer(65_537);
const refuses = (bytes: Uint8Array, message: string | RegExp) => {
  expect(codeOf(() => publicKey(bytes))).toBe('ERR_TLS_CERT_PUBLIC_KEY');
  expect(() => publicKey(bytes)).toThrow(message);
};

describe('public keys', () => {
  it.each([
    ['P-256', 'ec', 'P-256', 256],
    ['P-384', 'ec', 'P-384', 384],
    ['P-521', 'ec', 'P-521', 521],
    ['secp256k1', 'ec', 'secp256k1', 256],
    ['brainpoolP256r1', 'ec', 'brainpoolP256r1', 256],
    ['rsa', 'rsa', undefined, 2048],
    ['rsa-pss', 'rsa-pss', undefined, 2048],
    ['ed25519', 'ed25519', undefined, 255],
    ['ed448', 'ed448', undefined, 448],
  ] as const)('of the kind %s are read', (type, kind, curve, bits) => {
    const key = publicKey(spkiOf(type));
    expect(key).toMatchObject({ kind, bits });
    expect(key.curve).toBe(curve);
    expect(key.spki).toEqual(spkiOf(type));
  });

  it('come as their numbers and octets', () => {
    const jwk = createPublicKey(testKey('rsa', 'spki')).export({ format: 'jwk' });
    expect(Buffer.from(publicKey(spkiOf('rsa')).rsa!.n).toString('base64url')).toBe(jwk.n);
    expect(toHex(publicKey(spkiOf('rsa')).rsa!.e)).toBe('010001');
    const { x } = createPublicKey(testKey('ed25519', 'spki')).export({ format: 'jwk' });
    expect(Buffer.from(publicKey(spkiOf('ed25519')).raw).toString('base64url')).toBe(x);
  });

  it('of RSA have a positive odd modulus and exponent', () => {
    expect(publicKey(rsa(der.integer(n2048), e65537)).bits).toBe(2048);
    const wrong = /numbers of the RSA key|INTEGER/;
    refuses(rsa(der.element(2, n2048), e65537), wrong);
    refuses(rsa(der.integer(concat(n2048.subarray(0, 255), new Uint8Array([2]))), e65537), wrong);
    refuses(rsa(der.integer(n2048), der.integer(1)), wrong);
    refuses(rsa(der.integer(n2048), der.integer(65_536)), wrong);
    refuses(rsa(der.integer(n2048), der.integer(2 ** 40 + 1)), wrong);
    refuses(rsa(der.integer(3), e65537), wrong);
    refuses(rsa(der.integer(new Uint8Array(1025).fill(1)), e65537), wrong);
    refuses(rsa(der.integer(n2048), concat(e65537, der.nothing())), 'left over');
  });

  it('have exactly the parameters that their kind has', () => {
    const ed = spkiOf('ed25519').subarray(-32);
    refuses(spki(der.sequence(der.oid(OID['id-Ed25519']), der.nothing()), ed), 'left over');
    refuses(spki(der.sequence(der.oid(OID['id-Ed25519'])), ed.subarray(1)), '31 bytes instead of 32');
    refuses(spki(der.sequence(der.oid(OID.rsaEncryption)), der.sequence(der.integer(n2048), e65537)), '0x05');
    refuses(spki(der.sequence(der.oid('1.2.840.10040.4.1')), ed), '1.2.840.10040.4.1 is not known');
    refuses(spki(der.sequence(der.oid(OID['id-ml-dsa-44'])), ed), '32 bytes instead of 1312');
  });

  it('on curves name the curve and have a point of its size', () => {
    const point = spkiOf('P-256').subarray(-65);
    const on = (curve: Uint8Array, octets: Uint8Array) =>
      spki(der.sequence(der.oid(OID['id-ecPublicKey']), curve), octets);
    const p256 = der.oid(OID.secp256r1);
    expect(publicKey(on(p256, point)).kind).toBe('ec');
    expect(publicKey(on(p256, concat(new Uint8Array([2]), point.subarray(1, 33)))).kind).toBe('ec');
    refuses(on(der.sequence(der.integer(1)), point), 'not given by its name');
    refuses(on(der.nothing(), point), 'not given by its name');
    refuses(on(der.oid('1.2.840.10045.3.1.1'), point), '1.2.840.10045.3.1.1 is not known');
    for (const bad of [point.subarray(1), concat(fromHex('06'), point.subarray(1)), fromHex('00'), new Uint8Array(0)])
      refuses(on(p256, bad), 'does not have the form');
    refuses(on(der.oid(OID.secp384r1), point), 'does not have the form of one on P-384');
  });

  it('of RSASSA-PSS may restrict themselves', () => {
    const sha256 = der.sequence(der.oid(OID['id-sha256']), der.nothing());
    const sha384 = der.sequence(der.oid(OID['id-sha384']));
    const parameters = (hash: Uint8Array, mask: Uint8Array, salt: number) =>
      der.sequence(
        der.explicit(0, hash),
        der.explicit(1, der.sequence(der.oid(OID['id-mgf1']), mask)),
        der.explicit(2, der.integer(salt)),
      );
    const pss = (value: Uint8Array) =>
      spki(der.sequence(der.oid(OID['id-RSASSA-PSS']), value), der.sequence(der.integer(n2048), e65537));
    expect(publicKey(pss(parameters(sha256, sha256, 32))).pss).toEqual({ hash: 'sha256', saltLength: 32 });
    expect(publicKey(pss(der.sequence())).pss).toEqual({ hash: 'sha1', saltLength: 20 });
    refuses(pss(parameters(sha256, sha384, 32)), 'another hash');
    refuses(pss(parameters(der.sequence(der.oid('1.2.3')), sha256, 32)), 'not known');
    refuses(pss(der.sequence(der.explicit(3, der.integer(2)))), 'trailer');
  });

  it('are refused when cut anywhere', () => {
    for (const type of ['P-256', 'rsa-pss', 'ed448'] as const) {
      const whole = spkiOf(type);
      for (let size = 0; size < whole.length; size++)
        expect(codeOf(() => publicKey(whole.subarray(0, size)))).toBe('ERR_TLS_CERT_PUBLIC_KEY');
      expect(codeOf(() => publicKey(concat(whole, new Uint8Array(1))))).toBe('ERR_TLS_CERT_PUBLIC_KEY');
    }
  });
});
