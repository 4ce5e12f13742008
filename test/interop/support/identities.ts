import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { credential } from '../../../src/config/credentials.ts';
import { type SignatureScheme, type SigningKey, schemeByName } from '../../../src/crypto/index.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import { signingKeyFrom } from '../../../src/providers/node.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate } from '../../../src/x509/index.ts';
import { ocspResponse } from '../../support/ocsp.ts';
import { type Ca, EKU, type Issued, type KeyType, makeCa } from '../../support/pki.ts';

/** Paths of PEM files, as other programs want them. */
export interface Files {
  readonly cert: string;
  readonly key: string;
  /** The authority behind `cert`. */
  readonly ca: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'signet-interop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const authorities = new Map<KeyType, Ca>();
const intermediates = new Map<KeyType, Ca>();
const staples = new Map<KeyType, Uint8Array>();
const issued = new Map<string, Issued>();
const written = new Map<string, Files>();
const DIGITAL_SIGNATURE = 1;
const KEY_ENCIPHERMENT = 4;

/** An authority with a key of this kind, so that certificates are signed in every way as well. */
export function authorityOf(key: KeyType): Ca {
  return once(authorities, key, () => makeCa({ name: `Interop ${key} CA`, key, keyLabel: 'authority' }));
}

function issuerOf(key: KeyType): Ca {
  const authority = authorityOf(key);
  if (isRsa(key)) return authority;
  return once(intermediates, key, () => authority.intermediate({ name: `Interop ${key} Intermediate`, key }));
}

function isRsa(key: KeyType): boolean {
  return key === 'rsa' || key === 'rsa-pss';
}

/** A chain, for `localhost` or for a client; with an intermediate in it where another key does not take long. */
export function identityOf(key: KeyType, usage: 'server' | 'client'): Issued {
  return once(issued, `${key} ${usage}`, () => {
    const above = issuerOf(key);
    const keyUsage = isRsa(key) ? DIGITAL_SIGNATURE | KEY_ENCIPHERMENT : DIGITAL_SIGNATURE;
    const name = usage === 'server' ? 'localhost' : 'device';
    const san = usage === 'server' ? ['dns:localhost', 'ip:127.0.0.1'] : ['dns:device.example'];
    return above.issue({ name, key, keyLabel: 'leaf', keyUsage, san, eku: [EKU[usage]] });
  });
}

/** What its issuer says of a server's certificate by OCSP, as DER: that it is good. */
export function stapleOf(key: KeyType): Uint8Array {
  return once(staples, key, () => ocspResponse(identityOf(key, 'server'), issuerOf(key)));
}

/** Another key whose certificate a server has besides. */
export function otherKey(key: KeyType): KeyType {
  return key === 'rsa' ? 'P-256' : 'rsa';
}

export function filesOf(key: KeyType, usage: 'server' | 'client'): Files {
  const label = `${key}-${usage}`;
  return once(written, label, () => {
    const identity = identityOf(key, usage);
    return {
      cert: write(`${label}.pem`, identity.chain),
      key: write(`${label}.key`, identity.key),
      ca: write(`${label}.ca.pem`, authorityOf(key).cert),
    };
  });
}

/** A file of a name of its own in a folder that lasts as long as the tests. */
export function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The only authority that a peer with a key of this kind may come from. */
export function anchorsOf(key: KeyType): AnchorSet {
  return new AnchorSet([anchorFromCertificate(parseCertificate(authorityOf(key).der))]);
}

/** Our side's credential: every signature and decryption comes from a signer that takes its time. */
export function credentialOf(
  key: KeyType,
  usage: 'server' | 'client',
  scheme: SignatureScheme | null = null,
  ocspResponse: Uint8Array | null = null,
): Credential {
  const identity = identityOf(key, usage);
  const slow = slowly(signingKeyFrom(identity.privateKey));
  const schemes = scheme === null ? {} : { schemes: [schemeByName(scheme)!] };
  const staple = ocspResponse === null ? {} : { ocspResponse };
  return credential({ chain: identity.chainDer, key: slow, ...schemes, ...staple });
}

function slowly(key: SigningKey): SigningKey {
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3));
  const sign: SigningKey['sign'] = async (request) => {
    await wait();
    return key.sign(request);
  };
  const { rsaDecrypt: inner } = key;
  if (inner === undefined) return { ...key, sign };
  const run: typeof inner.run = async (ciphertext, signal) => {
    await wait();
    return inner.run(ciphertext, signal);
  };
  return { ...key, sign, rsaDecrypt: { ...inner, run } };
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
