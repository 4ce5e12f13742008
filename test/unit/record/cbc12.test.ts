import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/bytes/index.ts';
import type { Cbc, Hash } from '../../../src/crypto/index.ts';
import { TlsError } from '../../../src/errors/index.ts';
import { aes128Cbc } from '../../../src/providers/node/optin/cbc.ts';
import { sha1, sha256, sha384 } from '../../../src/providers/node.ts';
import { CbcOpener } from '../../../src/record/cbc12.ts';
import { MAX_PLAINTEXT } from '../../../src/record/index.ts';

const MAC_KEY = new Uint8Array(20).fill(1);
const KEY = new Uint8Array(16).fill(2);
const IV = new Uint8Array(16).fill(3);

/** A record whose plaintext is given down to the padding, so that nothing of it need be right. */
function recordOf(plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-cbc', KEY, IV).setAutoPadding(false);
  const body = concat(IV, cipher.update(plaintext), cipher.final());
  return concat(new Uint8Array([23, 3, 3, body.length >> 8, body.length & 255]), body);
}

function macOf(mac: Hash, content: Uint8Array): Uint8Array {
  const prefix = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 23, 3, 3, content.length >> 8, content.length & 255]);
  return createHmac(mac.name, MAC_KEY).update(prefix).update(content).digest();
}

/** `size` bytes of plaintext with this much padding, all of it right. */
function plaintextOf(mac: Hash, size: number, padding: number): Uint8Array {
  const content = new Uint8Array(size - mac.size - padding - 1).fill(0x61);
  return concat(content, macOf(mac, content), new Uint8Array(padding + 1).fill(padding));
}

function open(mac: Hash, record: Uint8Array, encryptThenMac: boolean = false): Uint8Array {
  const keys = { mac: MAC_KEY.slice(), key: KEY.slice(), iv: new Uint8Array(0) };
  return new CbcOpener(aes128Cbc as Cbc, mac, keys, encryptThenMac, MAX_PLAINTEXT).open(record);
}

/** What an observer could learn from the error. */
function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    const { code, message, detail, alert } = error as TlsError;
    return { code, message, detail, alert };
  }
  return null;
}

const REFUSED = (() => {
  const { code, message, detail, alert } = new TlsError('ERR_TLS_BAD_RECORD_MAC');
  return { code, message, detail, alert };
})();

const MACS = [sha1, sha256, sha384];

describe.each(MACS)('CBC with HMAC-$name, MAC first', (mac) => {
  const size = 320;

  test('every padding that is right is taken', () => {
    for (let padding = (size - mac.size - 1) % 16; padding <= 255; padding += 1) {
      const plaintext = plaintextOf(mac, size, padding);
      expect(open(mac, recordOf(plaintext))).toHaveLength(size - mac.size - padding - 1);
    }
  });

  test('all that is wrong is refused in the same words', () => {
    const right = plaintextOf(mac, size, 15);
    const wrong: Uint8Array[] = [];
    for (let i = size - 16; i < size; i++) wrong.push(changed(right, i)); // padding, byte by byte
    for (let i = size - 16 - mac.size; i < size - 16; i++) wrong.push(changed(right, i)); // MAC
    wrong.push(changed(right, 0)); // content
    wrong.push(new Uint8Array(size).fill(255)); // padding longer than what is left beside a MAC
    wrong.push(new Uint8Array(16 * Math.ceil((mac.size + 1) / 16)).fill(200)); // padding longer than the record
    for (const plaintext of wrong) expect(refusal(() => open(mac, recordOf(plaintext)))).toEqual(REFUSED);
  });

  test('what is no whole number of blocks, or too short for a MAC, is refused in the same words', () => {
    const whole = recordOf(plaintextOf(mac, size, 15));
    for (let cut = 5; cut < whole.length; cut++) {
      expect(refusal(() => open(mac, whole.slice(0, cut)))).toEqual(REFUSED);
    }
  });

  test('the hash runs over equally many blocks whatever the padding says (Lucky Thirteen)', () => {
    for (const length of [64, 128, 320, 336]) {
      const counts = new Set<number>();
      const count = (plaintext: Uint8Array): void => {
        const counting = new CountingHash(mac);
        refusal(() => open(counting, recordOf(plaintext)));
        counts.add(counting.blocks);
      };
      const most = Math.min(255, length - mac.size - 1);
      for (let padding = 0; padding <= most; padding++) {
        const right = plaintextOf(mac, length, padding);
        count(right);
        count(changed(right, length - 1 - padding)); // the padding byte that is farthest from its length
        count(changed(right, length - 1 - padding - 1)); // the MAC
      }
      count(new Uint8Array(length).fill(255));
      expect(counts.size, `a record of ${length} bytes`).toBe(1);
    }
  });
});

describe.each(MACS)('CBC with HMAC-$name, encryption first', (mac) => {
  function sealed(plaintext: Uint8Array): Uint8Array {
    const body = recordOf(plaintext).subarray(5);
    const both = concat(body, macOf(mac, body));
    return concat(new Uint8Array([23, 3, 3, both.length >> 8, both.length & 255]), both);
  }

  test('padding that is wrong under a right MAC is refused in the same words', () => {
    for (const padding of [0, 1, 15, 31]) {
      const plaintext = new Uint8Array(32).fill(padding);
      expect(open(mac, sealed(plaintext), true)).toHaveLength(31 - padding);
      if (padding > 0)
        expect(refusal(() => open(mac, sealed(changed(plaintext, 31 - padding)), true))).toEqual(REFUSED);
    }
    expect(refusal(() => open(mac, sealed(new Uint8Array(32).fill(32)), true))).toEqual(REFUSED);
    expect(refusal(() => open(mac, sealed(new Uint8Array(0)), true))).toEqual(REFUSED);
  });

  test('nothing is decrypted before the MAC is known to be right', () => {
    const spied: Cbc = {
      ...aes128Cbc,
      key: () => ({
        encrypt: (_iv, plaintext) => plaintext,
        decrypt: () => {
          throw new Error('decrypted');
        },
      }),
    };
    const record = sealed(new Uint8Array(32).fill(15));
    record[record.length - 1]! ^= 1;
    const keys = { mac: MAC_KEY.slice(), key: KEY.slice(), iv: new Uint8Array(0) };
    const opener = new CbcOpener(spied, mac, keys, true, MAX_PLAINTEXT);
    expect(refusal(() => opener.open(record))).toEqual(REFUSED);
  });
});

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 0x40;
  return copy;
}

/** Counts the blocks that the compression function is fed with. */
class CountingHash implements Hash {
  readonly name: Hash['name'];
  readonly size: number;
  blocks: number = 0;
  private readonly hash: Hash;

  constructor(hash: Hash) {
    this.hash = hash;
    this.name = hash.name;
    this.size = hash.size;
  }

  digest(data: Uint8Array): Uint8Array {
    this.count(data.length);
    return this.hash.digest(data);
  }

  hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
    const block = this.size > 32 ? 128 : 64;
    this.count(block + parts.reduce((sum, part) => sum + part.length, 0));
    this.count(block + this.size);
    return this.hash.hmac(key, ...parts);
  }

  start(): ReturnType<Hash['start']> {
    return this.hash.start();
  }

  private count(length: number): void {
    const [block, trailer] = this.size > 32 ? [128, 17] : [64, 9];
    this.blocks += Math.ceil((length + trailer) / block);
  }
}
