import type { Duplex } from 'node:stream';
import { type PublicKey, type SignatureScheme, schemeByName } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Awaitable } from '../flow/index.ts';
import { parseCertificate, publicKey } from '../x509/index.ts';
import { KeylessLink } from './keyless/link.ts';
import { OPCODE } from './keyless/packet.ts';
import { leftPad } from './shared/emsa.ts';
import { timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { EC_SCHEME, fitsModulus, PKCS1_SCHEMES, PSS_SCHEMES } from './shared/schemes.ts';
import { type Service, serviceKey } from './shared/service-key.ts';
import type { NistCurve } from './shared/spki.ts';

export type { OpenedKey } from './shared/opened-key.ts';

export interface KeylessOptions {
  /** Opens a connection to the key server: mutual TLS, as Cloudflare has it, or whatever protects yours. */
  readonly connect: () => Awaitable<Duplex>;
  /** The certificate of the key, as DER, which tells the server which key is meant; or `publicKey`. */
  readonly cert?: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey?: Uint8Array;
  /** Milliseconds that the server may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key behind a server that speaks Cloudflare's Keyless protocol, version 1.0. One connection carries all
 * operations; it is opened with the first, and opened again when it was lost. Ed25519 is not asked for.
 *
 * Fails with ERR_TLS_CONFIG or ERR_TLS_KEY_UNSUPPORTED; signatures with ERR_TLS_KEY_MODULE, ERR_TLS_KEY_NOT_FOUND,
 * ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openKeyless(options: KeylessOptions): Promise<OpenedKey> {
  const { cert, connect } = options;
  const spki = options.publicKey ?? (cert === undefined ? null : parseCertificate(cert).spki);
  if (spki === null)
    fail('ERR_TLS_CONFIG', 'cert: a key server finds its keys by their public halves; give cert or publicKey');
  const key = publicKey(spki);
  const opcodes = opcodesFor(key);
  if (opcodes.size === 0)
    fail('ERR_TLS_KEY_UNSUPPORTED', `key servers do not sign with keys of kind ${key.curve ?? key.kind}`);
  const name = 'key of a Keyless server';
  const link = new KeylessLink(connect, spki, name);
  const service: Service = {
    name,
    timeout: timeoutFrom(options.timeout, 30_000),
    schemes: [...opcodes.keys()],
    publicKey: spki,
    sign: (request, scheme, signal) => link.ask(opcodes.get(scheme.name)!, request.digest(), signal),
    close: async () => link.close(),
  };
  if (key.kind !== 'rsa') return serviceKey(service, cert ?? null);
  const run = async (ciphertext: Uint8Array, signal: AbortSignal): Promise<Uint8Array> =>
    leftPad(await link.ask(OPCODE.rsaDecryptRaw, ciphertext, signal), Math.ceil(key.bits / 8));
  return serviceKey({ ...service, decrypt: { padding: 'none', run } }, cert ?? null);
}

function opcodesFor({ kind, curve, bits }: PublicKey): Map<SignatureScheme, number> {
  if (kind === 'ec') {
    const scheme = EC_SCHEME[curve as NistCurve];
    return scheme === undefined ? new Map() : new Map([[scheme, OPCODE.ecdsa[hashOf(scheme)]]]);
  }
  if (kind !== 'rsa') return new Map();
  const pss = PSS_SCHEMES.map((scheme): [SignatureScheme, number] => [scheme, OPCODE.rsaPss[hashOf(scheme)]]);
  const pkcs1 = PKCS1_SCHEMES.map((scheme): [SignatureScheme, number] => [scheme, OPCODE.rsaPkcs1[hashOf(scheme)]]);
  return new Map([...pss, ...pkcs1].filter(([scheme]) => fitsModulus(scheme, bits)));
}

function hashOf(scheme: SignatureScheme): 'sha256' | 'sha384' | 'sha512' {
  return schemeByName(scheme)!.hash as 'sha256' | 'sha384' | 'sha512';
}
