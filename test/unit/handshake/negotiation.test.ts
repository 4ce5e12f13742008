import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../../src/bytes/index.ts';
import { schemeByName } from '../../../src/crypto/index.ts';
import { signedContent13 } from '../../../src/handshake/authentication.ts';
import { checkAnswers, checkSelectedProtocol } from '../../../src/handshake/extensions.ts';
import { checkFinished } from '../../../src/handshake/finished.ts';
import { chooseScheme, requireScheme, schemesOf } from '../../../src/handshake/negotiation.ts';
import { credentialOf } from '../../support/configs.ts';
import { codeOf } from '../../support/errors.ts';

const id = (name: string): number => schemeByName(name)!.id;

describe('the scheme to sign with', () => {
  const rsa = credentialOf('rsa');
  const p256 = credentialOf('P-256');

  test('is the first of our own that the peer accepts and the key fits', () => {
    const pss = id('rsa_pss_rsae_sha256');
    const pkcs1 = id('rsa_pkcs1_sha256');
    expect(chooseScheme(rsa, [pkcs1, pss], 'TLSv1.3')?.name).toBe('rsa_pss_rsae_sha256');
    expect(chooseScheme(rsa, [pkcs1], 'TLSv1.2')?.name).toBe('rsa_pkcs1_sha256');
    expect(chooseScheme(rsa, [pkcs1], 'TLSv1.3')).toBeNull();
    expect(chooseScheme(p256, [id('ecdsa_secp384r1_sha384')], 'TLSv1.3')).toBeNull();
    expect(chooseScheme(p256, [id('ecdsa_secp256r1_sha256'), 0xfefe], 'TLSv1.3')?.name).toBe('ecdsa_secp256r1_sha256');
    expect(chooseScheme(p256, [], 'TLSv1.3')).toBeNull();
  });

  test('where there is none, the error says what each side could do', () => {
    expect(codeOf(() => requireScheme(rsa, [0x0403, 0xfefe], 'TLSv1.3'))).toBe('ERR_TLS_KEY_SCHEME');
    expect(() => requireScheme(rsa, [0x0403, 0xfefe], 'TLSv1.3')).toThrow(
      /rsa_pss_rsae_sha256.*the peer accepts ecdsa_secp256r1_sha256, 0xfefe/,
    );
  });

  test('a signer that knows PSS serves an RSASSA-PSS certificate under its name', () => {
    const credential = credentialOf('rsa-pss');
    const key = { schemes: ['rsa_pss_rsae_sha256' as const], sign: () => new Uint8Array(1) };
    const { schemes: _, ...rest } = credential;
    expect(schemesOf({ ...rest, key }).map((scheme) => scheme.name)).toEqual(['rsa_pss_pss_sha256']);
  });
});

describe('answers', () => {
  test('must answer what was sent, and stand where they may', () => {
    expect(codeOf(() => checkAnswers([0, 16], [0, 16, 43], [0, 16], 'here'))).toBeNull();
    expect(codeOf(() => checkAnswers([16], [0], [0, 16], 'here'))).toBe('ERR_TLS_UNSOLICITED_EXTENSION');
    expect(codeOf(() => checkAnswers([43], [0, 43], [0, 16], 'here'))).toBe('ERR_TLS_MISPLACED_EXTENSION');
    expect(() => checkAnswers([16], [0], [0], 'here')).toThrow(/application_layer_protocol_negotiation in here/);
  });

  test('select one protocol of ours', () => {
    expect(checkSelectedProtocol(['b'], ['a', 'b'])).toBe('b');
    expect(codeOf(() => checkSelectedProtocol(['c'], ['a', 'b']))).toBe('ERR_TLS_WRONG_ALPN');
    expect(codeOf(() => checkSelectedProtocol(['a', 'b'], ['a', 'b']))).toBe('ERR_TLS_BAD_EXTENSION');
    expect(codeOf(() => checkSelectedProtocol([], ['a']))).toBe('ERR_TLS_BAD_EXTENSION');
  });
});

test('Finished is right in every byte or wrong', () => {
  const expected = new Uint8Array([1, 2, 3]);
  expect(checkFinished(expected.slice(), expected)).toEqual(expected);
  for (const wrong of [[1, 2, 4], [0, 2, 3], [1, 2], [1, 2, 3, 0], []]) {
    expect(codeOf(() => checkFinished(new Uint8Array(wrong), expected))).toBe('ERR_TLS_BAD_FINISHED');
  }
});

test('what a CertificateVerify signs differs by role (RFC 9846, section 4.5.2)', () => {
  const hash = new Uint8Array(32).fill(1);
  const text = (role: 'client' | 'server'): string => Buffer.from(signedContent13(role, hash)).toString('latin1');
  expect(text('server')).toBe(`${' '.repeat(64)}TLS 1.3, server CertificateVerify\0${'\x01'.repeat(32)}`);
  expect(text('client')).toBe(`${' '.repeat(64)}TLS 1.3, client CertificateVerify\0${'\x01'.repeat(32)}`);
  expect(equalBytes(signedContent13('client', hash), signedContent13('server', hash))).toBe(false);
});
