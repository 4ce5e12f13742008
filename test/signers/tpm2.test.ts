import { verify } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenedKey, openTpm2, type Tpm2Options } from '../../src/signers/tpm2.ts';
import {
  expectGoodKey,
  expectHandshakes,
  expectStaticRsa,
  failure,
  publicKeyOf,
  serverPair,
  signRequest,
} from '../support/signers.ts';
import { commandCode, needSwtpm, needTpmProvider, SoftTpm } from '../support/swtpm.ts';
import { needTool, start } from '../support/tools.ts';

const ready = needSwtpm();
const wraps = ready && needTpmProvider();
const PASSWORD = 's3cret';
let tpm: SoftTpm;

beforeAll(async () => {
  if (!ready) return;
  tpm = await SoftTpm.start();
  await tpm.addParent();
  await tpm.addKey(0x81010001, 'ecc256:ecdsa-sha256', 'userwithauth|sign');
  await tpm.addKey(0x81010002, 'ecc256:null', 'userwithauth|sign|noda', ['-p', PASSWORD]);
  await tpm.addKey(0x81010003, 'ecc384:null', 'userwithauth|sign');
  await tpm.addKey(0x81010004, 'ecc256:ecdsa-sha256:null', 'userwithauth|sign|restricted');
  await tpm.addKey(0x81010005, 'rsa2048:null', 'userwithauth|sign');
  await tpm.addKey(0x81010006, 'rsa2048:null', 'userwithauth|sign|decrypt');
  await tpm.addKey(0x81010007, 'rsa2048:rsapss-sha256:null', 'userwithauth|sign');
  await tpm.addKey(0x81010008, 'rsa2048:rsassa-sha384:null', 'userwithauth|sign');
  await tpm.addKey(0x81010009, 'ecc384:ecdsa-sha256:null', 'userwithauth|sign');
}, 60_000);

const opened: OpenedKey[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(key: string | number, options: Tpm2Options = {}): Promise<OpenedKey> {
  const one = await openTpm2(key, { tpm: tpm.address, ...options });
  opened.push(one);
  return one;
}

describe.skipIf(!ready)('a persistent key of a TPM', () => {
  it.each([
    ['EC with its scheme fixed', 0x81010001, {}, ['ecdsa_secp256r1_sha256']],
    ['EC with a password', 0x81010002, { password: PASSWORD }, ['ecdsa_secp256r1_sha256']],
    ['EC on P-384', 0x81010003, {}, ['ecdsa_secp384r1_sha384']],
    ['RSA with PSS and SHA-256 fixed', 0x81010007, {}, ['rsa_pss_rsae_sha256']],
  ] as const)('signs: %s', async (_, handle, options, schemes) => {
    const { key } = await open(handle, options);
    expect(key.schemes).toEqual(schemes);
    await expectGoodKey(key);
  });

  it('signs with RSA in every scheme', async () => {
    const { key } = await open(0x81010005);
    expect(key.schemes).toHaveLength(6);
    expect(key.rsaDecrypt).toBeUndefined();
    await expectGoodKey(key);
  });

  it('decrypts too, where it may', async () => {
    const one = await openTpm2(`tpm2:0x81010006?tpm=${tpm.address}`);
    opened.push(one);
    const { key } = one;
    expect(key.rsaDecrypt?.padding).toBe('none');
    await expectGoodKey(key);
    await expectStaticRsa(key);
  });

  it('serves TLS 1.2 alone where its scheme fits no other version', async () => {
    const pkcs1 = await open(0x81010008);
    expect(pkcs1.key.schemes).toEqual(['rsa_pkcs1_sha384']);
    expect(await expectHandshakes(pkcs1.key)).toEqual(['TLSv1.2']);
    // SHA-256 on P-384: TLS 1.3 binds the curve to the hash.
    const other = await open(0x81010009);
    expect(other.key.schemes).toEqual(['ecdsa_secp256r1_sha256']);
    const pair = await serverPair(other.key, 'TLSv1.2').runLater();
    expect([pair.client.error, pair.server.error]).toEqual([null, null]);
  });

  it('has the TPM hash what a restricted key signs, in pieces where it is long', async () => {
    const codes: number[] = [];
    const watching = tpm.transport((command) => {
      codes.push(commandCode(command));
      return null;
    });
    const { key } = await open(0x81010004, { tpm: watching });
    codes.length = 0;
    await key.sign(signRequest('ecdsa_secp256r1_sha256', new Uint8Array(1024)));
    expect(codes).toEqual([0x17d, 0x15d]);
    codes.length = 0;
    await key.sign(signRequest('ecdsa_secp256r1_sha256', new Uint8Array(5000)));
    expect(codes).toEqual([0x186, 0x15c, 0x15c, 0x15c, 0x15c, 0x13e, 0x15d]);
    await expectGoodKey(key);
    // TPM_GENERATED_VALUE: what begins so is what the TPM says of itself, and nobody else may have it signed. TLS never does.
    const own = new Uint8Array(130);
    own.set([0xff, 0x54, 0x43, 0x47]);
    await failure('ERR_TLS_KEY_SCHEME', Promise.resolve(key.sign(signRequest('ecdsa_secp256r1_sha256', own))));
  });

  it('signs with numbers that begin with zeros, which TPMs may leave out', async () => {
    let short = 0;
    const watching = tpm.transport(async (command) => {
      const answer = Buffer.from(await tpm.exchange(command));
      if (commandCode(command) !== 0x15d) return answer;
      const stripped = withoutZeros(answer);
      if (stripped.length < answer.length) short += 1;
      return stripped;
    });
    const { key } = await open(0x81010001, { tpm: watching });
    const holder = publicKeyOf(key.publicKey!);
    for (let i = 0; i < 3000 && short < 2; i++) {
      const message = new Uint8Array(64).fill(i);
      const signature = await key.sign(signRequest('ecdsa_secp256r1_sha256', message));
      expect(verify('sha256', message, holder, signature)).toBe(true);
    }
    expect(short).toBe(2);
  });
});

describe.skipIf(!wraps)('a TSS2 PRIVATE KEY', () => {
  it('is loaded under the storage key of its hierarchy, EC and RSA', async () => {
    await expectGoodKey((await open(await tpm.wrappedKey('EC'))).key);
    const rsa = await open(await tpm.wrappedKey('RSA'));
    await expectGoodKey(rsa.key);
    await expectStaticRsa(rsa.key);
  });

  it('is read from a file that the URI names, and opened with a password', async () => {
    const file = path.join(tpm.folder, 'device key.pem');
    writeFileSync(file, await tpm.wrappedKey('EC', `user-auth:${PASSWORD}`));
    process.env.SIGNET_TEST_PASSWORD = PASSWORD;
    const { key, name } = await open(`tpm2:${encodeURI(file)}?password-source=env:SIGNET_TEST_PASSWORD`);
    expect(name).toContain('device key.pem');
    await expectGoodKey(key);
  });

  it('is loaded under a persistent parent, and under one with a password', async () => {
    await expectGoodKey((await open(await tpm.wrappedKey('EC', 'parent:0x81000001'))).key);
    await tpm.tool('createprimary', '-C', 'o', '-G', 'ecc256', '-p', 'parentpw', '-c', 'p2.ctx', '-Q');
    await tpm.tool('evictcontrol', '-C', 'o', '-c', 'p2.ctx', '0x81000002', '-Q');
    const pem = await tpm.wrappedKey('EC', 'parent:0x81000002', 'parent-auth:parentpw');
    await expectGoodKey((await open(pem, { parentPassword: 'parentpw' })).key);
  });

  it('leaves its place in the TPM to others when it rests and when it is closed', async () => {
    const { key, close } = await openTpm2(await tpm.wrappedKey('EC'), { tpm: tpm.address });
    await Promise.all(Array.from({ length: 5 }, () => key.sign(signRequest('ecdsa_secp256r1_sha256'))));
    // tpm2-tools wait for the connection, which is closed when the key rests.
    expect((await tpm.raw('getcap', 'handles-transient')).trim()).toBe('');
    await key.sign(signRequest('ecdsa_secp256r1_sha256'));
    await close();
    expect((await tpm.raw('getcap', 'handles-transient')).trim()).toBe('');
  });

  it('is loaded anew when the TPM was switched off and on again', async () => {
    const { key } = await open(await tpm.wrappedKey('EC'));
    await expectHandshakes(key);
    await tpm.stop();
    await tpm.powerOn();
    await expectHandshakes(key);
  });
});

describe.skipIf(!ready)('the way to a TPM', () => {
  it('may hang up after each answer', async () => {
    const other = await SoftTpm.start({ disconnect: true });
    await other.addParent();
    await other.addKey(0x81010001, 'ecc256:null', 'userwithauth|sign');
    const { key } = await open(0x81010001, { tpm: `tcp://127.0.0.1:${other.port}` });
    await expectGoodKey(key);
  });

  it('is whatever transmits commands, for several keys at once', async () => {
    let inside = 0;
    const one = tpm.transport();
    const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
      expect(++inside).toBe(1);
      try {
        return await one.transmit(command);
      } finally {
        inside -= 1;
      }
    };
    const way = { transmit };
    const keys = [await open(0x81010001, { tpm: way }), await open(0x81010005, { tpm: way })];
    await Promise.all(keys.map(({ key }) => expectGoodKey(key)));
  });

  const socat = ready ? needTool('socat') : null;
  it.skipIf(socat === null)('is a device file, one write and one read for a command', async () => {
    const device = path.join(tpm.folder, 'tpmrm0');
    const bridge = start(socat!.path, [`PTY,link=${device},raw,echo=0`, `TCP:127.0.0.1:${tpm.port}`]);
    await expect.poll(() => existsSync(device)).toBe(true);
    const { key } = await open(0x81010006, { tpm: `device:${device}` });
    await expectGoodKey(key);
    await bridge.stop();
  });
});

/** The answer of TPM2_Sign with r and s as some TPMs write them (part 2, section 11.3.3: a TPM2B each). */
function withoutZeros(answer: Buffer): Buffer {
  const r = sized(answer, 18);
  const s = sized(answer, 20 + r.length);
  const numbers = [r, s].map((one) => one.subarray(one.findIndex((byte) => byte !== 0)));
  const parts = numbers.flatMap((one) => [Buffer.from([0, one.length]), one]);
  const rest = answer.subarray(22 + r.length + s.length);
  const whole = Buffer.concat([answer.subarray(0, 18), ...parts, rest]);
  whole.writeUInt32BE(whole.length, 2);
  whole.writeUInt32BE(whole.length - 14 - rest.length, 10);
  return whole;
}

function sized(answer: Buffer, at: number): Buffer {
  return answer.subarray(at + 2, at + 2 + answer.readUInt16BE(at));
}
