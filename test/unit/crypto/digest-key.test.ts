import { describe, expect, test, vi } from 'vitest';
import { digestKey, type SignatureScheme, type SignRequest } from '../../../src/crypto/index.ts';
import { Task } from '../../../src/flow/index.ts';

const request = (scheme: SignatureScheme): SignRequest => ({
  scheme,
  message: new Uint8Array([1, 2, 3]),
  digest: () => new Uint8Array([9]),
  signal: new Task('sign', () => null),
  context: { role: 'client', version: 'TLSv1.3' },
});

describe('digestKey', () => {
  test('hands on scheme, digest and signal, and returns what the signer returns', async () => {
    const signDigest = vi.fn(async () => new Uint8Array([7]));
    const key = digestKey({ schemes: ['ecdsa_secp256r1_sha256'], publicKey: new Uint8Array([5]), signDigest });
    const asked = request('ecdsa_secp256r1_sha256');
    expect(await key.sign(asked)).toEqual(new Uint8Array([7]));
    expect(signDigest).toHaveBeenCalledWith('ecdsa_secp256r1_sha256', new Uint8Array([9]), asked.signal);
    expect(key.publicKey).toEqual(new Uint8Array([5]));
    expect(key.rsaDecrypt).toBeUndefined();
  });

  test('keeps the methods of a class where they belong', async () => {
    class Chip {
      readonly schemes: SignatureScheme[] = ['rsa_pkcs1_sha256'];
      closed: boolean = false;
      signDigest(): Uint8Array {
        return new Uint8Array([this.schemes.length]);
      }
      close(): void {
        this.closed = true;
      }
    }
    const chip = new Chip();
    const key = digestKey(chip);
    expect(await key.sign(request('rsa_pkcs1_sha256'))).toEqual(new Uint8Array([1]));
    await key.close!();
    expect(chip.closed).toBe(true);
  });

  test.each(['ed25519', 'mldsa44', 'no_such_scheme'])('refuses %s, which has no digest', (scheme) => {
    expect(() => digestKey({ schemes: [scheme as SignatureScheme], signDigest: () => new Uint8Array(0) })).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CONFIG', detail: expect.stringContaining(scheme) }),
    );
  });
});
