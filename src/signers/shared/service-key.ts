import type { SchemeInfo, SignatureScheme, SigningKey, SignRequest } from '../../crypto/index.ts';
import { isTlsError, TlsError } from '../../errors/index.ts';
import type { Signal } from '../../flow/index.ts';
import type { OpenedKey } from './opened-key.ts';
import { waitFor } from './patience.ts';
import { codeFor } from './refusals.ts';
import { requireScheme } from './schemes.ts';

/** Somebody else who keeps a key and does many things at once. */
export interface Service {
  /** Which key of whose, for people. */
  readonly name: string;
  readonly schemes: readonly SignatureScheme[];
  /** SubjectPublicKeyInfo; null where it is not known. */
  readonly publicKey: Uint8Array | null;
  /** Milliseconds for one operation. */
  readonly timeout: number;
  /** Returns ECDSA as DER, RSA with the modulus's length. */
  sign(request: SignRequest, scheme: SchemeInfo, signal: AbortSignal): Promise<Uint8Array>;
  readonly decrypt?: {
    readonly padding: 'none' | 'pkcs1';
    run(ciphertext: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  };
  close?(): Promise<void>;
}

/** The key of a service, with time limits, cancellation and errors that say whose they are. */
export function serviceKey(service: Service, cert: Uint8Array | null = null): OpenedKey {
  const key = new ServiceKey(service);
  return { key, cert, name: service.name, close: () => key.close() };
}

class ServiceKey implements SigningKey {
  readonly schemes: readonly SignatureScheme[];
  readonly publicKey?: Uint8Array;
  readonly rsaDecrypt?: NonNullable<SigningKey['rsaDecrypt']>;
  private readonly service: Service;
  private closed: boolean = false;

  constructor(service: Service) {
    this.service = service;
    this.schemes = service.schemes;
    if (service.publicKey !== null) this.publicKey = service.publicKey;
    const { decrypt } = service;
    if (decrypt === undefined) return;
    const run = (ciphertext: Uint8Array, signal: Signal): Promise<Uint8Array> =>
      this.use((stop) => decrypt.run(ciphertext, stop), signal);
    this.rsaDecrypt = { padding: decrypt.padding, run };
  }

  async sign(request: SignRequest): Promise<Uint8Array> {
    const scheme = requireScheme(request.scheme, this.schemes, this.service.name);
    return this.use((stop) => this.service.sign(request, scheme, stop), request.signal);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.service.close?.();
  }

  private async use<T>(work: (signal: AbortSignal) => Promise<T>, signal: Signal): Promise<T> {
    const { name, timeout } = this.service;
    if (this.closed) throw new TlsError('ERR_TLS_KEY_CLOSED', { detail: name });
    const guarded = async (stop: AbortSignal): Promise<T> =>
      work(stop).catch((error) => Promise.reject(told(error, name)));
    return waitFor(guarded, { name, timeout, signal });
  }
}

/** Errors of a service's own client, under the name of the key. */
export function told(error: unknown, name: string): unknown {
  if (isTlsError(error)) return error;
  const { name: kind, code, message } = (error ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
  const which = codeFor([kind, code, message].map(String).join(' '));
  const says = typeof message === 'string' && message !== '' ? message.slice(0, 300) : 'its client gave no reason';
  return new TlsError(which, { detail: `${name}: ${says}`, cause: error });
}
