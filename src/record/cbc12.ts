import { concat, equalSecret } from '../bytes/index.ts';
import type { Bulk12, Cbc, CbcKey, DirectionKeys, Hash, Opener, RecordProtection12, Sealer } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { HEADER_SIZE } from './deframer.ts';
import { putHeader } from './plain.ts';
import { Sequence } from './sequence.ts';

const VERSION = 0x0303;
/** No key of ours protects more than this many records: 2^32 blocks is where CBC's birthday bound begins to matter. */
const RECORD_LIMIT = 2 ** 24;

/** A TLS 1.2 suite's CBC cipher and MAC, with the code that protects records by them. */
export function cbcBulk(cipher: Cbc, mac: Hash): Bulk12 {
  const records: RecordProtection12 = {
    sealer: (keys, options) => new CbcSealer(cipher, mac, keys, options.encryptThenMac, options.random),
    opener: (keys, options) => new CbcOpener(cipher, mac, keys, options.encryptThenMac, options.maxContent),
  };
  return { kind: 'cbc', cipher, mac, records };
}

/** The MAC's own prefix: seq_num, type, version, length (RFC 5246, section 6.2.3.1). */
function macPrefix(sequence: Uint8Array, type: number, length: number): Uint8Array {
  const prefix = new Uint8Array(13);
  prefix.set(sequence);
  prefix[8] = type;
  prefix[9] = VERSION >> 8;
  prefix[10] = VERSION & 255;
  prefix[11] = length >> 8;
  prefix[12] = length & 255;
  return prefix;
}

function nextSequence(sequence: Sequence): Uint8Array {
  const bytes = new Uint8Array(8);
  sequence.xorInto(bytes, 0);
  return bytes;
}

/** GenericBlockCipher (RFC 5246, section 6.2.3.2), or encrypt-then-MAC (RFC 7366). */
export class CbcSealer implements Sealer {
  readonly expansion: number;
  private readonly cipher: CbcKey;
  private readonly mac: Hash;
  private readonly macKey: Uint8Array;
  private readonly blockSize: number;
  private readonly encryptThenMac: boolean;
  private readonly random: (size: number) => Uint8Array;
  private readonly sequence: Sequence = new Sequence();

  constructor(
    cipher: Cbc,
    mac: Hash,
    keys: DirectionKeys,
    encryptThenMac: boolean,
    random: (size: number) => Uint8Array,
  ) {
    this.cipher = cipher.key(keys.key);
    keys.key.fill(0);
    this.mac = mac;
    this.macKey = keys.mac;
    this.blockSize = cipher.blockSize;
    this.encryptThenMac = encryptThenMac;
    this.random = random;
    this.expansion = 2 * cipher.blockSize + mac.size;
  }

  get left(): number {
    return RECORD_LIMIT - this.sequence.count;
  }

  seal(type: number, content: Uint8Array, out: Uint8Array[]): void {
    if (this.left <= 0) fail('ERR_TLS_KEY_LIMIT');
    const sequence = nextSequence(this.sequence);
    const iv = this.random(this.blockSize);
    const body = this.encryptThenMac
      ? this.encryptFirst(sequence, type, iv, content)
      : this.macFirst(sequence, type, iv, content);
    const header = new Uint8Array(HEADER_SIZE);
    putHeader(header, type, VERSION, body.length);
    out.push(header, body);
  }

  private macFirst(sequence: Uint8Array, type: number, iv: Uint8Array, content: Uint8Array): Uint8Array {
    const mac = this.mac.hmac(this.macKey, macPrefix(sequence, type, content.length), content);
    return concat(iv, this.cipher.encrypt(iv, this.padded(concat(content, mac))));
  }

  private encryptFirst(sequence: Uint8Array, type: number, iv: Uint8Array, content: Uint8Array): Uint8Array {
    const sealed = concat(iv, this.cipher.encrypt(iv, this.padded(content)));
    return concat(sealed, this.mac.hmac(this.macKey, macPrefix(sequence, type, sealed.length), sealed));
  }

  private padded(plaintext: Uint8Array): Uint8Array {
    const padding = this.blockSize - (plaintext.length % this.blockSize);
    return concat(plaintext, new Uint8Array(padding).fill(padding - 1));
  }
}

export class CbcOpener implements Opener {
  readonly protects: boolean = true;
  type: number = 0;
  maxContent: number;
  private readonly cipher: CbcKey;
  private readonly mac: Hash;
  private readonly macKey: Uint8Array;
  private readonly blockSize: number;
  private readonly encryptThenMac: boolean;
  private readonly sequence: Sequence = new Sequence();

  constructor(cipher: Cbc, mac: Hash, keys: DirectionKeys, encryptThenMac: boolean, maxContent: number) {
    this.cipher = cipher.key(keys.key);
    keys.key.fill(0);
    this.mac = mac;
    this.macKey = keys.mac;
    this.blockSize = cipher.blockSize;
    this.encryptThenMac = encryptThenMac;
    this.maxContent = maxContent;
  }

  open(record: Uint8Array): Uint8Array {
    const body = record.subarray(HEADER_SIZE);
    const sequence = nextSequence(this.sequence);
    const content = this.encryptThenMac
      ? this.checkFirst(sequence, record[0]!, body)
      : this.decryptFirst(sequence, record[0]!, body);
    if (content.length > this.maxContent) fail('ERR_TLS_RECORD_OVERFLOW', `${content.length} bytes of content`);
    this.type = record[0]!;
    return content;
  }

  /** RFC 7366, section 3: nothing is decrypted before the MAC is known to be right, so padding tells nothing. */
  private checkFirst(sequence: Uint8Array, type: number, body: Uint8Array): Uint8Array {
    const sealedSize = body.length - this.mac.size;
    if (sealedSize < 2 * this.blockSize || sealedSize % this.blockSize !== 0) fail('ERR_TLS_BAD_RECORD_MAC');
    const sealed = body.subarray(0, sealedSize);
    const expected = this.mac.hmac(this.macKey, macPrefix(sequence, type, sealedSize), sealed);
    if (!equalSecret(expected, body.subarray(sealedSize))) fail('ERR_TLS_BAD_RECORD_MAC');
    const plaintext = this.decrypt(sealed);
    const padding = plaintext[plaintext.length - 1]!;
    const length = plaintext.length - 1 - padding;
    if (length < 0) fail('ERR_TLS_BAD_RECORD_MAC');
    let wrong = 0;
    for (let i = length; i < plaintext.length; i++) wrong |= plaintext[i]! ^ padding;
    if (wrong !== 0) fail('ERR_TLS_BAD_RECORD_MAC');
    return plaintext.subarray(0, length);
  }

  /**
   * MAC-then-encrypt. Padding and MAC are judged together, and the hash runs over the same number of compressed
   * blocks whatever the padding says: an attacker who could tell the two failures apart could decrypt
   * (Vaudenay 2002, Lucky Thirteen 2013).
   */
  private decryptFirst(sequence: Uint8Array, type: number, body: Uint8Array): Uint8Array {
    const { blockSize } = this;
    const macSize = this.mac.size;
    const least = blockSize + Math.ceil((macSize + 1) / blockSize) * blockSize;
    if (body.length < least || body.length % blockSize !== 0) fail('ERR_TLS_BAD_RECORD_MAC');
    const plaintext = this.decrypt(body);
    const { good, length } = paddingOf(plaintext, macSize);
    const found = macAt(plaintext, length, macSize);
    const content = plaintext.subarray(0, length);
    const expected = this.mac.hmac(this.macKey, macPrefix(sequence, type, length), content);
    this.spendTheRest(plaintext.length - macSize - 1, length);
    const right = equalSecret(expected, found);
    if (!(right && good)) fail('ERR_TLS_BAD_RECORD_MAC');
    return content;
  }

  private decrypt(sealed: Uint8Array): Uint8Array {
    return this.cipher.decrypt(sealed.subarray(0, this.blockSize), sealed.subarray(this.blockSize));
  }

  /** Hashes as many more blocks as the longest possible content would have taken, and one, since no hash takes none. */
  private spendTheRest(longest: number, length: number): void {
    const hashBlock = this.mac.size > 32 ? 128 : 64;
    const trailer = hashBlock === 128 ? 17 : 9;
    const blocks = (size: number): number => Math.ceil((13 + size + trailer) / hashBlock);
    const more = blocks(longest) - blocks(length);
    this.mac.digest(new Uint8Array((more + 1) * hashBlock - trailer));
  }
}

/**
 * Reads the padding in a time that depends on the record's length alone. Bad padding counts as none, so that what
 * follows runs the same way.
 */
function paddingOf(plaintext: Uint8Array, macSize: number): { readonly good: boolean; readonly length: number } {
  const size = plaintext.length;
  const padding = plaintext[size - 1]!;
  const fits = ~((size - macSize - 1 - padding) >> 31); // all ones if the padding leaves room for the MAC
  const checked = Math.min(256, size);
  let wrong = 0;
  for (let i = 0; i < checked; i++) {
    const inside = ~((padding - i) >> 31); // all ones for the bytes of the padding
    wrong |= inside & (plaintext[size - 1 - i]! ^ padding);
  }
  const good = fits & ~((0 - (wrong & 255)) >> 31);
  return { good: good === -1, length: size - macSize - 1 - (padding & good) };
}

/** Copies the MAC that begins at the secret offset `start`, reading every place where it could lie. */
function macAt(plaintext: Uint8Array, start: number, macSize: number): Uint8Array {
  const mac = new Uint8Array(macSize);
  const first = Math.max(0, plaintext.length - macSize - 256);
  for (let i = first; i < plaintext.length; i++) {
    for (let k = 0; k < macSize; k++) {
      const here = i - start - k;
      const same = ~((here | -here) >> 31);
      mac[k] = mac[k]! | (plaintext[i]! & same);
    }
  }
  return mac;
}
