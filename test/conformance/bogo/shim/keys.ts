import { readFileSync } from 'node:fs';
import { parsePem } from '../../../../src/asn1/index.ts';
import { credential } from '../../../../src/config/credentials.ts';
import { type SchemeInfo, type SigningKey, schemeById } from '../../../../src/crypto/index.ts';
import type { Credential } from '../../../../src/handshake/credential.ts';
import { signingKeyFrom } from '../../../../src/providers/node/keys.ts';
import { type Config, type CredentialConfig, Unimplemented } from './flags.ts';
import { mlDsaKey } from './keys-mldsa.ts';

/** A credential, and its number: from 0, -1 being the default one. */
export interface Numbered {
  readonly number: number;
  readonly credential: Credential;
}

/** The credentials in their order; the default one comes last. */
export function credentialsOf(config: Config): Numbered[] {
  const list = config.credentials.map((flags, number) => ({ number, credential: load(config, flags) }));
  if (config.base['key-file'] !== '') list.push({ number: -1, credential: load(config, config.base) });
  return list;
}

function load(config: Config, flags: CredentialConfig): Credential {
  const ocspResponse = config['set-ocsp-in-callback'] ? null : flags['ocsp-response'];
  return credential({
    chain: chainFrom(flags['cert-file']),
    key: keyFrom(flags['key-file']),
    ...(flags['signing-prefs'].length === 0 ? {} : { schemes: flags['signing-prefs'].map(schemeOf) }),
    ...(ocspResponse === null ? {} : { ocspResponse }),
    mustMatchIssuer: flags['must-match-issuer'],
  });
}

function keyFrom(file: string): SigningKey {
  const pem = readFileSync(file, 'utf8');
  return mlDsaKey(pem) ?? signingKeyFrom(pem);
}

/** The certificates of a PEM file, leaf first. */
export function chainFrom(file: string): Uint8Array[] {
  return parsePem(readFileSync(file, 'utf8')).map(({ der }) => der);
}

export function schemeOf(id: number): SchemeInfo {
  const scheme = schemeById(id);
  if (scheme === null) throw new Unimplemented(`signature scheme 0x${id.toString(16)}`);
  return scheme;
}
