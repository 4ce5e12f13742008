import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { credential, credentialChooser, versionsOf } from '../../../src/config/credentials.ts';
import { type SchemeInfo, type SignatureScheme, type SigningKey, schemeByName } from '../../../src/crypto/index.ts';
import type { Credential, CredentialRequest } from '../../../src/handshake/credential.ts';
import { parseCertificate } from '../../../src/x509/index.ts';
import { type Issued, type KeyType, makeCa } from '../../support/pki.ts';

const root = makeCa();
const other = makeCa({ name: 'Another Root' });

const scheme = (name: SignatureScheme): SchemeInfo => schemeByName(name)!;
const ids = (...names: SignatureScheme[]) => names.map((name) => scheme(name).id);

function key(schemes: readonly string[], publicKey?: Uint8Array): SigningKey {
  const made = { schemes: schemes as SignatureScheme[], sign: () => new Uint8Array(1) };
  return publicKey === undefined ? made : { ...made, publicKey };
}

const leaf = (type: KeyType, ca = root): Issued => ca.issue({ key: type });
const make = (issued: Issued, ...schemes: string[]): Credential =>
  credential({ chain: issued.chainDer, key: key(schemes) });

const ecdsa = make(leaf('P-256'), 'ecdsa_secp256r1_sha256');
const rsa = make(leaf('rsa'), 'rsa_pkcs1_sha256');
const rsaBoth = make(leaf('rsa'), 'rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256');

function request(more: Partial<CredentialRequest>): CredentialRequest {
  return {
    role: 'client',
    version: 'TLSv1.3',
    schemes: ids('ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256'),
    certificateSchemes: null,
    authorities: [],
    serverName: null,
    kinds: null,
    groups: null,
    rsaDecrypt: false,
    ...more,
  };
}

const never = { aborted: false, addEventListener() {}, removeEventListener() {} };
const choose = (from: readonly Credential[], more: Partial<CredentialRequest>) =>
  credentialChooser(from).select(request(more), never);

it('insists where it is told so, and says what the server wanted', () => {
  const insisting = credentialChooser([ecdsa], { insist: true });
  expect(insisting.select(request({}), never)).toBe(ecdsa);
  const unfit = request({ schemes: ids('rsa_pss_rsae_sha256'), authorities: [new Uint8Array(2)] });
  const error = expect.objectContaining({
    code: 'ERR_TLS_NO_CREDENTIAL',
    detail: 'the server verifies rsa_pss_rsae_sha256, by a certificate of the 1 authorities that it names',
  });
  expect(() => insisting.select(unfit, never)).toThrow(error);
  const unknown = request({ schemes: [0x1234] });
  expect(() => insisting.select(unknown, never)).toThrow('verifies no signature scheme that is known here');
  expect(insisting.select({ ...unfit, role: 'server' }, never)).toBeNull();
  expect(choose([ecdsa], unfit)).toBeNull();
});

describe('credential', () => {
  it("takes the leaf's key, and the schemes that serve it", () => {
    const issued = leaf('P-384');
    const made = make(issued, 'rsa_pss_rsae_sha256', 'ecdsa_secp384r1_sha384', 'ed25519');
    expect(made.publicKey.curve).toBe('P-384');
    expect(made.schemes?.map((one) => one.name)).toEqual(['ecdsa_secp384r1_sha384']);
  });

  it('takes an RSA key for one that its certificate calls id-RSASSA-PSS, and no other', () => {
    const issued = leaf('rsa-pss');
    const certified = parseCertificate(issued.der).publicKey;
    const told = der.sequence(der.sequence(der.oid(OID.rsaEncryption), der.nothing()), der.bitString(certified.raw));
    const schemes = ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256', 'rsa_pss_rsae_sha512', 'rsa_pss_pss_sha256'];
    const made = credential({ chain: issued.chainDer, key: key(schemes, told) });
    expect(made.schemes?.map((one) => one.name)).toEqual(['rsa_pss_pss_sha256', 'rsa_pss_pss_sha512']);
    const others = leaf('rsa-pss').chainDer;
    const wrong = () => credential({ chain: others, key: key(schemes, told) });
    expect(wrong).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_MISMATCH' }));
    const plain = () => credential({ chain: leaf('rsa').chainDer, key: key(schemes, told) });
    expect(plain).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_MISMATCH' }));
  });

  it('keeps to the hash that an id-RSASSA-PSS certificate fixes', () => {
    const pair = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha384',
      mgf1HashAlgorithm: 'sha384',
    });
    const issued = root.issue({ key: pair.privateKey });
    const made = make(issued, 'rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384');
    expect(made.schemes?.map((one) => one.name)).toEqual(['rsa_pss_pss_sha384']);
  });

  it('compares the public halves', () => {
    const one = leaf('P-256');
    const spki = parseCertificate(one.der).spki;
    expect(credential({ chain: one.chainDer, key: key(['ecdsa_secp256r1_sha256'], spki) }).chain).toBe(one.chainDer);
    const wrong = () => credential({ chain: leaf('P-256').chainDer, key: key(['ecdsa_secp256r1_sha256'], spki) });
    expect(wrong).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_MISMATCH' }));
  });

  it.each([
    ['none at all', []],
    ['those of another kind of key', ['rsa_pss_rsae_sha256', 'ed25519']],
    ['an unknown name', ['ecdsa_secp256r1_sha255']],
  ])('refuses schemes that cannot serve: %s', (_name, schemes) => {
    expect(() => make(leaf('P-256'), ...schemes)).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_SCHEME' }));
  });

  it('can be narrowed to some schemes, even to none', () => {
    const issued = leaf('rsa');
    const both = key(['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256']);
    const narrowed = (...names: SignatureScheme[]) =>
      credential({ chain: issued.chainDer, key: both, schemes: names.map(scheme) }).schemes?.map((one) => one.name);
    expect(narrowed('rsa_pkcs1_sha256', 'ed25519')).toEqual(['rsa_pkcs1_sha256']);
    expect(narrowed('ed25519')).toEqual([]);
  });

  it('refuses no certificate, and what is none', () => {
    expect(() => credential({ chain: [], key: key(['ed25519']) })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CONFIG' }),
    );
    expect(() => credential({ chain: [new Uint8Array(3)], key: key(['ed25519']) })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CERT_PARSE' }),
    );
  });
});

describe('versionsOf', () => {
  it('follows from what the keys can do', () => {
    expect(versionsOf([], ['TLSv1.3', 'TLSv1.2'])).toEqual(['TLSv1.3', 'TLSv1.2']);
    expect(versionsOf([rsa], ['TLSv1.3', 'TLSv1.2'])).toEqual(['TLSv1.2']);
    expect(versionsOf([rsa], ['TLSv1.3'])).toEqual([]);
    expect(versionsOf([rsaBoth], ['TLSv1.3', 'TLSv1.2'])).toEqual(['TLSv1.3', 'TLSv1.2']);
    expect(versionsOf([rsa, ecdsa], ['TLSv1.3', 'TLSv1.2'])).toEqual(['TLSv1.3', 'TLSv1.2']);
  });
});

describe('credentialChooser', () => {
  it('selects by version and schemes, in the order given', () => {
    expect(choose([ecdsa, rsaBoth], {})).toBe(ecdsa);
    expect(choose([rsaBoth, ecdsa], {})).toBe(rsaBoth);
    expect(choose([rsa, ecdsa], {})).toBe(ecdsa);
    expect(choose([rsa, ecdsa], { version: 'TLSv1.2' })).toBe(rsa);
    expect(choose([ecdsa, rsaBoth], { schemes: ids('rsa_pss_rsae_sha256') })).toBe(rsaBoth);
    expect(choose([ecdsa, rsa], { schemes: ids('rsa_pss_rsae_sha256') })).toBe(null);
    expect(choose([], {})).toBe(null);
  });

  it('selects by kind of key in TLS 1.2', () => {
    const version = 'TLSv1.2' as const;
    expect(choose([ecdsa, rsa], { version, kinds: ['rsa'] })).toBe(rsa);
    expect(choose([rsa, ecdsa], { version, kinds: ['ecdsa'] })).toBe(ecdsa);
    expect(choose([rsa], { version, kinds: ['ecdsa'] })).toBe(null);
  });

  it("prefers the peer's authorities, and does without them", () => {
    const here = make(leaf('P-256'), 'ecdsa_secp256r1_sha256');
    const there = make(leaf('P-256', other), 'ecdsa_secp256r1_sha256');
    const name = parseCertificate(other.der).subject.der;
    expect(choose([here, there], { authorities: [name] })).toBe(there);
    expect(choose([here], { authorities: [name] })).toBe(here);
    const deep = make(other.intermediate().issue(), 'ecdsa_secp256r1_sha256');
    expect(choose([here, deep], { authorities: [name] })).toBe(deep);
  });

  it('prefers certificates that are signed as the peer likes, and does without them', () => {
    const byRsa = make(makeCa({ key: 'rsa' }).issue(), 'ecdsa_secp256r1_sha256');
    const only = { certificateSchemes: ids('rsa_pkcs1_sha256') };
    expect(choose([ecdsa, byRsa], only)).toBe(byRsa);
    expect(choose([ecdsa], only)).toBe(ecdsa);
  });
});
