import { equalBytes } from '../bytes/index.ts';
import type { PublicKey } from '../crypto/index.ts';
import type { Certificate } from './certificate.ts';
import type { Name } from './name.ts';
import { type CompiledConstraints, constraintsOf } from './name-constraints.ts';

/** What is trusted: a name and a key, within limits. It need not come from a certificate (RFC 5280, section 6.1.1). */
export interface TrustAnchor {
  readonly subject: Name;
  readonly publicKey: PublicKey;
  readonly constraints: CompiledConstraints | null;
  /** The certificate that it came in, which is then checked too; null for a bare name and key. */
  readonly certificate: Certificate | null;
}

/** Key and constraints are read when needed: getters fail as those of the certificate do. */
class CertificateAnchor implements TrustAnchor {
  readonly certificate: Certificate;

  constructor(certificate: Certificate) {
    this.certificate = certificate;
  }

  get subject(): Name {
    return this.certificate.subject;
  }

  get publicKey(): PublicKey {
    return this.certificate.publicKey;
  }

  get constraints(): CompiledConstraints | null {
    return constraintsOf(this.certificate);
  }
}

export function anchorFromCertificate(certificate: Certificate): TrustAnchor {
  return new CertificateAnchor(certificate);
}

/** Trust anchors by name. Make it once and keep it: keys read and imported stay with it. */
export class AnchorSet {
  readonly all: readonly TrustAnchor[];
  private readonly bySubject: Map<string, TrustAnchor[]> = new Map();

  constructor(anchors: readonly TrustAnchor[]) {
    this.all = anchors;
    for (const anchor of anchors) {
      const same = this.bySubject.get(anchor.subject.key);
      if (same === undefined) this.bySubject.set(anchor.subject.key, [anchor]);
      else same.push(anchor);
    }
  }

  /** The anchors with this name. */
  named(name: Name): readonly TrustAnchor[] {
    return this.bySubject.get(name.key) ?? [];
  }

  /** The anchor that is this very certificate. */
  ofCertificate(certificate: Certificate): TrustAnchor | null {
    for (const anchor of this.named(certificate.subject)) {
      if (anchor.certificate !== null && equalBytes(anchor.certificate.der, certificate.der)) return anchor;
    }
    return null;
  }
}
