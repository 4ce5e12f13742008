import { describe, expect, it } from 'vitest';
import { der, OID } from '../../../src/asn1/index.ts';
import { EMPTY, equalBytes } from '../../../src/bytes/index.ts';
import { AnchorSet, type Name, parseCertificate, pathDer, privateProfile } from '../../../src/x509/index.ts';
import {
  type Ca,
  crossSign,
  EKU,
  extension,
  type Issued,
  type KeyType,
  makeCa,
  makeSelfSigned,
} from '../../support/pki.ts';
import { codeFor, errorOf, NOW, VERIFIERS, verify } from './verify.ts';

const DAY = 86_400;
const root = makeCa({ name: 'Root' });
const middle = root.intermediate({ name: 'Middle' });
const leaf = middle.issue({ name: 'leaf', san: ['dns:example.com'] });
const past = { notBefore: NOW - 20 * DAY, notAfter: NOW - 10 * DAY };
const future = { notBefore: NOW + 10 * DAY };

/** Which certificate the error is about. */
function culprit(chain: readonly Issued[], anchors: readonly Issued[]): Issued | undefined {
  const { certificate } = errorOf(chain, anchors) ?? {};
  return [...chain, ...anchors].find(({ der }) => certificate !== undefined && equalBytes(der, certificate));
}

describe('a path', () => {
  it('goes from the leaf to an anchor, in whatever order the peer sends it', () => {
    const stray = makeCa({ name: 'Stray' }).intermediate({ name: 'Stray' });
    const path = verify([leaf, stray, root, middle], [stray, root], { serverName: 'example.com' });
    expect(path.certificates.map(({ subject }) => `${subject}`)).toEqual(['CN=leaf', 'CN=Middle']);
    expect(pathDer(path)).toEqual([leaf.der, middle.der, root.der]);
    expect(path.anchor.certificate?.subject.toString()).toBe('CN=Root');
    expect(path.policies).toEqual([]);
    expect(path.unchecked).toEqual(['revocation: neither CRLs nor OCSP are used']);
    expect(path.notAfter).toBe(Math.min(...pathDer(path).map((bytes) => parseCertificate(bytes).notAfter)));
  });

  it('may end at an anchor that is a name and a key, no more', () => {
    const { subject, publicKey } = parseCertificate(root.der);
    const anchors = new AnchorSet([{ subject: subject as Name, publicKey, constraints: null, certificate: null }]);
    const path = verify([leaf, middle], [], { anchors });
    expect(pathDer(path)).toEqual([leaf.der, middle.der]);
  });

  it.each<KeyType>(['P-256', 'P-384', 'P-521', 'secp256k1', 'brainpoolP256r1', 'rsa', 'rsa-pss', 'ed25519', 'ed448'])(
    'is signed with %s',
    (key) => {
      const ca = makeCa({ key, keyLabel: 'path' });
      expect(codeFor([ca.issue()], [ca])).toBeNull();
      expect(codeFor([ca.issue({ badSignature: true })], [ca])).toBe('ERR_TLS_CERT_SIGNATURE');
    },
  );

  it('is signed with RSA-PSS by a plain RSA key too', () => {
    const ca = makeCa({ key: 'rsa', keyLabel: 'path' });
    expect(codeFor([ca.issue({ pss: true, hash: 'sha384' })], [ca])).toBeNull();
  });

  it('may end at an intermediate that is trusted, unless that is switched off', () => {
    expect(codeFor([leaf], [middle])).toBeNull();
    expect(codeFor([leaf], [middle], { partialChain: false })).toBe('ERR_TLS_CERT_UNKNOWN_ROOT');
    expect(codeFor([leaf], [middle, root], { partialChain: false })).toBeNull();
  });

  it('may be a leaf that is trusted itself', () => {
    const own = makeSelfSigned({ name: 'own', san: ['dns:own.example'] });
    expect(verify([own], [own], { serverName: 'own.example' }).certificates).toHaveLength(1);
    expect(codeFor([own], [root])).toBe('ERR_TLS_CERT_SELF_SIGNED');
    expect(codeFor([makeSelfSigned({ name: 'own' })], [own])).toBe('ERR_TLS_CERT_SELF_SIGNED');
    expect(codeFor([makeSelfSigned({ name: 'own', aki: false })], [own])).toBe('ERR_TLS_CERT_SELF_SIGNED');
    expect(codeFor([own], [own], { serverName: 'other.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const old = makeSelfSigned({ name: 'own', ...past });
    expect(codeFor([old], [old])).toBe('ERR_TLS_CERT_EXPIRED');
    expect(codeFor([leaf], [leaf])).toBeNull();
    expect(codeFor([leaf], [leaf], { partialChain: false })).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    const bare = makeSelfSigned({ aki: false, ski: false, eku: null, ca: true, keyUsage: null });
    expect(codeFor([bare], [bare], { profile: privateProfile })).toBeNull();
  });

  it('does not need a readable key or a sane certificate where none of it is used', () => {
    const broken = parseCertificate(middle.der).der.slice(0, 100);
    const mute = root.intermediate({ name: 'Mute', extensions: [extension('1.2.3', EMPTY, true)] });
    const chain = [leaf.der, broken, mute.der, middle.der];
    expect(codeFor([leaf], [root], { chain })).toBeNull();
    expect(codeFor([leaf], [root], { chain: [broken] })).toBe('ERR_TLS_CERT_PARSE');
    expect(codeFor([leaf], [root], { chain: [] })).toBe('ERR_TLS_CERT_PARSE');
  });
});

describe('of several ways', () => {
  it('the one that passes every check is found', () => {
    const key = middle.privateKey;
    const same = { name: 'Middle', key };
    const flawed = [
      root.intermediate({ ...same, ...past }),
      root.intermediate({ ...same, ...future }),
      root.intermediate({ ...same, ca: false, keyUsage: 1 }),
      root.intermediate({ ...same, keyUsage: 1 }),
      root.intermediate({ ...same, eku: [EKU.client] }),
      root.intermediate({ ...same, excluded: ['dns:example.com'] }),
      root.intermediate({ ...same, hash: 'sha1' }),
      root.intermediate({ ...same, badSignature: true }),
      root.intermediate({ ...same, extensions: [extension('1.2.3', EMPTY, true)] }),
      root.intermediate({ name: 'Middle' }),
      makeCa({ name: 'Root' }).intermediate(same),
    ];
    for (const bad of flawed) expect(codeFor([leaf, bad], [root])).not.toBeNull();
    expect(verify([leaf, ...flawed, middle], [root]).certificates[1]!.der).toEqual(middle.der);
  });

  it('around a cross-signed loop none is gone twice', () => {
    const other = makeCa({ name: 'Other' });
    const a = crossSign(other, middle);
    const b = crossSign(middle, other);
    expect(codeFor([leaf, a, b], [root])).toBe('ERR_TLS_CERT_UNKNOWN_ROOT');
    expect(codeFor([leaf, a, b, middle], [root])).toBeNull();
    expect(codeFor([leaf, a, b], [other])).toBeNull();
  });

  it('an expired cross-signature does not hide the root that is trusted', () => {
    const elder = makeCa({ name: 'Elder' });
    const expired = crossSign(elder, root, past);
    expect(verify([leaf, middle, expired], [elder, root]).anchor.certificate?.der).toEqual(root.der);
  });

  it('the one with the right key identifier is tried first', () => {
    let tried = 0;
    const verifiers = VERIFIERS.map((verifier) => ({
      ...verifier,
      verify: (...args: Parameters<typeof verifier.verify>) => {
        tried += 1;
        return verifier.verify(...args);
      },
    }));
    const likes = Array.from({ length: 5 }, () => root.intermediate({ name: 'Middle' }));
    expect(codeFor([leaf, ...likes, middle], [root], { verifiers })).toBeNull();
    expect(tried).toBe(2);
  });
});

describe('time', () => {
  const at = (time: number | null, earliest?: number) =>
    codeFor([leaf, middle], [root], earliest === undefined ? { time } : { time, earliest });
  const { notBefore } = parseCertificate(leaf.der);
  const notAfter = Math.min(...[leaf, middle, root].map(({ der }) => parseCertificate(der).notAfter));

  it('is inclusive at both ends, in whole seconds', () => {
    const latest = Math.max(...[leaf, middle, root].map(({ der }) => parseCertificate(der).notBefore));
    expect(at(latest)).toBeNull();
    expect(at(notBefore - 100)).toBe('ERR_TLS_CERT_NOT_YET_VALID');
    expect(at(notAfter)).toBeNull();
    expect(at(notAfter + 0.999)).toBeNull();
    expect(at(notAfter + 1)).toBe('ERR_TLS_CERT_EXPIRED');
  });

  it('may be left out, but never lies before the build', () => {
    expect(at(null)).toBeNull();
    expect(verify([leaf, middle], [root], { time: null })).toMatchObject({ notAfter: null });
    expect(verify([leaf, middle], [root], { time: null }).unchecked).toContain('validity: no date was given');
    expect(at(null, notAfter + 1)).toBe('ERR_TLS_CERT_EXPIRED');
    expect(at(null, 0)).toBeNull();
    expect(at(0, NOW)).toBeNull();
    expect(at(0)).toBe('ERR_TLS_CERT_NOT_YET_VALID');
    expect(at(NOW, notAfter + 1)).toBe('ERR_TLS_CERT_EXPIRED');
  });

  it('is a number', () => {
    expect(at(Number.NaN)).toBe('ERR_TLS_CONFIG');
    expect(at(Number.POSITIVE_INFINITY)).toBe('ERR_TLS_CONFIG');
    expect(at(NOW, Number.NaN)).toBe('ERR_TLS_CONFIG');
  });

  it('counts for every certificate', () => {
    const oldRoot = makeCa({ name: 'Old', ...past });
    expect(codeFor([oldRoot.issue()], [oldRoot])).toBe('ERR_TLS_CERT_EXPIRED');
    const oldMiddle = root.intermediate({ name: 'Old', ...past });
    expect(codeFor([oldMiddle.issue(), oldMiddle], [root])).toBe('ERR_TLS_CERT_EXPIRED');
    expect(codeFor([middle.issue(past), middle], [root])).toBe('ERR_TLS_CERT_EXPIRED');
    expect(codeFor([middle.issue(future), middle], [root])).toBe('ERR_TLS_CERT_NOT_YET_VALID');
  });
});

describe('authorities', () => {
  it('say that they are', () => {
    const server = root.issue({ name: 'server' }) as Ca;
    const child = makeCa({ name: 'server', key: server.privateKey }).issue();
    expect(codeFor([child, server], [root])).toBe('ERR_TLS_CERT_NOT_CA');
    const silent = root.intermediate({ ca: null });
    expect(codeFor([silent.issue(), silent], [root])).toBe('ERR_TLS_CERT_NOT_CA');
    const denying = makeCa({ ca: false, keyUsage: null });
    expect(codeFor([denying.issue()], [denying], { profile: privateProfile })).toBe('ERR_TLS_CERT_NOT_CA');
    const noSigner = makeCa({ keyUsage: 1 });
    expect(codeFor([noSigner.issue()], [noSigner])).toBe('ERR_TLS_CERT_KEY_USAGE');
  });

  it('limit how many follow, self-issued ones aside', () => {
    const none = root.intermediate({ name: 'None', pathLength: 0 });
    const below = none.intermediate({ name: 'Below' });
    expect(codeFor([none.issue(), none], [root])).toBeNull();
    expect(codeFor([below.issue(), below, none], [root])).toBe('ERR_TLS_CERT_PATH_LENGTH');
    const rolled = none.intermediate({ name: 'None' });
    expect(codeFor([rolled.issue(), rolled, none], [root])).toBeNull();
    expect(
      codeFor([none.intermediate({ name: 'leaf', san: ['dns:x.example'] }), none], [root], { usage: null }),
    ).toBeNull();
  });

  it('are no more than the caller allows', () => {
    const rolled = middle.intermediate({ name: 'Middle' });
    const second = rolled.intermediate({ name: 'Second' });
    const chain = [second.issue(), second, rolled, middle];
    expect(codeFor(chain, [root], { maxDepth: 2 })).toBeNull();
    expect(codeFor(chain, [root], { maxDepth: 1 })).toBe('ERR_TLS_CERT_TOO_DEEP');
    expect(codeFor([leaf, middle], [root], { maxDepth: 0 })).toBe('ERR_TLS_CERT_TOO_DEEP');
    let ca = root;
    const long: Ca[] = [];
    for (let i = 0; i < 11; i++) {
      ca = ca.intermediate({ name: `Level ${i}` });
      long.unshift(ca);
    }
    expect(codeFor([ca.issue(), ...long], [root])).toBe('ERR_TLS_CERT_TOO_DEEP');
    expect(codeFor([long[1]!.issue(), ...long.slice(1)], [root])).toBeNull();
  });

  it('may be for one purpose alone', () => {
    const clients = root.intermediate({ name: 'Clients', eku: [EKU.client] });
    const any = root.intermediate({ name: 'Any', eku: [EKU.any] });
    const both = [EKU.server, EKU.client];
    expect(codeFor([clients.issue({ eku: both }), clients], [root])).toBe('ERR_TLS_CERT_EXTENDED_KEY_USAGE');
    expect(codeFor([clients.issue({ eku: both }), clients], [root], { usage: 'clientAuth' })).toBeNull();
    expect(codeFor([any.issue({ eku: both }), any], [root])).toBeNull();
    expect(codeFor([clients.issue({ eku: both }), clients], [root], { usage: null })).toBeNull();
  });
});

describe('a leaf', () => {
  it('is for what it is used for', () => {
    expect(codeFor([root.issue({ eku: [EKU.client] })], [root])).toBe('ERR_TLS_CERT_EXTENDED_KEY_USAGE');
    expect(codeFor([root.issue({ eku: [EKU.client] })], [root], { usage: 'clientAuth' })).toBeNull();
    expect(codeFor([root.issue({ eku: null })], [root])).toBeNull();
    expect(codeFor([root.issue({ keyUsage: 4 })], [root], { keyUsage: 1 })).toBe('ERR_TLS_CERT_KEY_USAGE');
    expect(codeFor([root.issue({ keyUsage: 4 })], [root], { keyUsage: 1 | 4 })).toBeNull();
    expect(codeFor([root.issue({ keyUsage: null })], [root], { keyUsage: 1 })).toBeNull();
  });
});

describe('what is refused', () => {
  it.each([
    ['a broken algorithm', { hash: 'sha1' }, 'ERR_TLS_CERT_SIGNATURE_WEAK'],
    ['a critical extension', { extensions: [extension('1.2.3', EMPTY, true)] }, 'ERR_TLS_CERT_CRITICAL_EXTENSION'],
    ['a short key', { key: 'rsa-1024' }, 'ERR_TLS_CERT_WEAK_KEY'],
    [
      'a malformed extension',
      { extensions: [extension(OID.certificatePolicies, der.nothing())] },
      'ERR_TLS_CERT_PARSE',
    ],
  ] as const)('%s, in a leaf as in an intermediate', (_what, options, code) => {
    expect(codeFor([root.issue(options)], [root])).toBe(code);
    const ca = root.intermediate(options);
    expect(codeFor([ca.issue(), ca], [root])).toBe(code);
  });

  it('a critical extension, by its name', () => {
    const twice = [extension('1.2.3', EMPTY, true), extension('1.2.4', EMPTY), extension('1.2.5', EMPTY, true)];
    expect(errorOf([root.issue({ extensions: twice })], [root])?.detail).toContain('not understood: 1.2.3, 1.2.5 (');
  });

  it('MD5, always; SHA-1, unless a private PKI asks for it', () => {
    const ca = makeCa({ key: 'rsa', keyLabel: 'path' });
    const sha1 = { ...VERIFIERS.find(({ kind }) => kind === 'rsa-pkcs1')!, hash: 'sha1' as const, verify: () => true };
    const verifiers = [...VERIFIERS, sha1];
    expect(codeFor([ca.issue({ hash: 'md5' })], [ca], { verifiers })).toBe('ERR_TLS_CERT_SIGNATURE_WEAK');
    expect(codeFor([ca.issue({ hash: 'sha1' })], [ca], { verifiers })).toBe('ERR_TLS_CERT_SIGNATURE_WEAK');
    expect(codeFor([ca.issue({ hash: 'sha1' })], [ca], { profile: privateProfile })).toBe(
      'ERR_TLS_CERT_SIGNATURE_WEAK',
    );
    expect(codeFor([ca.issue({ hash: 'sha1' })], [ca], { profile: privateProfile, verifiers })).toBeNull();
    const oldRoot = makeCa({ key: 'rsa', keyLabel: 'path', hash: 'sha1' });
    expect(codeFor([oldRoot.issue()], [oldRoot])).toBeNull();
  });

  it('what nobody here can verify', () => {
    const verifiers = VERIFIERS.filter(({ kind }) => kind !== 'ed25519');
    const ca = makeCa({ key: 'ed25519' });
    expect(codeFor([ca.issue()], [ca], { verifiers })).toBe('ERR_TLS_CERT_SIGNATURE_UNSUPPORTED');
    const nist = VERIFIERS.filter(({ curves }) => curves === undefined || curves.indexOf('P-256') >= 0);
    const brainpool = makeCa({ key: 'brainpoolP256r1' });
    expect(codeFor([brainpool.issue()], [brainpool], { verifiers: nist })).toBe('ERR_TLS_CERT_SIGNATURE_UNSUPPORTED');
    const unreadable = makeCa({ name: 'DSA' });
    const change = { verifiers: [] };
    expect(codeFor([unreadable.issue()], [unreadable], change)).toBe('ERR_TLS_CERT_SIGNATURE_UNSUPPORTED');
  });
});

describe('of several errors', () => {
  it('the most telling one is reported, with its certificate', () => {
    const expired = root.intermediate({ name: 'Middle', key: middle.privateKey, ...past });
    expect(codeFor([leaf], [root])).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    expect(culprit([leaf], [root])).toBe(leaf);
    expect(codeFor([leaf, middle], [])).toBe('ERR_TLS_CERT_UNKNOWN_ROOT');
    expect(culprit([leaf, middle], [])).toBe(middle);
    expect(codeFor([leaf, middle, root], [])).toBe('ERR_TLS_CERT_SELF_SIGNED_ROOT');
    expect(culprit([leaf, middle, root], [])).toBe(root);
    expect(codeFor([leaf, expired], [root])).toBe('ERR_TLS_CERT_EXPIRED');
    expect(culprit([leaf, expired], [root])).toBe(expired);
    expect(codeFor([leaf, expired], [])).toBe('ERR_TLS_CERT_EXPIRED');
    const impostor = makeCa({ name: 'Middle', ...past });
    expect(codeFor([leaf, impostor], [root])).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    expect(codeFor([makeSelfSigned({ ...past })], [])).toBe('ERR_TLS_CERT_EXPIRED');
  });

  it('a path error comes before a wrong name', () => {
    expect(codeFor([leaf], [root], { serverName: 'other.example' })).toBe('ERR_TLS_CERT_UNKNOWN_ISSUER');
    expect(codeFor([leaf, middle], [root], { serverName: 'other.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(codeFor([leaf, middle], [root], { emails: ['a@example.com'] })).toBe('ERR_TLS_CERT_EMAIL_MISMATCH');
  });
});
