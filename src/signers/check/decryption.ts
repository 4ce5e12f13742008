import { constants, publicEncrypt } from 'node:crypto';
import { type Bench, inTime, NoAnswer, reasonOf } from './bench.ts';
import type { Finding } from './finding.ts';

const subject = 'decryption';
const PREMASTER_SIZE = 48;

/** Decrypts a premaster secret, and something that is none, which must come to an end too. */
export async function checkDecryption(bench: Bench): Promise<Finding[]> {
  const { padding } = bench.key.rsaDecrypt!;
  const premaster = Uint8Array.from({ length: PREMASTER_SIZE }, (_, i) => (i < 2 ? 3 : i));
  const findings: Finding[] = [];
  try {
    const plain = await decrypt(bench, encrypted(bench, premaster, constants.RSA_PKCS1_PADDING));
    const opened = padding === 'none' ? plain.subarray(-PREMASTER_SIZE) : plain;
    const whole = padding === 'pkcs1' || plain.length === Math.ceil(bench.own.bits / 8);
    if (!whole || opened.length !== PREMASTER_SIZE || !opened.every((byte, i) => byte === premaster[i])) {
      findings.push(bad(`rsaDecrypt with padding "${padding}" returns something else than was encrypted.`));
    }
  } catch (error) {
    findings.push(bad(`rsaDecrypt fails: ${reasonOf(error)}`));
  }
  const block = new Uint8Array(Math.ceil(bench.own.bits / 8)).fill(0x17);
  block[0] = 0;
  const answered = await decrypt(bench, encrypted(bench, block, constants.RSA_NO_PADDING)).then(
    () => true,
    (error) => !(error instanceof NoAnswer),
  );
  if (!answered) findings.push(bad('rsaDecrypt never answers where the padding is bad.'));
  if (findings.length > 0) return findings;
  const how = padding === 'none' ? 'raw' : 'and unpads by itself';
  return [{ subject, ok: true, says: `It decrypts for static RSA, ${how}.` }];
}

function encrypted(bench: Bench, plain: Uint8Array, padding: number): Uint8Array {
  const key = { key: Buffer.from(bench.own.spki), format: 'der', type: 'spki' } as const;
  return publicEncrypt({ ...key, padding }, plain);
}

async function decrypt(bench: Bench, ciphertext: Uint8Array): Promise<Uint8Array> {
  const { signal } = new AbortController();
  return inTime(bench, async () => bench.key.rsaDecrypt!.run(ciphertext, signal));
}

function bad(says: string): Finding {
  return { subject, ok: false, says };
}
