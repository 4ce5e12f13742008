/**
 * Makes small public key infrastructures for tests and demonstrations: authorities, intermediates, leaves, CRLs.
 * By default what it makes satisfies the strict profile; every option exists to break one thing.
 * It is free of any test framework.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { der, OID, toPem } from '../../src/asn1/index.ts';
import { EMPTY } from '../../src/bytes/index.ts';
import { parseCertificate } from '../../src/x509/index.ts';

export type KeyType =
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'secp256k1'
  | 'brainpoolP256r1'
  | 'rsa'
  | 'rsa-1024'
  | 'rsa-3072'
  | 'rsa-4096'
  | 'rsa-pss'
  | 'ed25519'
  | 'ed448';

export type HashOption = 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5';

/** Names for subjectAltName and name constraints; `dns:`, `ip:`, `email:`, `uri:` or `dn:` (a common name) in front. */
export type NameText = string;

export interface CertificateOptions {
  /** Common name; null for an empty subject. */
  readonly name?: string | null;
  readonly organization?: string;
  /** The whole subject as DER, instead of a common name. */
  readonly subject?: Uint8Array;
  /**
   * Kind of key to make, or a private key to use. Keys are made once for each `keyLabel` and process. A public KeyObject
   * makes a certificate for a key that is elsewhere: `key` of the result is then empty.
   */
  readonly key?: KeyType | KeyObject | string;
  /** Two certificates with the same label and kind share a key. Default: a key for each certificate. */
  readonly keyLabel?: string;
  /** Seconds since 1970, or a date. Default: a day ago. */
  readonly notBefore?: number | Date;
  /** Default: in ten years. */
  readonly notAfter?: number | Date;
  readonly hash?: HashOption;
  /** Sign with RSA-PSS although the issuer's key is a plain RSA key. */
  readonly pss?: boolean;
  readonly version?: 1 | 3;
  readonly serial?: number | Uint8Array;
  readonly san?: readonly NameText[] | null;
  readonly sanCritical?: boolean;
  /** Bits as in RFC 5280 (digitalSignature 1, keyCertSign 32, cRLSign 64); null: no extension. */
  readonly keyUsage?: number | null;
  /** Purposes in dotted form; null: no extension. */
  readonly eku?: readonly string[] | null;
  readonly ca?: boolean | null;
  readonly basicConstraintsCritical?: boolean;
  readonly pathLength?: number;
  readonly permitted?: readonly NameText[];
  readonly excluded?: readonly NameText[];
  readonly ski?: boolean;
  readonly aki?: boolean;
  readonly policies?: readonly string[];
  /** TLS features; [5] is OCSP must-staple. */
  readonly tlsFeatures?: readonly number[];
  /** URLs of OCSP responders and CRLs. */
  readonly ocsp?: readonly string[];
  readonly crl?: readonly string[];
  /** More extensions, made with `extension`. */
  readonly extensions?: readonly Uint8Array[];
  /** Fields as DER, instead of what would stand there: for what no proper encoder writes. */
  readonly raw?: {
    readonly serial?: Uint8Array;
    readonly validity?: Uint8Array;
    readonly spki?: Uint8Array;
    /** Between the key and the extensions. */
    readonly uniqueIds?: Uint8Array;
  };
  /** Breaks the signature. */
  readonly badSignature?: boolean;
}

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly der: Uint8Array;
  /** PKCS#8 PEM. */
  readonly key: string;
  /** The public key where no more was given. */
  readonly privateKey: KeyObject;
  /** PEM: this certificate and the intermediates above it, without the root. */
  readonly chain: string;
  /** The same as DER. */
  readonly chainDer: readonly Uint8Array[];
}

export interface CrlOptions {
  readonly revoked?: readonly {
    readonly serial: number | Uint8Array;
    readonly reason?: number;
    readonly extensions?: readonly Uint8Array[];
  }[];
  readonly thisUpdate?: number | Date;
  /** Null: none. */
  readonly nextUpdate?: number | Date | null;
  /** Null: no CRLNumber. */
  readonly number?: number | null;
  readonly extensions?: readonly Uint8Array[];
  readonly badSignature?: boolean;
  readonly hash?: HashOption;
}

export interface Ca extends Issued {
  /** Issues a leaf for a server (and, by `eku`, for anything else). */
  issue(options?: CertificateOptions): Issued;
  /** Issues an intermediate. */
  intermediate(options?: CertificateOptions): Ca;
  /** A CRL as PEM and DER. */
  crl(options?: CrlOptions): { readonly pem: string; readonly der: Uint8Array };
}

export const EKU = {
  server: OID['id-kp-serverAuth'],
  client: OID['id-kp-clientAuth'],
  any: OID.anyExtendedKeyUsage,
  ocsp: OID['id-kp-OCSPSigning'],
  codeSigning: OID['id-kp-codeSigning'],
} as const;

const DAY = 86_400;

/** A self-signed root. */
export function makeCa(options: CertificateOptions = {}): Ca {
  const privateKey = keyFor(options, 'ca');
  const subject = subjectOf(options, 'Test Root');
  const issuer: Signer = { subject, privateKey, keyId: keyIdOf(privateKey) };
  const bytes = certificate(options, { ...caDefaults, aki: false }, subject, privateKey, issuer);
  return authority(bytes, privateKey, subject, []);
}

/** A self-signed leaf, as people make them for one server. */
export function makeSelfSigned(options: CertificateOptions = {}): Issued {
  const privateKey = keyFor(options, 'leaf');
  const subject = subjectOf(options, 'localhost');
  const issuer: Signer = { subject, privateKey, keyId: keyIdOf(privateKey) };
  return issued(certificate(options, leafDefaults, subject, privateKey, issuer), privateKey, []);
}

/** An extension for `extensions`. */
export function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : EMPTY, der.octetString(value));
}

export function distinguishedName(...attributes: readonly (readonly [oid: string, value: string])[]): Uint8Array {
  return der.sequence(
    ...attributes.map(([oid, value]) => der.set(der.sequence(der.oid(oid), attributeValue(oid, value)))),
  );
}

/** Another certificate for an existing authority's name and key, made by `by`: a cross-signature. */
export function crossSign(by: Ca, ca: Ca, options: CertificateOptions = {}): Ca {
  return by.intermediate({ subject: subjectDer(ca.der), key: ca.privateKey, ...options });
}

/** `tbs` with algorithm and signature: a certificate, CRL, or what else is signed so. `more` stands behind the signature. */
export function signedBy(
  tbs: Uint8Array,
  privateKey: KeyObject,
  options: { readonly hash?: HashOption; readonly badSignature?: boolean; readonly more?: Uint8Array } = {},
): Uint8Array {
  const algorithm = signatureAlgorithm(privateKey, options.hash, false);
  return signed(tbs, algorithm, privateKey, options.badSignature === true, options.more);
}

/** A private key of this kind; the same for the same label within a process. */
export function testKey(type: KeyType, label: string): KeyObject {
  const id = `${type}/${label}`;
  let key = keys.get(id);
  if (key === undefined) {
    key = generate(type);
    keys.set(id, key);
  }
  return key;
}

interface Signer {
  readonly subject: Uint8Array;
  readonly privateKey: KeyObject;
  readonly keyId: Uint8Array;
}

const caDefaults: CertificateOptions = { ca: true, keyUsage: 32 | 64, eku: null, san: null, ski: true, aki: true };
const leafDefaults: CertificateOptions = {
  ca: false,
  keyUsage: 1,
  eku: [EKU.server],
  san: ['dns:localhost', 'ip:127.0.0.1'],
  ski: true,
  aki: true,
};

const keys = new Map<string, KeyObject>();
const spkis = new WeakMap<KeyObject, Uint8Array>();
const keyIds = new WeakMap<KeyObject, Uint8Array>();
const pems = new WeakMap<KeyObject, string>();
let unlabelled = 0;
let serials = 0x1000;

function authority(bytes: Uint8Array, privateKey: KeyObject, subject: Uint8Array, above: readonly Uint8Array[]): Ca {
  const signer: Signer = { subject, privateKey, keyId: keyIdOf(privateKey) };
  const own = issued(bytes, privateKey, above);
  const chain = above.length === 0 && parseCertificate(bytes).selfIssued ? [] : own.chainDer;
  return {
    ...own,
    issue(options = {}) {
      const key = keyFor(options, 'leaf');
      return issued(certificate(options, leafDefaults, subjectOf(options, 'localhost'), key, signer), key, chain);
    },
    intermediate(options = {}) {
      const key = keyFor(options, 'ca');
      const name = subjectOf(options, 'Test Intermediate');
      return authority(certificate(options, caDefaults, name, key, signer), key, name, chain);
    },
    crl(options = {}) {
      const list = revocationList(options, signer);
      return { der: list, pem: toPem('X509 CRL', list) };
    },
  };
}

function issued(bytes: Uint8Array, privateKey: KeyObject, above: readonly Uint8Array[]): Issued {
  const chainDer = [bytes, ...above];
  return {
    cert: toPem('CERTIFICATE', bytes),
    der: bytes,
    key: pemOf(privateKey),
    privateKey,
    chain: chainDer.map((each) => toPem('CERTIFICATE', each)).join(''),
    chainDer,
  };
}

function certificate(
  given: CertificateOptions,
  defaults: CertificateOptions,
  subject: Uint8Array,
  privateKey: KeyObject,
  issuer: Signer,
): Uint8Array {
  const options = { ...defaults, ...given };
  const algorithm = signatureAlgorithm(issuer.privateKey, options.hash, options.pss);
  const now = Math.floor(Date.now() / 1000);
  const validity = der.sequence(
    der.time(seconds(options.notBefore, now - DAY)),
    der.time(seconds(options.notAfter, now + 3650 * DAY)),
  );
  const tbs = der.sequence(
    options.version === 1 ? EMPTY : der.explicit(0, der.integer(2)),
    options.raw?.serial ?? der.integer(options.serial ?? ++serials),
    algorithm.der,
    issuer.subject,
    options.raw?.validity ?? validity,
    subject,
    options.raw?.spki ?? spkiOf(privateKey),
    options.raw?.uniqueIds ?? EMPTY,
    options.version === 1
      ? EMPTY
      : der.explicit(3, der.sequence(...extensionsOf(options, subject, privateKey, issuer))),
  );
  return signed(tbs, algorithm, issuer.privateKey, options.badSignature === true);
}

function extensionsOf(options: CertificateOptions, subject: Uint8Array, key: KeyObject, issuer: Signer): Uint8Array[] {
  const list: Uint8Array[] = [];
  if (options.ca !== null && options.ca !== undefined) {
    const contents = [
      options.ca ? der.boolean(true) : EMPTY,
      options.pathLength === undefined ? EMPTY : der.integer(options.pathLength),
    ];
    list.push(extension(OID.basicConstraints, der.sequence(...contents), options.basicConstraintsCritical ?? true));
  }
  if (typeof options.keyUsage === 'number') list.push(extension(OID.keyUsage, der.namedBits(options.keyUsage), true));
  if (options.eku) list.push(extension(OID.extKeyUsage, der.sequence(...options.eku.map(der.oid))));
  if (options.san) {
    const names = der.sequence(...options.san.map((name) => generalName(name)));
    list.push(extension(OID.subjectAltName, names, options.sanCritical ?? subject.length === 2));
  }
  if (options.permitted || options.excluded) {
    const subtrees = (number: number, names: readonly string[] | undefined) =>
      names ? der.explicit(number, ...names.map((name) => der.sequence(generalName(name, true)))) : EMPTY;
    const value = der.sequence(subtrees(0, options.permitted), subtrees(1, options.excluded));
    list.push(extension(OID.nameConstraints, value, true));
  }
  if (options.ski) list.push(extension(OID.subjectKeyIdentifier, der.octetString(keyIdOf(key))));
  if (options.aki) list.push(extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, issuer.keyId))));
  if (options.policies)
    list.push(
      extension(
        OID.certificatePolicies,
        der.sequence(...options.policies.map((policy) => der.sequence(der.oid(policy)))),
      ),
    );
  if (options.tlsFeatures)
    list.push(extension(OID.tlsFeature, der.sequence(...options.tlsFeatures.map((f) => der.integer(f)))));
  if (options.ocsp) {
    const access = options.ocsp.map((url) => der.sequence(der.oid(OID['id-ad-ocsp']), generalName(`uri:${url}`)));
    list.push(extension(OID.authorityInfoAccess, der.sequence(...access)));
  }
  if (options.crl) {
    const points = options.crl.map((url) => der.sequence(der.explicit(0, der.explicit(0, generalName(`uri:${url}`)))));
    list.push(extension(OID.cRLDistributionPoints, der.sequence(...points)));
  }
  return [...list, ...(options.extensions ?? [])];
}

function revocationList(options: CrlOptions, issuer: Signer): Uint8Array {
  const now = Math.floor(Date.now() / 1000);
  const algorithm = signatureAlgorithm(issuer.privateKey, options.hash, false);
  const thisUpdate = seconds(options.thisUpdate, now - DAY);
  const entries = (options.revoked ?? []).map((entry) => {
    const reason =
      entry.reason === undefined ? [] : [extension(OID.cRLReason, der.element(0x0a, new Uint8Array([entry.reason])))];
    const list = [...reason, ...(entry.extensions ?? [])];
    return der.sequence(
      der.integer(entry.serial),
      der.time(thisUpdate),
      list.length > 0 ? der.sequence(...list) : EMPTY,
    );
  });
  const extensions = [
    extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, issuer.keyId))),
    ...(options.number === null ? [] : [extension(OID.cRLNumber, der.integer(options.number ?? 1))]),
    ...(options.extensions ?? []),
  ];
  const tbs = der.sequence(
    der.integer(1),
    algorithm.der,
    issuer.subject,
    der.time(thisUpdate),
    options.nextUpdate === null ? EMPTY : der.time(seconds(options.nextUpdate, now + 30 * DAY)),
    entries.length > 0 ? der.sequence(...entries) : EMPTY,
    der.explicit(0, der.sequence(...extensions)),
  );
  return signed(tbs, algorithm, issuer.privateKey, options.badSignature === true);
}

interface Algorithm {
  readonly der: Uint8Array;
  readonly hash: string | null;
  readonly pssSalt: number | null;
}

function signed(
  tbs: Uint8Array,
  algorithm: Algorithm,
  privateKey: KeyObject,
  broken: boolean,
  more: Uint8Array = EMPTY,
): Uint8Array {
  const key = algorithm.pssSalt === null ? privateKey : { key: privateKey, padding: 6, saltLength: algorithm.pssSalt };
  const signature = sign(algorithm.hash, tbs, key);
  if (broken) signature[signature.length - 1]! ^= 1;
  return der.sequence(tbs, algorithm.der, der.bitString(signature), more);
}

const RSA_OIDS: Readonly<Record<HashOption, string>> = {
  md5: OID.md5WithRSAEncryption,
  sha1: OID.sha1WithRSAEncryption,
  sha256: OID.sha256WithRSAEncryption,
  sha384: OID.sha384WithRSAEncryption,
  sha512: OID.sha512WithRSAEncryption,
};
const ECDSA_OIDS: Readonly<Record<string, string>> = {
  sha1: OID['ecdsa-with-SHA1'],
  sha256: OID['ecdsa-with-SHA256'],
  sha384: OID['ecdsa-with-SHA384'],
  sha512: OID['ecdsa-with-SHA512'],
};
const HASH_OIDS: Readonly<Record<string, string>> = {
  sha1: OID['id-sha1'],
  sha256: OID['id-sha256'],
  sha384: OID['id-sha384'],
  sha512: OID['id-sha512'],
};
const SALTS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

function signatureAlgorithm(key: KeyObject, wanted: HashOption | undefined, pss: boolean | undefined): Algorithm {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519') return { der: der.sequence(der.oid(OID['id-Ed25519'])), hash: null, pssSalt: null };
  if (type === 'ed448') return { der: der.sequence(der.oid(OID['id-Ed448'])), hash: null, pssSalt: null };
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const hash = wanted ?? (curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : 'sha256');
  if (type === 'ec') return { der: der.sequence(der.oid(ECDSA_OIDS[hash]!)), hash, pssSalt: null };
  if (type === 'rsa' && pss !== true)
    return { der: der.sequence(der.oid(RSA_OIDS[hash]), der.nothing()), hash, pssSalt: null };
  const hashAlgorithm = der.sequence(der.oid(HASH_OIDS[hash]!), der.nothing());
  const parameters = der.sequence(
    der.explicit(0, hashAlgorithm),
    der.explicit(1, der.sequence(der.oid(OID['id-mgf1']), hashAlgorithm)),
    der.explicit(2, der.integer(SALTS[hash]!)),
  );
  return { der: der.sequence(der.oid(OID['id-RSASSA-PSS']), parameters), hash, pssSalt: SALTS[hash]! };
}

/** `constraint`: the text of a subtree; addresses then have a mask (`ip:10.0.0.0/8`). */
export function generalName(text: NameText, constraint: boolean = false): Uint8Array {
  const at = text.indexOf(':');
  const kind = text.slice(0, at);
  const value = text.slice(at + 1);
  const latin1 = new Uint8Array(Buffer.from(value, 'latin1'));
  if (kind === 'email') return der.implicit(1, latin1);
  if (kind === 'dns') return der.implicit(2, latin1);
  if (kind === 'dn') return der.explicit(4, distinguishedName([OID.commonName, value]));
  if (kind === 'uri') return der.implicit(6, latin1);
  if (kind === 'ip') return der.implicit(7, constraint ? subnet(value) : address(value));
  throw new Error(`a name begins with dns:, ip:, email:, uri: or dn:, not ${text}`);
}

function subnet(text: string): Uint8Array {
  const [base, size] = text.split('/');
  const octets = address(base!);
  const mask = octets.map((_, i) => 256 - 2 ** Math.max(0, Math.min(8, 8 - (Number(size) - 8 * i))));
  return new Uint8Array([...octets, ...mask]);
}

function address(text: string): Uint8Array {
  if (!text.includes(':')) return new Uint8Array(text.split('.').map(Number));
  const [head, tail] = text.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  return new Uint8Array(all.flatMap((group) => [group >> 8, group & 255]));
}

function subjectOf(options: CertificateOptions, fallback: string): Uint8Array {
  if (options.subject !== undefined) return options.subject;
  if (options.name === null) return der.sequence();
  const organization =
    options.organization === undefined ? [] : [[OID.organizationName, options.organization] as const];
  return distinguishedName(...organization, [OID.commonName, options.name ?? fallback]);
}

function attributeValue(oid: string, value: string): Uint8Array {
  if (oid === OID.countryName) return der.printableString(value);
  return oid === OID.emailAddress || oid === OID.domainComponent ? der.ia5String(value) : der.utf8String(value);
}

function keyFor(options: CertificateOptions, role: string): KeyObject {
  const { key } = options;
  if (typeof key === 'object') return key;
  if (typeof key === 'string' && key.includes('-----BEGIN')) return createPrivateKey(key);
  return testKey((key ?? 'P-256') as KeyType, options.keyLabel ?? `${role} ${++unlabelled}`);
}

function generate(type: KeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (type === 'ed448') return generateKeyPairSync('ed448').privateKey;
  if (type === 'rsa-pss') return generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
  if (type.startsWith('rsa'))
    return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) || 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: type }).privateKey;
}

function spkiOf(key: KeyObject): Uint8Array {
  return kept(spkis, key, () => {
    const publicKey = key.type === 'public' ? key : createPublicKey(key);
    return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  });
}

function keyIdOf(key: KeyObject): Uint8Array {
  return kept(keyIds, key, () => new Uint8Array(createHash('sha1').update(spkiOf(key)).digest()));
}

function pemOf(key: KeyObject): string {
  if (key.type !== 'private') return '';
  return kept(pems, key, () => key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** OpenSSL takes its time to write a key; tests issue many certificates for few keys. */
function kept<T>(store: WeakMap<KeyObject, T>, key: KeyObject, make: () => T): T {
  const value = store.get(key) ?? make();
  store.set(key, value);
  return value;
}

/** The subject of a certificate that was made here. */
function subjectDer(bytes: Uint8Array): Uint8Array {
  return parseCertificate(bytes).subject.der;
}

function seconds(value: number | Date | undefined | null, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  return typeof value === 'number' ? value : Math.floor(value.getTime() / 1000);
}
