import { copyBytes, equalBytes } from '../bytes/index.ts';
import { type Certificate, parseCertificate } from './certificate.ts';

interface Entry {
  readonly certificate: Certificate;
  /** SubjectPublicKeyInfo of issuers whose signature on it was found right. */
  readonly verifiedBy: Uint8Array[];
}

const BUCKET = 4;
const ISSUERS = 4;
const SAMPLE = 32;

/**
 * Remembers certificates by content: parsed once, and which keys have signed them. A signature that was right stays
 * right; validity, names and everything else are checked anew each time.
 */
export class PathCache {
  private readonly max: number;
  /** In order of use; certificates that share a hash share a bucket. */
  private readonly buckets: Map<number, Entry[]> = new Map();
  private held: number = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** How many certificates it holds. */
  get size(): number {
    return this.held;
  }

  /** The certificate of this DER, parsed now or before. Fails as `parseCertificate` does. */
  certificate(der: Uint8Array): Certificate {
    const known = this.find(der);
    if (known !== null) return known.certificate;
    // The caller may reuse its buffer; what the cache keeps must not change.
    const certificate = parseCertificate(copyBytes(der));
    this.add({ certificate, verifiedBy: [] });
    return certificate;
  }

  /** Whether the signature on this certificate is known to be by this key (SubjectPublicKeyInfo). */
  isVerified(certificate: Certificate, spki: Uint8Array): boolean {
    const entry = this.find(certificate.der);
    return entry?.verifiedBy.some((known) => equalBytes(known, spki)) ?? false;
  }

  rememberVerified(certificate: Certificate, spki: Uint8Array): void {
    const entry = this.find(certificate.der);
    if (entry === null) return;
    if (entry.verifiedBy.length === ISSUERS) entry.verifiedBy.shift();
    entry.verifiedBy.push(copyBytes(spki));
  }

  private find(der: Uint8Array): Entry | null {
    const hash = hashOf(der);
    const bucket = this.buckets.get(hash);
    if (bucket === undefined) return null;
    for (const entry of bucket) {
      if (!equalBytes(entry.certificate.der, der)) continue;
      this.buckets.delete(hash);
      this.buckets.set(hash, bucket);
      return entry;
    }
    return null;
  }

  private add(entry: Entry): void {
    const hash = hashOf(entry.certificate.der);
    const bucket = this.buckets.get(hash) ?? [];
    if (bucket.length === BUCKET) {
      bucket.shift();
      this.held -= 1;
    }
    bucket.push(entry);
    this.held += 1;
    this.buckets.set(hash, bucket);
    for (const [oldest, entries] of this.buckets) {
      if (this.held <= this.max) return;
      this.buckets.delete(oldest);
      this.held -= entries.length;
    }
  }
}

export function createPathCache(options: { readonly max?: number } = {}): PathCache {
  return new PathCache(options.max ?? 256);
}

/** Of the last bytes, which belong to the signature: no two certificates share them by chance (FNV-1a). */
function hashOf(der: Uint8Array): number {
  let hash = 0x811c9dc5 ^ der.length;
  for (let i = Math.max(0, der.length - SAMPLE); i < der.length; i++) hash = Math.imul(hash ^ der[i]!, 0x01000193);
  return hash >>> 0;
}
