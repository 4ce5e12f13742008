import { DerReader, parsePem, TAG } from '../../asn1/index.ts';
import { type DhGroup, dhePskServer, dheServer } from '../../handshake/server/exchange-dhe12.ts';
import type { ServerExchange12 } from '../../handshake/server/settings.ts';
import { dhGroupFor } from './dh-group.ts';
import { invalidArgType, nodeError } from './node-error.ts';

const LEAST_BITS = 1024;
const GOOD_BITS = 2048;

/**
 * DHE by the `dhparam` option, if it is given: a group in PEM form (`BEGIN DH PARAMETERS`), or `auto` for one that is as
 * strong as a key of `keyBits`. As in Node one that cannot be read is as good as none, and
 * one below 1024 bits is refused.
 */
export function dheFrom(dhparam: unknown, keyBits: number): readonly ServerExchange12[] {
  if (dhparam === undefined || dhparam === null || dhparam === false) return [];
  const group = dhparam === 'auto' || dhparam === true ? dhGroupFor(keyBits) : checked(groupIn(dhparam));
  return group === null ? [] : [dheServer(group), dhePskServer(group)];
}

function checked(group: DhGroup | null): DhGroup | null {
  if (group === null) return null;
  const bits = group.p.length * 8 - Math.clz32(group.p[0]!) + 24;
  if (bits < LEAST_BITS) throw nodeError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'DH parameter is less than 1024 bits');
  if (bits < GOOD_BITS) process.emitWarning('DH parameter is less than 2048 bits', 'SecurityWarning');
  return group;
}

function groupIn(dhparam: unknown): DhGroup | null {
  const isText = typeof dhparam === 'string';
  if (!isText && !ArrayBuffer.isView(dhparam)) {
    throw invalidArgType('options.dhparam', ['string', 'Buffer', 'TypedArray', 'DataView'], dhparam);
  }
  try {
    const input = isText ? dhparam : new Uint8Array(dhparam.buffer, dhparam.byteOffset, dhparam.byteLength);
    const block = parsePem(input).find(({ label }) => label === 'DH PARAMETERS');
    const reader = new DerReader(block!.der);
    reader.enter(TAG.SEQUENCE);
    return { p: reader.positive(), g: reader.positive() };
  } catch {
    return null;
  }
}
