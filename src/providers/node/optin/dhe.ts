import { compareBytes } from '../../../bytes/index.ts';
import type { Exchange12, FiniteField } from '../../../crypto/index.ts';
import { fail } from '../../../errors/index.ts';
import { badKeyShare, type SyncKeyShare } from '../../shared/sync-group.ts';
import { type DhParameters, dhAgree, dhPublicValue, generateDh, padded, withoutZeros } from './dh.ts';

const LEAST_BYTES = 256;
const MOST_BYTES = 1024;

/**
 * TLS 1.2's DHE over whatever the server chose, from 2048 to 8192 bits; the exponent is as long as p, since nothing is
 * known about the group. The premaster secret comes without its leading zeros (RFC 5246, section 8.1.2). Fails with
 * ERR_TLS_WEAK_DH on other parameters.
 */
export const finiteField: FiniteField = {
  start: (p, g) => start(checkedParameters(p, g)),
  respond(p, g, peer) {
    const own = start(checkedParameters(p, g));
    return { share: own.share, secret: own.agree(peer) };
  },
};

/** Finite-field Diffie-Hellman with fresh keys (RFC 5246, section 7.4.3). */
export const DHE: Exchange12 = { kind: 'dhe', field: finiteField };
export const DHE_PSK: Exchange12 = { kind: 'dhe-psk', field: finiteField };

function start(parameters: DhParameters): SyncKeyShare {
  const size = parameters.p.length;
  const key = generateDh(parameters, size);
  return {
    share: dhPublicValue(key, size),
    agree: (peer) => {
      const value = withoutZeros(peer);
      requireInRange('DHE', parameters.p, value);
      return withoutZeros(dhAgree(key, parameters, value));
    },
  };
}

function checkedParameters(p: Uint8Array, g: Uint8Array): DhParameters {
  const parameters = { p: withoutZeros(p), g: withoutZeros(g) };
  const bits = parameters.p.length * 8 - Math.clz32(parameters.p[0] ?? 0) + 24;
  if (bits < LEAST_BYTES * 8 || bits > MOST_BYTES * 8) fail('ERR_TLS_WEAK_DH', `the prime has ${bits} bits`);
  if ((parameters.p[parameters.p.length - 1]! & 1) === 0) fail('ERR_TLS_WEAK_DH', 'the prime is even');
  if (!inRange(parameters.p, parameters.g)) fail('ERR_TLS_WEAK_DH', 'the generator is not between 2 and p - 2');
  return parameters;
}

/** Other values have order 1 or 2, or are not reduced (RFC 7919, section 5.1; RFC 9846, section 4.3.9.1). */
export function requireInRange(name: string, p: Uint8Array, value: Uint8Array): void {
  if (!inRange(p, value)) badKeyShare(name, 'the public value is not between 2 and p - 2');
}

/** Both without leading zeros; p is odd, so p - 1 differs from it in the last bit. */
function inRange(p: Uint8Array, value: Uint8Array): boolean {
  if (value.length > p.length || value.length === 0 || (value.length === 1 && value[0]! < 2)) return false;
  const largest = Uint8Array.from(p);
  largest[p.length - 1]! &= 0xfe;
  return compareBytes(padded(value, p.length), largest) < 0;
}
