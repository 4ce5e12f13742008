import { constants, publicEncrypt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { der, toPem } from '../../src/asn1/index.ts';
import { credential } from '../../src/config/credentials.ts';
import { checkKey } from '../../src/signers/check.ts';
import { emsaPss } from '../../src/signers/shared/emsa.ts';
import { openTpm2, type Tpm2Options } from '../../src/signers/tpm2.ts';
import {
  certificateFor,
  expectGoodKey,
  expectHandshakes,
  failure,
  publicKeyOf,
  signRequest,
} from '../support/signers.ts';
import { commandCode, needSwtpm, needTpmProvider, refusal, SoftTpm } from '../support/swtpm.ts';

const ready = needSwtpm();
const wraps = ready && needTpmProvider();
const PASSWORD = 's3cret-4711';
const [EC, NODA, DA, RSA_SIGN, RSA_BOTH, PSS_FIXED, STORAGE] = [
  0x81010001, 0x81010002, 0x81010003, 0x81010004, 0x81010005, 0x81010006, 0x81000001,
];
const CC = { sign: 0x15d, readPublic: 0x173, decrypt: 0x159, load: 0x157 };
let tpm: SoftTpm;

beforeAll(async () => {
  if (!ready) return;
  tpm = await SoftTpm.start();
  await tpm.addParent();
  await tpm.addKey(EC, 'ecc256:null', 'userwithauth|sign');
  await tpm.addKey(NODA, 'ecc256:null', 'userwithauth|sign|noda', ['-p', PASSWORD]);
  await tpm.addKey(DA, 'ecc256:null', 'userwithauth|sign', ['-p', PASSWORD]);
  await tpm.addKey(RSA_SIGN, 'rsa2048:null', 'userwithauth|sign');
  await tpm.addKey(RSA_BOTH, 'rsa2048:null', 'userwithauth|sign|decrypt');
  await tpm.addKey(PSS_FIXED, 'rsa2048:rsapss-sha256:null', 'userwithauth|sign');
}, 60_000);

const open = (key: string | number, options: Tpm2Options = {}) => openTpm2(key, { tpm: tpm.address, ...options });
const ecdsa = () => signRequest('ecdsa_secp256r1_sha256');

describe.skipIf(!ready)('a password', () => {
  it('is wrong, missing or right, and in no error', async () => {
    for (const handle of [NODA, DA]) {
      await failure('ERR_TLS_KEY_PIN_WRONG', open(handle, { password: 'wrong-pw' }), ['wrong-pw']);
      await failure('ERR_TLS_KEY_PIN_MISSING', open(handle));
    }
    const one = await open(DA, { password: () => Promise.resolve(PASSWORD) });
    await one.close();
    await tpm.tool('dictionarylockout', '-c');
  });

  it('that turned wrong is not tried again', async () => {
    let signs = 0;
    let wrong = false;
    const way = tpm.transport((command) => {
      if (commandCode(command) !== CC.sign) return null;
      signs += 1;
      return wrong ? refusal(0x98e) : null;
    });
    const { key, close } = await open(DA, { tpm: way, password: PASSWORD });
    wrong = true;
    signs = 0;
    const attempt = () => failure('ERR_TLS_KEY_PIN_WRONG', Promise.resolve(key.sign(ecdsa())), [PASSWORD]);
    await Promise.all([attempt(), attempt(), attempt()]);
    await attempt();
    expect(signs).toBe(1);
    await close();
  });

  it('is locked after too many attempts, of whomever', async () => {
    const other = await SoftTpm.start();
    await other.addParent();
    await other.addKey(NODA, 'ecc256:null', 'userwithauth|sign|noda', ['-p', PASSWORD]);
    await other.addKey(DA, 'ecc256:null', 'userwithauth|sign', ['-p', PASSWORD]);
    await other.tool('dictionarylockout', '-s', '-n', '2', '-t', '1000', '-l', '1000');
    const attempt = (key: number, password: string) => openTpm2(key, { tpm: other.address, password });
    await failure('ERR_TLS_KEY_PIN_WRONG', attempt(DA, 'a'));
    await failure('ERR_TLS_KEY_PIN_WRONG', attempt(DA, 'b'));
    await failure('ERR_TLS_KEY_PIN_LOCKED', attempt(DA, PASSWORD), [PASSWORD]);
    // Device keys are made with noda: they are not concerned.
    await (await attempt(NODA, PASSWORD)).close();
  });
});

describe.skipIf(!ready)('what is not there', () => {
  it('is the TPM', async () => {
    const none = await failure('ERR_TLS_KEY_MODULE', openTpm2(EC, { tpm: '/nonexistent/tpm' }));
    expect(none.message).toContain('/nonexistent/tpm is not there');
    expect((await failure('ERR_TLS_KEY_MODULE', openTpm2(EC, { tpm: 'tcp://127.0.0.1:1' }))).message).toContain(
      'swtpm',
    );
    for (const address of ['usb:0', 'mssim:host=localhost', 'tcp://host', 'swtpm:host=h,port=x', 'tcp://h:99999']) {
      await failure('ERR_TLS_KEY_ADDRESS', openTpm2(EC, { tpm: address }));
    }
  });

  it('is a key under this handle', async () => {
    const error = await failure('ERR_TLS_KEY_NOT_FOUND', open(0x81019999));
    expect(error.message).toContain('0x81019999');
    await failure('ERR_TLS_KEY_ADDRESS', open(0x80000000));
    await failure('ERR_TLS_KEY_ADDRESS', open(1));
    await failure('ERR_TLS_KEY_ADDRESS', open('tpm2:/nonexistent/key.pem'));
  });

  it('is TPM2_Startup', async () => {
    const asleep = await SoftTpm.start({ started: false });
    const error = await failure('ERR_TLS_KEY_DEVICE', openTpm2(EC, { tpm: asleep.address }));
    expect(error.message).toContain('startup-clear');
  });

  it('is a way to use it with a password, or at all', async () => {
    expect((await failure('ERR_TLS_KEY_UNSUPPORTED', open(STORAGE))).message).toContain('may not sign');
    await tpm.addKey(0x81010020, 'ecc256:null', 'adminwithpolicy|sign');
    expect((await failure('ERR_TLS_KEY_UNSUPPORTED', open(0x81010020))).message).toContain('policy');
  });

  it('is the certificate of this key', async () => {
    const [one, two] = [await open(EC), await open(RSA_SIGN)];
    const chain = [certificateFor(publicKeyOf(one.key.publicKey!))];
    await failure('ERR_TLS_KEY_MISMATCH', (async () => credential({ chain, key: two.key }))());
    await Promise.all([one.close(), two.close()]);
  });
});

describe.skipIf(!wraps)('a TSS2 PRIVATE KEY', () => {
  it('is of another TPM', async () => {
    const pem = await tpm.wrappedKey('EC');
    const other = await SoftTpm.start();
    const error = await failure('ERR_TLS_KEY_NOT_FOUND', openTpm2(pem, { tpm: other.address }));
    expect(error.message).toContain('did not make');
  });

  it('has a password, which is wrong or missing', async () => {
    const pem = await tpm.wrappedKey('EC', `user-auth:${PASSWORD}`);
    const missing = await failure('ERR_TLS_KEY_PIN_MISSING', open(pem));
    expect(missing.message).toContain('has a password');
    await failure('ERR_TLS_KEY_PIN_WRONG', open(pem, { password: 'wrong-pw' }), ['wrong-pw']);
    expect((await tpm.raw('getcap', 'handles-transient')).trim()).toBe('');
    await tpm.tool('dictionarylockout', '-c');
  });

  it('finds no room where others left their keys behind', async () => {
    const pem = await tpm.wrappedKey('EC');
    for (let i = 0; i < 3; i++) await tpm.raw('createprimary', '-C', 'o', '-G', 'ecc256', '-c', `left${i}.ctx`, '-Q');
    const error = await failure('ERR_TLS_KEY_DEVICE', open(pem));
    expect(error.message).toContain('tpm2_flushcontext -t');
    await tpm.raw('flushcontext', '-t');
    await (await open(pem)).close();
  });

  it('is damaged, or something else', async () => {
    const pem = await tpm.wrappedKey('EC');
    const key = (oid: string, ...more: Uint8Array[]): string =>
      toPem('TSS2 PRIVATE KEY', der.sequence(der.oid(oid), ...more));
    const policy = der.explicit(1, der.sequence());
    const cases: [string | Uint8Array, 'ERR_TLS_KEY_ADDRESS' | 'ERR_TLS_KEY_UNSUPPORTED', string][] = [
      ['hello', 'ERR_TLS_KEY_ADDRESS', 'holds no "TSS2 PRIVATE KEY"'],
      [
        '-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n',
        'ERR_TLS_KEY_ADDRESS',
        'but EC PRIVATE KEY',
      ],
      [pem.slice(0, 200), 'ERR_TLS_KEY_ADDRESS', 'no END line'],
      [key('2.23.133.10.1.3'), 'ERR_TLS_KEY_ADDRESS', 'damaged'],
      [key('2.23.133.10.1.4'), 'ERR_TLS_KEY_UNSUPPORTED', 'imported first'],
      [key('2.23.133.10.1.5'), 'ERR_TLS_KEY_UNSUPPORTED', 'sealed data'],
      [key('1.2.3'), 'ERR_TLS_KEY_UNSUPPORTED', 'type 1.2.3'],
      [new TextEncoder().encode(key('2.23.133.10.1.3', policy)), 'ERR_TLS_KEY_UNSUPPORTED', 'policy session'],
    ];
    for (const [input, code, words] of cases) {
      expect((await failure(code, openTpm2(input, { tpm: tpm.address }))).message).toContain(words);
    }
  });
});

describe.skipIf(!ready)('a TPM that takes its time', () => {
  it('is asked again when it says so', async () => {
    const answers = [0x922, 0x908, 0x90a, 0x920];
    const way = tpm.transport((command) => {
      const rc = commandCode(command) === CC.sign ? answers.shift() : undefined;
      return rc === undefined ? null : refusal(rc);
    });
    const { key, close } = await open(EC, { tpm: way });
    await expectHandshakes(key);
    expect(answers).toEqual([]);
    await close();
  });

  it('or never answers, is given up', async () => {
    let silent = false;
    const way = tpm.transport(() => (silent ? new Promise(() => {}) : null));
    const { key, close } = await open(EC, { tpm: way, timeout: 200 });
    silent = true;
    await failure('ERR_TLS_KEY_TIMEOUT', Promise.resolve(key.sign(ecdsa())));
    await close();
    silent = true;
    const mute = tpm.transport(() => new Promise(() => {}));
    await failure('ERR_TLS_KEY_TIMEOUT', open(EC, { tpm: mute, timeout: 200 }));
  });

  it('answers in order, whoever gives up', async () => {
    const { key, close } = await open(EC);
    const stop = new AbortController();
    const asked = Array.from({ length: 10 }, (_, i) =>
      Promise.resolve(
        key.sign(signRequest('ecdsa_secp256r1_sha256', new Uint8Array([i]), i % 2 === 0 ? stop.signal : undefined)),
      ).then(
        () => 'signed',
        () => 'given up',
      ),
    );
    stop.abort(new Error('gone'));
    const words = await Promise.all(asked);
    expect(words.filter((word) => word === 'signed')).toHaveLength(5);
    await close();
    await failure('ERR_TLS_KEY_CLOSED', Promise.resolve(key.sign(ecdsa())));
  });
});

describe.skipIf(!ready)('an answer that cannot be read', () => {
  it.each([
    ['too short', new Uint8Array([0x80, 1, 0])],
    ['longer than it says', new Uint8Array([0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0, 1])],
    ['without its contents', new Uint8Array([0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0])],
  ])('is the failure of the TPM: %s', async (_, answer) => {
    for (const code of [CC.readPublic, CC.sign]) {
      const way = tpm.transport((command) => (commandCode(command) === code ? answer : null));
      expect((await failure('ERR_TLS_KEY_DEVICE', open(EC, { tpm: way }))).message).toContain('unintelligibly');
    }
  });

  it('is a code that nobody knows', async () => {
    const way = tpm.transport((command) => (commandCode(command) === CC.sign ? refusal(0x101) : null));
    expect((await failure('ERR_TLS_KEY_DEVICE', open(EC, { tpm: way }))).message).toContain('TPM_RC_FAILURE (0x101)');
  });
});

describe.skipIf(!ready)('a TPM that puts the longest salt into PSS', () => {
  /** Replaces PSS signatures by such with a salt of all the room there is, made by raw RSA with the same key. */
  function longSalts(handle: number): (command: Uint8Array) => Promise<Uint8Array | null> {
    return async (command) => {
      if (commandCode(command) !== CC.sign || !contains(command, [0x00, 0x16, 0x00, 0x0b])) return null;
      const at = command.length - 4 - 8 - 32;
      const digest = command.subarray(at, at + 32);
      const block = emsaPss('sha256', digest, 2048, new Uint8Array(256 - 32 - 2).fill(7));
      const signature = await rawRsa(handle, block);
      const answer = await tpm.exchange(command);
      answer.set(signature, answer.length - 5 - 256);
      return answer;
    };
  }

  async function rawRsa(handle: number, block: Uint8Array): Promise<Uint8Array> {
    const auth = [0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0];
    const body = [...u32(handle), ...auth, 1, 0, ...block, 0, 0x10, 0, 0];
    const answer = await tpm.exchange(new Uint8Array([0x80, 2, ...u32(10 + body.length), ...u32(CC.decrypt), ...body]));
    return answer.slice(16, 16 + 256);
  }

  it('signs by raw RSA where the key may decrypt', async () => {
    const { key, close } = await open(RSA_BOTH, { tpm: tpm.transport(longSalts(RSA_BOTH)) });
    expect(key.schemes).toHaveLength(6);
    await expectGoodKey(key);
    await close();
  });

  it('serves TLS 1.2 alone where it may not', async () => {
    // The same key, told and treated as if it might sign alone.
    const between = longSalts(RSA_BOTH);
    const way = tpm.transport(async (command) => {
      if (commandCode(command) === CC.decrypt) return refusal(0x182);
      if (commandCode(command) !== CC.readPublic) return between(command);
      const answer = await tpm.exchange(command);
      answer[10 + 2 + 4 + 1]! &= ~0x02;
      return answer;
    });
    const { key, close } = await open(RSA_BOTH, { tpm: way });
    expect(key.schemes).toEqual(['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512']);
    expect(await expectHandshakes(key)).toEqual(['TLSv1.2']);
    await close();
  });

  it('is refused where nothing but PSS is in the key', async () => {
    const way = tpm.transport(async (command) => {
      if (commandCode(command) !== CC.sign) return null;
      const answer = await tpm.exchange(command);
      answer[answer.length - 100]! ^= 1;
      return answer;
    });
    const error = await failure('ERR_TLS_KEY_UNSUPPORTED', open(PSS_FIXED, { tpm: way }));
    expect(error.message).toContain('salt');
    await failure('ERR_TLS_SIGN_INVALID', open(EC, { tpm: breaking() }));
  });
});

/** Breaks signatures without breaking their form. */
function breaking() {
  return tpm.transport(async (command) => {
    if (commandCode(command) !== CC.sign) return null;
    const answer = await tpm.exchange(command);
    answer[answer.length - 10]! ^= 1;
    return answer;
  });
}

describe.skipIf(!ready)('bad ciphertext', () => {
  it('is decrypted raw, and told apart by nobody', async () => {
    const { key, close } = await open(RSA_BOTH);
    const spki = publicKeyOf(key.publicKey!);
    const block = Buffer.alloc(256, 0x17);
    block[0] = 0;
    const ciphertext = publicEncrypt({ key: spki, padding: constants.RSA_NO_PADDING }, block);
    const { signal } = new AbortController();
    expect(Buffer.from(await key.rsaDecrypt!.run(ciphertext, signal))).toEqual(block);
    expect((await checkKey(key)).ok).toBe(true);
    await close();
  });
});

function contains(bytes: Uint8Array, part: number[]): boolean {
  return Buffer.from(bytes).includes(Buffer.from(part));
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
