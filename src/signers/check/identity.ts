import { type PublicKey, schemeByName, schemeFitsKey } from '../../crypto/index.ts';
import type { Bench } from './bench.ts';
import type { Finding } from './finding.ts';

/** What kind of key it is, and which versions of TLS follow from its schemes. */
export function identify({ key, own }: Bench): Finding[] {
  const what = nameOf(own);
  const from = key.publicKey === undefined ? ', by its certificate' : '';
  const in13 = key.schemes.filter((name) => fits(name, 'TLSv1.3'));
  const in12 = key.schemes.filter((name) => fits(name, 'TLSv1.2'));
  return [
    { subject: 'public key', ok: true, says: `The key is ${what}${from}.` },
    { subject: 'versions', ok: in12.length + in13.length > 0, says: versionsOf(in13, in12) },
  ];

  function fits(name: string, version: 'TLSv1.2' | 'TLSv1.3'): boolean {
    const scheme = schemeByName(name);
    return scheme !== null && schemeFitsKey(scheme, own, version);
  }
}

function nameOf({ kind, curve, bits }: PublicKey): string {
  if (kind === 'ec') return `EC on ${curve}`;
  if (kind === 'rsa' || kind === 'rsa-pss') return `${kind.toUpperCase()} with ${bits} bits`;
  return { ed25519: 'Ed25519', ed448: 'Ed448' }[kind as string] ?? kind.toUpperCase();
}

function versionsOf(in13: readonly string[], in12: readonly string[]): string {
  if (in13.length > 0 && in12.length > 0) return `It serves TLS 1.3 and 1.2, best with ${in13[0]}.`;
  if (in13.length > 0) return `It serves TLS 1.3 alone, best with ${in13[0]}.`;
  if (in12.length > 0) return `It serves TLS 1.2 alone, best with ${in12[0]}: TLS 1.3 has none of its schemes.`;
  return 'None of its schemes serves any version of TLS with such a key.';
}
