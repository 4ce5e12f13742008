import type { Provider, PublicKey, SigningKey } from '../crypto/index.ts';
import { isTlsError } from '../errors/index.ts';
import { nodeProvider } from '../providers/node.ts';
import { isKeyOf, parseCertificate, publicKey } from '../x509/index.ts';
import type { Bench } from './check/bench.ts';
import { checkCancellation } from './check/cancellation.ts';
import { checkConcurrency } from './check/concurrency.ts';
import { checkDecryption } from './check/decryption.ts';
import type { Finding } from './check/finding.ts';
import { identify } from './check/identity.ts';
import { checkRefusal, checkScheme } from './check/signing.ts';

export type { Finding } from './check/finding.ts';

export interface CheckOptions {
  /** The certificate for the key, as DER: needed where the key does not tell its public half. */
  readonly cert?: Uint8Array;
  /** Verifies; default: node:crypto. */
  readonly provider?: Provider;
  /** Signatures asked for at once; 8 unless told. */
  readonly concurrent?: number;
  /** Milliseconds that a signature may take; 10 000 unless told. */
  readonly timeout?: number;
}

export interface KeyReport {
  /** Whether everything that the key claims is so. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** The findings as lines for people. */
  readonly text: string;
}

/**
 * Puts a signing key through what TLS will ask of it, and tells in words what it can do: signs with every scheme that it
 * lists, many times at once, with requests called off, and decrypts where it claims to. Every result is verified. It
 * never rejects: whatever goes wrong is a finding.
 */
export async function checkKey(key: SigningKey, options: CheckOptions = {}): Promise<KeyReport> {
  const { provider = nodeProvider, timeout = 10_000, concurrent = 8 } = options;
  const findings: Finding[] = [];
  const own = publicHalf(key, options.cert, findings);
  if (own !== null) {
    const bench: Bench = { key, own, provider, timeout };
    findings.push(...identify(bench));
    let signs = true;
    for (const scheme of key.schemes) {
      const finding = await checkScheme(bench, scheme);
      findings.push(finding);
      signs = signs && finding.ok;
    }
    findings.push(await checkRefusal(bench));
    // Without signatures there is nothing to ask for many times, or to call off.
    if (signs) findings.push(await checkConcurrency(bench, concurrent), ...(await checkCancellation(bench)));
    if (key.rsaDecrypt !== undefined) findings.push(...(await checkDecryption(bench)));
  }
  const text = findings.map(({ ok, says }) => `${ok ? 'ok  ' : 'FAIL'} ${says}`).join('\n');
  return { ok: findings.every(({ ok }) => ok), findings, text };
}

function publicHalf(key: SigningKey, cert: Uint8Array | undefined, findings: Finding[]): PublicKey | null {
  const fail = (says: string): null => {
    findings.push({ subject: 'public key', ok: false, says });
    return null;
  };
  try {
    const leaf = cert === undefined ? null : parseCertificate(cert).publicKey;
    const told = key.publicKey === undefined ? null : publicKey(key.publicKey);
    if (told === null && leaf === null) {
      return fail('The key does not tell its public half: hand over its certificate, without which nothing verifies.');
    }
    if (told !== null && leaf !== null && !isKeyOf(told.spki, leaf)) {
      return fail('The certificate is not for this key.');
    }
    return told ?? leaf;
  } catch (error) {
    return fail(`The public key cannot be read: ${isTlsError(error) ? error.message : String(error)}.`);
  }
}
