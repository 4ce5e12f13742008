import {
  constants,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { der } from '../../../src/asn1/index.ts';
import { type SignatureScheme, type SigningKey, type SignRequest, schemeByName } from '../../../src/crypto/index.ts';
import { Task } from '../../../src/flow/index.ts';
import { type PrivateKeyInput, signingKeyFrom } from '../../../src/providers/node.ts';
import { publicKey } from '../../../src/x509/index.ts';
import { makeSelfSigned } from '../../support/pki.ts';
import { WHOLE } from '../../support/providers.ts';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA_SCHEMES = [
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
];
const HASHED_ECDSA = ['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512'];

describe('the forms of a private key', () => {
  const rsa = RSA.privateKey;
  const ec = EC.privateKey;
  const cipher = 'aes-256-cbc';
  const forms: [string, PrivateKeyInput, KeyObject, string?][] = [
    ['PKCS #8 PEM', pem(rsa, 'pkcs8'), rsa],
    ['PKCS #8 PEM as bytes', Buffer.from(pem(rsa, 'pkcs8')), rsa],
    ['PKCS #8 DER', rsa.export({ format: 'der', type: 'pkcs8' }), rsa],
    ['PKCS #8 DER as a plain array', new Uint8Array(ec.export({ format: 'der', type: 'pkcs8' })), ec],
    ['PKCS #1 PEM', pem(rsa, 'pkcs1'), rsa],
    ['PKCS #1 DER', rsa.export({ format: 'der', type: 'pkcs1' }), rsa],
    ['SEC 1 PEM', pem(ec, 'sec1'), ec],
    ['SEC 1 DER', ec.export({ format: 'der', type: 'sec1' }), ec],
    ['a KeyObject', ec, ec],
    ['{ key }', { key: pem(ec, 'sec1') }, ec],
    ['{ pem }', { pem: Buffer.from(pem(ec, 'sec1')) }, ec],
    ['{ key } with a KeyObject', { key: ec }, ec],
    ['encrypted PKCS #8 PEM', rsa.export({ format: 'pem', type: 'pkcs8', cipher, passphrase: 'x' }), rsa, 'x'],
    ['encrypted PKCS #8 DER', ec.export({ format: 'der', type: 'pkcs8', cipher, passphrase: 'x' }), ec, 'x'],
    ['encrypted PKCS #1 PEM', rsa.export({ format: 'pem', type: 'pkcs1', cipher, passphrase: 'x' }), rsa, 'x'],
    ['encrypted SEC 1 PEM', ec.export({ format: 'pem', type: 'sec1', cipher, passphrase: 'x' }), ec, 'x'],
    ['an empty passphrase', ec.export({ format: 'pem', type: 'pkcs8', cipher, passphrase: '' }), ec, ''],
    [
      '{ key, passphrase }',
      { key: ec.export({ format: 'pem', type: 'pkcs8', cipher, passphrase: 'y' }), passphrase: 'y' },
      ec,
      'other',
    ],
    ['a passphrase that nobody needs', pem(ec, 'pkcs8'), ec, 'x'],
    ['text around the block', `Bag Attributes\n  friendlyName: x\n${pem(ec, 'pkcs8')}trailing`, ec],
    ['line ends of Windows', pem(ec, 'pkcs8').replace(/\n/g, '\r\n'), ec],
    [
      'parameters before the key',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(ec, 'sec1')}`,
      ec,
    ],
  ];

  test.each(forms)('%s', async (_form, input, original, passphrase) => {
    const key = signingKeyFrom(input, passphrase);
    expect(Buffer.from(key.publicKey)).toEqual(createPublicKey(original).export({ format: 'der', type: 'spki' }));
    expect(Object.getPrototypeOf(key.publicKey)).toBe(Uint8Array.prototype);
    await verified(key, key.schemes[0]!);
  });

  test('a passphrase may be bytes', () => {
    const text = ec.export({ format: 'pem', type: 'pkcs8', cipher, passphrase: 'x' });
    expect(signingKeyFrom(text, Buffer.from('x')).schemes[0]).toBe('ecdsa_secp256r1_sha256');
  });
});

describe('the schemes of a key', () => {
  const kinds: [string, KeyObject, string[]][] = [
    ['RSA', RSA.privateKey, RSA_SCHEMES],
    [
      'RSA of 1024 bits',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
      RSA_SCHEMES.filter((name) => name !== 'rsa_pss_rsae_sha512'),
    ],
    [
      'RSASSA-PSS',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
      ['rsa_pss_pss_sha256', 'rsa_pss_pss_sha384', 'rsa_pss_pss_sha512'],
    ],
    [
      'RSASSA-PSS with SHA-384',
      generateKeyPairSync('rsa-pss', {
        modulusLength: 2048,
        hashAlgorithm: 'sha384',
        mgf1HashAlgorithm: 'sha384',
        saltLength: 48 as never, // @types/node 20 takes it for a text
      }).privateKey,
      ['rsa_pss_pss_sha384'],
    ],
    ['P-256', EC.privateKey, HASHED_ECDSA],
    ['P-384', curve('P-384'), [HASHED_ECDSA[1]!, HASHED_ECDSA[0]!, HASHED_ECDSA[2]!]],
    ['P-521', curve('P-521'), [HASHED_ECDSA[2]!, HASHED_ECDSA[0]!, HASHED_ECDSA[1]!]],
    ['secp256k1', curve('secp256k1'), HASHED_ECDSA],
    ['brainpoolP256r1', curve('brainpoolP256r1'), ['ecdsa_brainpoolP256r1tls13_sha256', ...HASHED_ECDSA]],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey, ['ed25519']],
    ['Ed448', generateKeyPairSync('ed448').privateKey, ['ed448']],
  ];

  test.each(kinds)('%s, and it signs with each of them', async (_kind, object, schemes) => {
    const key = signingKeyFrom(object);
    expect(key.schemes).toEqual(schemes);
    for (const scheme of key.schemes) await verified(key, scheme);
  });

  test('another scheme is refused', () => {
    expect(() => signingKeyFrom(EC.privateKey).sign(request('ed25519', new Uint8Array(1)))).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_KEY_SCHEME' }),
    );
  });
});

describe('raw RSA decryption', () => {
  test('returns the padded block, and belongs to RSA keys alone', async () => {
    const key = signingKeyFrom(RSA.privateKey);
    const ciphertext = publicEncrypt(
      { key: RSA.publicKey, padding: constants.RSA_PKCS1_PADDING },
      new Uint8Array([3, 3, 7]),
    );
    const block = await key.rsaDecrypt!.run(ciphertext, new Task('rsa-decrypt', () => null));
    expect(key.rsaDecrypt!.padding).toBe('none');
    expect([block.length, block[0], block[1], ...block.slice(-4)]).toEqual([256, 0, 2, 0, 3, 3, 7]);
    expect(signingKeyFrom(EC.privateKey).rsaDecrypt).toBeUndefined();
  });
});

describe('what is no usable private key', () => {
  const encrypted = EC.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
  const legacy = EC.privateKey.export({ format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'x' });
  const { certificate, pfx } = others();
  const cases: [string, unknown, string | undefined, RegExp][] = [
    ['no passphrase', encrypted, undefined, /no passphrase was given/],
    ['no passphrase for an old form', legacy, undefined, /no passphrase was given/],
    ['a wrong passphrase', encrypted, 'z', /passphrase is wrong/],
    ['a wrong passphrase for an old form', legacy, 'z', /passphrase is wrong/],
    ['a certificate', certificate.pem, undefined, /a certificate, not a private key/],
    ['a certificate as DER', certificate.der, undefined, /a certificate, not a private key/],
    [
      'a public key',
      EC.publicKey.export({ format: 'pem', type: 'spki' }),
      undefined,
      /a public key, not a private key/,
    ],
    [
      'a public key as DER',
      EC.publicKey.export({ format: 'der', type: 'spki' }),
      undefined,
      /a public key, not a private key/,
    ],
    [
      'a public RSA key as DER',
      RSA.publicKey.export({ format: 'der', type: 'pkcs1' }),
      undefined,
      /a public key, not a private key/,
    ],
    ['a public KeyObject', EC.publicKey, undefined, /a public key, not a private one/],
    ['a secret KeyObject', createSecretKey(Buffer.alloc(16)), undefined, /a secret key, not a private one/],
    ['PKCS #12', pfx, undefined, /PKCS #12/],
    [
      'a key of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      undefined,
      /ssh-keygen/,
    ],
    ['text', 'key', undefined, /neither PEM nor DER/],
    ['nothing', '', undefined, /neither PEM nor DER/],
    ['random bytes', new Uint8Array([1, 2, 3]), undefined, /neither PEM nor DER/],
    [
      'damaged DER',
      EC.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(0, 60),
      undefined,
      /the DER is damaged/,
    ],
    ['damaged PEM', pem(EC.privateKey, 'pkcs8').slice(0, 60), undefined, /has no END line/],
    ['a damaged key in good DER', damaged(), undefined, /damaged/],
    [
      'a key that agrees but cannot sign',
      generateKeyPairSync('x25519').privateKey,
      undefined,
      /no signature for a key of type x25519/,
    ],
    ['an odd curve', curve('secp224r1'), undefined, /ec on secp224r1/],
    ['null', null, undefined, /give PEM, DER/],
    ['a number', 7, undefined, /give PEM, DER/],
    ['an object of nothing', {}, undefined, /give PEM, DER|neither PEM/],
  ];

  test.each(cases)('%s', (_what, input, passphrase, detail) => {
    expect(() => signingKeyFrom(input as string, passphrase)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_KEY_PARSE', detail: expect.stringMatching(detail) }),
    );
  });

  test('a wrong passphrase is told as such even where its padding is right by chance', () => {
    for (let i = 0; i < 600; i++) {
      expect(() => signingKeyFrom(encrypted, `no ${i}`)).toThrow(
        expect.objectContaining({ detail: expect.stringMatching(/passphrase is wrong/) }),
      );
    }
  });
});

async function verified(key: SigningKey & { publicKey: Uint8Array }, scheme: SignatureScheme): Promise<void> {
  const message = new Uint8Array([1, 2, 3]);
  const signature = await key.sign(request(scheme, message));
  const info = schemeByName(scheme)!;
  const pub = publicKey(key.publicKey);
  expect(Object.getPrototypeOf(signature)).toBe(Uint8Array.prototype);
  for (const { verifiers } of WHOLE) {
    const verifier = verifiers.find(
      (one) => one.kind === info.kind && one.hash === info.hash && (one.curves?.includes(pub.curve!) ?? true),
    )!;
    expect(await verifier.verify(pub, message, signature)).toBe(true);
  }
}

function request(scheme: SignatureScheme, message: Uint8Array): SignRequest {
  return {
    scheme,
    message,
    digest: () => message,
    signal: new Task('sign', () => null),
    context: { role: 'server', version: 'TLSv1.3' },
  };
}

function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string {
  return key.export({ format: 'pem', type } as { format: 'pem'; type: 'pkcs8' }) as string;
}

function curve(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

function damaged(): Uint8Array {
  const der = EC.privateKey.export({ format: 'der', type: 'pkcs8' });
  der.fill(0xff, 10, 25);
  return der;
}

/** A certificate, and the outer shape of a PKCS #12 file: version, contents, MAC. */
function others(): { certificate: { pem: string; der: Uint8Array }; pfx: Uint8Array } {
  const { cert: text, der: bytes } = makeSelfSigned();
  return { certificate: { pem: text, der: bytes }, pfx: der.sequence(der.integer(3), der.sequence(), der.sequence()) };
}
