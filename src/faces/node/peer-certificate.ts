import { X509Certificate } from 'node:crypto';

/** A certificate as `getPeerCertificate` gives it, in the shape that the running Node has for it. */
export type NodeCertificate = ReturnType<X509Certificate['toLegacyObject']>;

/** The same with the certificates that lead to its root, which is its own issuer. */
export type DetailedNodeCertificate = NodeCertificate & { issuerCertificate?: DetailedNodeCertificate };

/** The leaf as Node shows it, or an empty object if there is none. */
export function nodeCertificate(chain: readonly Uint8Array[]): NodeCertificate | Record<string, never> {
  return chain.length === 0 ? {} : x509Certificate(chain[0]!).toLegacyObject();
}

/** The leaf with `issuerCertificate` up to the last issuer that is known; a root is its own. */
export function detailedCertificate(chain: readonly Uint8Array[]): DetailedNodeCertificate | Record<string, never> {
  if (chain.length === 0) return {};
  let current = x509Certificate(chain[0]!);
  let others = chain.slice(1).map(x509Certificate);
  const leaf: DetailedNodeCertificate = current.toLegacyObject();
  let shown = leaf;
  while (!current.checkIssued(current)) {
    const issuer = others.find((other) => current.checkIssued(other));
    if (issuer === undefined) return leaf;
    others = others.filter((other) => other !== issuer);
    const above: DetailedNodeCertificate = issuer.toLegacyObject();
    shown.issuerCertificate = above;
    shown = above;
    current = issuer;
  }
  shown.issuerCertificate = shown;
  return leaf;
}

/** The leaf as an object of node:crypto whose `issuerCertificate` is the next in the chain. */
export function x509Chain(chain: readonly Uint8Array[]): X509Certificate | undefined {
  let above: X509Certificate | undefined;
  for (const der of [...chain].reverse()) {
    const x509 = x509Certificate(der);
    const issuerCertificate = above;
    if (issuerCertificate !== undefined) Object.defineProperty(x509, 'issuerCertificate', { value: issuerCertificate });
    above = x509;
  }
  return above;
}

function x509Certificate(der: Uint8Array): X509Certificate {
  return new X509Certificate(der);
}
