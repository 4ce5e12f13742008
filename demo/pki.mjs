// A certification authority of a few lines: certificates for brokers and devices, and for authorities below it.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { der, OID, toPem } from '../dist/asn1/index.js';

const DAY = 86_400;
const KEY_USAGE = { digitalSignature: 1, keyEncipherment: 4, keyCertSign: 32, cRLSign: 64 };

/** How to make each kind of key, and how certificates say that it signed. */
const KEYS = {
  'P-256': {
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    algorithm: der.sequence(der.oid(OID['ecdsa-with-SHA256'])),
  },
  'RSA-2048': {
    generate: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    algorithm: der.sequence(der.oid(OID.sha256WithRSAEncryption), der.nothing()),
  },
};

/** A root with a key of its own, or what another authority lets be one. Its certificates last from a month ago for a month. */
export class Authority {
  #name;
  #privateKey;
  #spki;
  #algorithm;
  /** @type {string} PEM */
  cert;

  /** @param {{ issuer?: Authority | null, key?: keyof typeof KEYS }} options */
  constructor(name, { issuer = null, key = 'P-256' } = {}) {
    const { privateKey, publicKey } = KEYS[key].generate();
    this.#name = commonName(name);
    this.#privateKey = privateKey;
    this.#spki = publicKey.export({ type: 'spki', format: 'der' });
    this.#algorithm = KEYS[key].algorithm;
    this.cert = (issuer ?? this).crossSign(this);
  }

  /** An authority below this one. */
  issueAuthority(name, { key = 'P-256' } = {}) {
    return new Authority(name, { issuer: this, key });
  }

  /** A certificate for another authority's name and key: who trusts this one then trusts that one too. PEM. */
  crossSign(other) {
    return this.#certify(other.#name, other.#spki, [
      extension(OID.basicConstraints, der.sequence(der.boolean(true)), { critical: true }),
      keyUsage(KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign),
    ]);
  }

  /** A key and a certificate for a server of this DNS name. `expired`: since yesterday. */
  issueServer(dnsName, { expired = false, key = 'P-256' } = {}) {
    const { privateKey, publicKey } = KEYS[key].generate();
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const names = der.sequence(der.implicit(2, Buffer.from(dnsName)));
    // Suites without forward secrecy have the client encipher with this key.
    const usage = KEY_USAGE.digitalSignature | (key === 'RSA-2048' ? KEY_USAGE.keyEncipherment : 0);
    const extensions = [keyUsage(usage), purpose(OID['id-kp-serverAuth']), extension(OID.subjectAltName, names)];
    const cert = this.#certify(commonName(dnsName), spki, extensions, expired ? -1 : 30);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  }

  /**
   * A certificate for a device, of whose key only the public half is known (SubjectPublicKeyInfo as DER). `expired`: since
   * yesterday. `purposes`: whether it says what it is for, which AWS leaves out.
   */
  issueDevice(name, spki, { expired = false, purposes = true } = {}) {
    createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' });
    const extensions = [keyUsage(KEY_USAGE.digitalSignature), ...(purposes ? [purpose(OID['id-kp-clientAuth'])] : [])];
    return this.#certify(commonName(name), spki, extensions, expired ? -1 : 30);
  }

  #certify(subject, spki, extensions, lastDay = 30) {
    const now = Math.floor(Date.now() / 1000);
    const all = [
      ...extensions,
      extension(OID.subjectKeyIdentifier, der.octetString(keyIdOf(spki))),
      extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, keyIdOf(this.#spki)))),
    ];
    const tbs = der.sequence(
      der.explicit(0, der.integer(2)),
      der.integer(randomBytes(16)),
      this.#algorithm,
      this.#name,
      der.sequence(der.time(now - 30 * DAY), der.time(now + lastDay * DAY)),
      subject,
      spki,
      der.explicit(3, der.sequence(...all)),
    );
    const signature = sign('sha256', tbs, this.#privateKey);
    return toPem('CERTIFICATE', der.sequence(tbs, this.#algorithm, der.bitString(signature)));
  }
}

function keyUsage(bits) {
  return extension(OID.keyUsage, der.namedBits(bits), { critical: true });
}

function purpose(oid) {
  return extension(OID.extKeyUsage, der.sequence(der.oid(oid)));
}

function extension(oid, value, { critical = false } = {}) {
  const flag = critical ? [der.boolean(true)] : [];
  return der.sequence(der.oid(oid), ...flag, der.octetString(value));
}

function commonName(text) {
  return der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.utf8String(text))));
}

function keyIdOf(spki) {
  return createHash('sha1').update(spki).digest();
}
