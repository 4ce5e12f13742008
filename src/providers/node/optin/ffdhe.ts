import { fromHex } from '../../../bytes/index.ts';
import { requireSize, type SyncGroup, type SyncKeyShare } from '../../shared/sync-group.ts';
import { type DhParameters, dhAgree, dhPublicValue, generateDh, withoutZeros } from './dh.ts';
import { requireInRange } from './dhe.ts';

/** The digits of e, with which all primes of RFC 7919 go on behind 64 ones; the 4096-bit one ends so. */
const DIGITS = [
  'adf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a',
  'd3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935984f0c70e0e68b77e2a689daf3efe8721df158a136ade735',
  '30acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d70',
  '9e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2',
  'c6f34a26c1b2effa886b4238611fcfdcde355b3b6519035bbc34f4def99c023861b46fc9d6e6c9077ad91d2691f7f7ee598cb0fac186d91c',
  'aefe130985139270b4130c93bc437944f4fd4452e2d74dd364f2e21e71f54bff5cae82ab9c9df69ee86d2bc522363a0dabc521979b0deada',
  '1dbf9a42d5c4484e0abcd06bfa53ddef3c1b20ee3fd59d7c25e41d2b669e1ef16e6f52c3164df4fb7930e9e4e58857b6ac7d5f42d69f6d18',
  '7763cf1d5503400487f55ba57e31cc7a7135c886efb4318aed6a1e012d9e6832a907600a918130c46dc778f971ad0038092999a333cb8b7a',
  '1a1db93d7140003c2a4ecea9f98d0acc0a8291cdcec97dcf8ec9b55a7f88a46b4db5a851f44182e1c68a007e5e655f6a',
].join('');

/** NamedGroup of each size. */
const IDS = { 2048: 256, 3072: 257, 4096: 258 } as const;

/** Exponents have twice the bits of the group's strength at least (RFC 7919, section 5.2). */
export const ffdhe2048: SyncGroup = /* @__PURE__ */ ffdhe('ffdhe2048', 2048, 32);
export const ffdhe3072: SyncGroup = /* @__PURE__ */ ffdhe('ffdhe3072', 3072, 36);
export const ffdhe4096: SyncGroup = /* @__PURE__ */ ffdhe('ffdhe4096', 4096, 42);

/** How the primes end before their last ones. */
const TAILS = { 2048: '285c97', 3072: 'c62e37', 4096: '' } as const;

/** The same groups for servers that send their parameters, in TLS 1.2 (RFC 7919, appendix A). */
export function ffdheParameters(bits: 2048 | 3072 | 4096): DhParameters & { readonly id: number } {
  return { id: IDS[bits], p: prime(bits), g: new Uint8Array([2]) };
}

/** TLS 1.3 alone: shares and secret are as long as the prime (RFC 9846, sections 4.3.9.1 and 7.4.1). */
function ffdhe(name: string, bits: 2048 | 3072 | 4096, exponentSize: number): SyncGroup {
  let parameters: DhParameters | null = null;
  const start = (): SyncKeyShare => {
    if (parameters === null) parameters = ffdheParameters(bits);
    return startIn(name, parameters, exponentSize);
  };
  return {
    name,
    id: IDS[bits],
    tls12: false,
    start,
    respond: (peer) => {
      const own = start();
      return { share: own.share, secret: own.agree(peer) };
    },
  };
}

function startIn(name: string, parameters: DhParameters, exponentSize: number): SyncKeyShare {
  const size = parameters.p.length;
  const key = generateDh(parameters, exponentSize);
  return {
    share: dhPublicValue(key, size),
    agree: (peer) => {
      requireSize(name, peer, size);
      const value = withoutZeros(peer);
      requireInRange(name, parameters.p, value);
      return dhAgree(key, parameters, value);
    },
  };
}

function prime(bits: 2048 | 3072 | 4096): Uint8Array {
  const tail = TAILS[bits];
  const ones = 'f'.repeat(16);
  return fromHex(ones + DIGITS.slice(0, bits / 4 - 32 - tail.length) + tail + ones);
}
