import {
  hashOf,
  type Provider,
  type PublicKey,
  type SignatureScheme,
  type SignatureVerifier,
  type SigningKey,
  type SignRequest,
  schemeByName,
} from '../../crypto/index.ts';
import { isTlsError } from '../../errors/index.ts';
import type { Signal } from '../../flow/index.ts';

/** A key on the test bench. */
export interface Bench {
  readonly key: SigningKey;
  readonly own: PublicKey;
  readonly provider: Provider;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The time was up. */
export class NoAnswer extends Error {
  override readonly name: string = 'NoAnswer';
}

/** As a handshake makes it. */
export function requestFor(
  bench: Bench,
  scheme: SignatureScheme,
  message: Uint8Array,
  signal: Signal = new AbortController().signal,
): SignRequest {
  const version = schemeByName(scheme)?.tls13 === true ? 'TLSv1.3' : 'TLSv1.2';
  const digest = (): Uint8Array => {
    const name = schemeByName(scheme)?.hash ?? null;
    const hash = name === null ? null : hashOf(bench.provider, name);
    if (hash === null) throw new Error(`${scheme} signs messages, never digests`);
    return hash.digest(message);
  };
  return { scheme, message, digest, signal, context: { role: 'client', version } };
}

/** Signs within the time limit; rejects with an Error that says what is wrong with it otherwise. */
export async function signInTime(bench: Bench, request: SignRequest): Promise<Uint8Array> {
  return inTime(bench, async () => bench.key.sign(request));
}

export async function inTime<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${bench.timeout} ms`)), bench.timeout);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Null if the scheme is one for this key, else why it is not. */
export function misfitOf(bench: Bench, scheme: SignatureScheme): string | null {
  const info = schemeByName(scheme);
  if (info === null) return 'this is not the RFC name of a signature scheme';
  return info.key === bench.own.kind ? null : `a key of kind ${bench.own.kind} cannot sign so`;
}

/** Null if the signature is good, else what is wrong with it. */
export async function faultOf(
  bench: Bench,
  scheme: SignatureScheme,
  message: Uint8Array,
  signature: unknown,
): Promise<string | null> {
  if (!(signature instanceof Uint8Array)) return 'it returned something else than a Uint8Array';
  const info = schemeByName(scheme)!;
  const verifier = verifierFor(bench, scheme);
  if (verifier === null) return `the provider ${bench.provider.name} cannot verify it`;
  if (await verifier.verify(bench.own, message, signature)) return null;
  const size = Math.ceil(bench.own.bits / 8);
  if (info.kind.startsWith('rsa') && signature.length !== size) {
    return `the signature has ${signature.length} bytes instead of ${size}`;
  }
  if (info.kind === 'ecdsa' && signature.length === 2 * size) return 'the signature is r and s side by side, not DER';
  return 'the signature does not verify';
}

/** Why something was rejected, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  if (isTlsError(error)) return `${error.code}, ${error.message}`;
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
  return typeof message === 'string' && message !== '' ? message : 'it gave no reason';
}

function verifierFor(bench: Bench, scheme: SignatureScheme): SignatureVerifier | null {
  const info = schemeByName(scheme)!;
  const { curve } = bench.own;
  for (const verifier of bench.provider.verifiers) {
    const fits = verifier.kind === info.kind && verifier.hash === info.hash;
    if (fits && (verifier.curves === undefined || curve === undefined || verifier.curves.includes(curve)))
      return verifier;
  }
  return null;
}
