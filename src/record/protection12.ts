import type { Aead, AeadKey, DirectionKeys, Opener, ProtectionOptions12, Sealer, Suite12 } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { KeySizes } from '../schedule/index.ts';
import { HEADER_SIZE } from './deframer.ts';
import { putHeader } from './plain.ts';
import { Sequence } from './sequence.ts';

const VERSION = 0x0303;
const EXPLICIT_NONCE = 8;

/** How much of the key block a suite takes (RFC 5246, section 6.3). */
export function keySizes12(suite: Suite12): KeySizes {
  const { bulk } = suite;
  if (bulk.kind === 'cbc') return { mac: bulk.mac.size, key: bulk.cipher.keySize, iv: 0 };
  return { mac: 0, key: bulk.aead.keySize, iv: bulk.kind === 'gcm' ? 4 : 12 };
}

export function sealer12(suite: Suite12, keys: DirectionKeys, options: ProtectionOptions12): Sealer {
  const { bulk } = suite;
  if (bulk.kind === 'cbc') return bulk.records.sealer(keys, options);
  return new AeadSealer12(bulk.aead, keys, bulk.kind === 'gcm');
}

export function opener12(suite: Suite12, keys: DirectionKeys, options: ProtectionOptions12): Opener {
  const { bulk } = suite;
  if (bulk.kind === 'cbc') return bulk.records.opener(keys, options);
  return new AeadOpener12(bulk.aead, keys, bulk.kind === 'gcm', options.maxContent);
}

/** seq_num, type, version, length (RFC 5246, section 6.2.3.3). */
function additionalData(sequence: Sequence, type: number, length: number): Uint8Array {
  const aad = new Uint8Array(13);
  sequence.xorInto(aad, 0);
  aad[8] = type;
  aad[9] = VERSION >> 8;
  aad[10] = VERSION & 255;
  aad[11] = length >> 8;
  aad[12] = length & 255;
  return aad;
}

/**
 * The nonce: the fixed IV and 8 explicit bytes that travel with the record (RFC 5288, section 3; here they are the
 * sequence number, so they never repeat), or the IV with the sequence number mixed in (RFC 7905, section 2).
 */
function makeNonce(iv: Uint8Array, explicit: boolean, sequence: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(iv);
  for (let i = 0; i < 8; i++) nonce[4 + i] = explicit ? sequence[i]! : nonce[4 + i]! ^ sequence[i]!;
  return nonce;
}

class AeadSealer12 implements Sealer {
  readonly expansion: number;
  private readonly key: AeadKey;
  private readonly iv: Uint8Array;
  private readonly explicit: boolean;
  private readonly limit: number;
  private readonly sequence: Sequence = new Sequence();

  constructor(aead: Aead, keys: DirectionKeys, explicit: boolean) {
    this.key = aead.key(keys.key);
    keys.key.fill(0);
    this.iv = keys.iv;
    this.explicit = explicit;
    this.limit = aead.recordLimit;
    this.expansion = aead.tagSize + (explicit ? EXPLICIT_NONCE : 0);
  }

  get left(): number {
    return this.limit - this.sequence.count;
  }

  seal(type: number, content: Uint8Array, out: Uint8Array[]): void {
    if (this.left <= 0) fail('ERR_TLS_KEY_LIMIT');
    const aad = additionalData(this.sequence, type, content.length);
    const head = new Uint8Array(HEADER_SIZE + (this.explicit ? EXPLICIT_NONCE : 0));
    putHeader(head, type, VERSION, content.length + this.expansion);
    if (this.explicit) head.set(aad.subarray(0, 8), HEADER_SIZE);
    out.push(head);
    this.key.seal(makeNonce(this.iv, this.explicit, aad), aad, content, null, out);
  }
}

class AeadOpener12 implements Opener {
  readonly protects: boolean = true;
  type: number = 0;
  private readonly key: AeadKey;
  private readonly iv: Uint8Array;
  private readonly explicit: boolean;
  maxContent: number;
  private readonly tagSize: number;
  private readonly sequence: Sequence = new Sequence();

  constructor(aead: Aead, keys: DirectionKeys, explicit: boolean, maxContent: number) {
    this.key = aead.key(keys.key);
    keys.key.fill(0);
    this.iv = keys.iv;
    this.explicit = explicit;
    this.tagSize = aead.tagSize;
    this.maxContent = maxContent;
  }

  open(record: Uint8Array): Uint8Array {
    const start = HEADER_SIZE + (this.explicit ? EXPLICIT_NONCE : 0);
    const length = record.length - start - this.tagSize;
    if (length < 0) fail('ERR_TLS_BAD_RECORD_MAC', 'the record is too short');
    if (length > this.maxContent) fail('ERR_TLS_RECORD_OVERFLOW', `${length} bytes of content`);
    const aad = additionalData(this.sequence, record[0]!, length);
    const nonce = makeNonce(this.iv, this.explicit, this.explicit ? record.subarray(HEADER_SIZE, start) : aad);
    const content = this.key.open(nonce, aad, record.subarray(start));
    if (content === null) fail('ERR_TLS_BAD_RECORD_MAC');
    this.type = record[0]!;
    return content;
  }
}
