import { concat, isBytes } from '../../bytes/index.ts';
import type { Suite12 } from '../../crypto/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { pskPremaster } from '../../schedule/index.ts';
import { ClientKeyExchangeRsa, ClientKeyExchangeRsaPsk, HandshakeType } from '../../wire/index.ts';
import { findPsk, sendHint } from './exchange-psk12.ts';
import type { Answerer, ReadHello, ServerExchange12, ServerExchangeContext, ServerHandshake } from './settings.ts';

const PREMASTER_SIZE = 48;

/**
 * Static RSA (RFC 5246, section 7.4.7.1): no forward secrecy, hence opt-in. It is chosen only with a credential whose
 * key decrypts.
 */
export const rsaServer: ServerExchange12 = {
  kind: 'rsa',
  possible: (_hs: ServerHandshake, _suite: Suite12, _hello: ReadHello): boolean => true,
  // biome-ignore lint/correctness/useYield: this exchange has no parameters to send
  *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
    return function* answer(): Flow<Uint8Array> {
      const body = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeRsa);
      return yield* openPremaster(hs, context, body.encrypted_pre_master_secret);
    };
  },
};

/** With a pre-shared key besides (RFC 4279, section 4). Opt-in. */
export const rsaPskServer: ServerExchange12 = {
  kind: 'rsa-psk',
  possible: (hs: ServerHandshake, _suite: Suite12, _hello: ReadHello): boolean => hs.settings.psk !== null,
  // biome-ignore lint/correctness/useYield: nothing has to be awaited before the client answers
  *begin(hs: ServerHandshake, context: ServerExchangeContext): Flow<Answerer> {
    sendHint(hs);
    return function* answer(): Flow<Uint8Array> {
      const body = yield* hs.read(HandshakeType.client_key_exchange, ClientKeyExchangeRsaPsk);
      const secret = yield* findPsk(hs, body.psk_identity);
      return pskPremaster(yield* openPremaster(hs, context, body.encrypted_pre_master_secret), secret);
    };
  },
};

/**
 * Whatever is wrong with the ciphertext, the handshake goes on with a random premaster secret, made before anything is
 * known, and fails at Finished alike (Bleichenbacher 1998; RFC 5246, section 7.4.7.1).
 */
function* openPremaster(hs: ServerHandshake, context: ServerExchangeContext, ciphertext: Uint8Array): Flow<Uint8Array> {
  const { key, publicKey } = context.credential!;
  const substitute = hs.settings.random(PREMASTER_SIZE);
  const { padding, run } = key.rsaDecrypt!;
  let opened: Uint8Array;
  try {
    opened = yield* perform('rsa-decrypt', (signal) => run(ciphertext, signal));
  } catch {
    return substitute;
  }
  // Some keys answer nothing where they cannot unpad.
  if (!isBytes(opened)) return substitute;
  const block = padding === 'none' ? unpad(opened, publicKey.bits) : plain(opened);
  block.good &= sameVersion(block.premaster, context.hello.hello.legacy_version);
  return select(block.good, block.premaster, substitute);
}

interface Block {
  /** All ones if the block was well-formed, else zero. */
  good: number;
  readonly premaster: Uint8Array;
}

/** EME-PKCS1-v1_5 of 48 bytes, read without a branch that depends on what is in it (RFC 8017, section 7.2.2). */
function unpad(block: Uint8Array, bits: number): Block {
  const size = Math.ceil(bits / 8);
  const em = concat(new Uint8Array(Math.max(0, size - block.length)), block);
  const separator = size - PREMASTER_SIZE - 1;
  let wrong = em[0]! | (em[1]! ^ 2) | em[separator]!;
  for (let i = 2; i < separator; i++) wrong |= isZero(em[i]!);
  return {
    good: allOnesIfZero(wrong | (em.length ^ size)),
    premaster: em.slice(separator + 1, separator + 1 + PREMASTER_SIZE),
  };
}

/** A key that unpads by itself; a length other than 48 counts as bad padding. */
function plain(opened: Uint8Array): Block {
  const premaster = new Uint8Array(PREMASTER_SIZE);
  premaster.set(opened.subarray(0, PREMASTER_SIZE));
  return { good: allOnesIfZero(opened.length ^ PREMASTER_SIZE), premaster };
}

function sameVersion(premaster: Uint8Array, version: number): number {
  return allOnesIfZero((premaster[0]! ^ (version >> 8)) | (premaster[1]! ^ (version & 255)));
}

function isZero(byte: number): number {
  return ((byte - 1) >> 31) & 1;
}

function allOnesIfZero(value: number): number {
  return ~((value | -value) >> 31);
}

function select(mask: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(PREMASTER_SIZE);
  for (let i = 0; i < PREMASTER_SIZE; i++) out[i] = (a[i]! & mask) | (b[i]! & ~mask);
  return out;
}
