import { createPublicKey, type KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import type { SigningKey, SignRequest } from '../../src/crypto/index.ts';
import { hashOf, type SignatureScheme, schemeByName } from '../../src/crypto/index.ts';
import { type ErrorCode, isTlsError, type TlsError } from '../../src/errors/index.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import { TLS_RSA_WITH_AES_128_CBC_SHA } from '../../src/providers/node/optin/suites-rsa.ts';
import { nodeProvider, secp521r1 } from '../../src/providers/node.ts';
import { checkKey } from '../../src/signers/check.ts';
import { ca, pairClient, pairServer, promptGroups } from './configs.ts';
import { Pair } from './pair.ts';
import { EKU } from './pki.ts';

export const VERSIONS = ['TLSv1.3', 'TLSv1.2'] as const;

/** What every signer has to stand: the conformance kit, and handshakes in both roles and all versions that it serves. */
export async function expectGoodKey(key: SigningKey): Promise<void> {
  const report = await checkKey(key);
  expect(report.text).not.toContain('FAIL');
  expect(report.ok).toBe(true);
  await expectHandshakes(key);
}

/** Handshakes as server and as client in each version that the key's schemes serve; returns those versions. */
export async function expectHandshakes(key: SigningKey): Promise<string[]> {
  const served = VERSIONS.filter((version) =>
    key.schemes.some((name) => (version === 'TLSv1.3' ? schemeByName(name)!.tls13 : schemeByName(name)!.tls12)),
  );
  for (const version of served) {
    const server = await serverPair(key, version).runLater();
    expectOpen(server);
    expect(server.client.facts.version).toBe(version);
    expect(key.schemes).toContain(server.server.facts.ownScheme);
    const client = await clientPair(key, version).runLater();
    expectOpen(client);
    expect(client.server.facts.peer?.chain[0]).toEqual(credentialFor(key, 'client').chain[0]);
  }
  return served;
}

/** TLS 1.2 takes a certificate on P-521 only from those who name the group. */
const groups = [...promptGroups(nodeProvider), secp521r1];

/** A server with this key, and a client that trusts it. */
export function serverPair(key: SigningKey, version: (typeof VERSIONS)[number]): Pair {
  const versions = [version];
  const credentials = credentialChooser([credentialFor(key, 'server')]);
  return new Pair(pairClient({ versions, groups }), pairServer({ versions, groups, credentials }));
}

/** A client with this key, and a server that demands a certificate. */
export function clientPair(key: SigningKey, version: (typeof VERSIONS)[number]): Pair {
  const versions = [version];
  const credentials = credentialChooser([credentialFor(key, 'client')]);
  return new Pair(
    pairClient({ versions, groups, credentials }),
    pairServer({ versions, groups, clientAuth: 'require' }),
  );
}

/** A server that decrypts the premaster secret with this key: no forward secrecy, but some devices know nothing else. */
export async function expectStaticRsa(key: SigningKey): Promise<void> {
  const versions = ['TLSv1.2'] as const;
  const suites = [TLS_RSA_WITH_AES_128_CBC_SHA];
  const credentials = credentialChooser([credentialFor(key, 'server')]);
  const pair = await new Pair(
    pairClient({ versions, suites }),
    pairServer({ versions, suites, credentials }),
  ).runLater();
  expectOpen(pair);
  expect(pair.client.facts.suite?.name).toBe('TLS_RSA_WITH_AES_128_CBC_SHA');
}

export function expectOpen(pair: Pair): void {
  const error = pair.client.error ?? pair.server.error;
  expect(error?.message ?? null).toBeNull();
  expect([pair.client.state, pair.server.state]).toEqual(['open', 'open']);
  pair.client.send(new Uint8Array([1, 2, 3]));
  pair.run();
  expect([...pair.received('server')]).toEqual([1, 2, 3]);
}

const issued = new Map<string, Uint8Array>();

/** A certificate for `localhost` and this key. */
export function credentialFor(key: SigningKey, usage: 'server' | 'client'): Credential {
  const label = `${usage} ${Buffer.from(key.publicKey!).toString('hex')}`;
  let der = issued.get(label);
  if (der === undefined) {
    der = certificateFor(publicKeyOf(key.publicKey!), usage);
    issued.set(label, der);
  }
  return credential({ chain: [der], key });
}

export function certificateFor(key: KeyObject, usage: 'server' | 'client' = 'server'): Uint8Array {
  return ca.issue({ name: 'localhost', key, san: ['dns:localhost'], eku: [EKU[usage]], keyUsage: 1 | 4 }).der;
}

export function publicKeyOf(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

/** As a handshake asks. */
export function signRequest(
  scheme: SignatureScheme,
  message: Uint8Array = new Uint8Array(130).fill(0x20),
  signal: SignRequest['signal'] = new AbortController().signal,
): SignRequest {
  const { hash } = schemeByName(scheme)!;
  const digest = (): Uint8Array => hashOf(nodeProvider, hash!)!.digest(message);
  return { scheme, message, digest, signal, context: { role: 'client', version: 'TLSv1.3' } };
}

/** The TlsError that a promise rejects with, which must have this code and none of these secrets in it. */
export async function failure(
  code: ErrorCode,
  promise: Promise<unknown>,
  secrets: readonly string[] = [],
): Promise<TlsError> {
  const error: unknown = await promise.then(
    () => null,
    (reason) => reason,
  );
  if (!isTlsError(error)) throw error instanceof Error ? error : new Error(`expected ${code}, got ${String(error)}`);
  expect(`${error.code}: ${error.message}`).toContain(code);
  const everything = [error.message, error.detail, String(error.stack), String((error as { cause?: unknown }).cause)];
  for (const secret of secrets) expect(everything.join('\n')).not.toContain(secret);
  return error;
}
