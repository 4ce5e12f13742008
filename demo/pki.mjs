// A certification authority of a few lines: certificates for one broker and one device.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { der, OID, toPem } from '../dist/asn1/index.js';

const DAY = 86_400;
const KEY_USAGE = { digitalSignature: 1, keyCertSign: 32, cRLSign: 64 };

/** A root with a key of its own, or what another authority lets be one. Its certificates last from a day ago for a month. */
export class Authority {
  #name;
  #privateKey;
  #keyId;
  /** @type {string} PEM */
  cert;

  constructor(name, issuer = null) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    this.#name = commonName(name);
    this.#privateKey = privateKey;
    this.#keyId = keyIdOf(spki);
    this.cert = (issuer ?? this).#certify(this.#name, spki, [
      extension(OID.basicConstraints, der.sequence(der.boolean(true)), { critical: true }),
      keyUsage(KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign),
    ]);
  }

  /** An authority below this one. */
  issueAuthority(name) {
    return new Authority(name, this);
  }

  /** A key and a certificate for a server of this DNS name. `expired`: since yesterday. */
  issueServer(dnsName, { expired = false } = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const names = der.sequence(der.implicit(2, Buffer.from(dnsName)));
    const extensions = [...leafExtensions(OID['id-kp-serverAuth']), extension(OID.subjectAltName, names)];
    const cert = this.#certify(commonName(dnsName), spki, extensions, expired ? -1 : 30);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  }

  /** A certificate for a device, of whose key only the public half is known (SubjectPublicKeyInfo as DER). */
  issueDevice(name, spki) {
    createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' });
    return this.#certify(commonName(name), spki, leafExtensions(OID['id-kp-clientAuth']));
  }

  #certify(subject, spki, extensions, lastDay = 30) {
    const now = Math.floor(Date.now() / 1000);
    const algorithm = der.sequence(der.oid(OID['ecdsa-with-SHA256']));
    const all = [
      ...extensions,
      extension(OID.subjectKeyIdentifier, der.octetString(keyIdOf(spki))),
      extension(OID.authorityKeyIdentifier, der.sequence(der.implicit(0, this.#keyId))),
    ];
    const tbs = der.sequence(
      der.explicit(0, der.integer(2)),
      der.integer(randomBytes(16)),
      algorithm,
      this.#name,
      der.sequence(der.time(now - 30 * DAY), der.time(now + lastDay * DAY)),
      subject,
      spki,
      der.explicit(3, der.sequence(...all)),
    );
    const signature = sign('sha256', tbs, this.#privateKey);
    return toPem('CERTIFICATE', der.sequence(tbs, algorithm, der.bitString(signature)));
  }
}

function leafExtensions(purpose) {
  return [keyUsage(KEY_USAGE.digitalSignature), extension(OID.extKeyUsage, der.sequence(der.oid(purpose)))];
}

function keyUsage(bits) {
  return extension(OID.keyUsage, der.namedBits(bits), { critical: true });
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
