// Rows about certificates: the validator of signet-tls beside what node:crypto offers, which builds no paths and checks
// neither constraints nor usages nor extensions.
import { X509Certificate } from 'node:crypto';
import { performance } from 'node:perf_hooks';

const HOST = 'bench.test';

export function certificateRows(library) {
  return library === 'node:tls' ? nodeRows : ourRows;
}

const nodeRows = {
  async parse({ count, certificates }) {
    const der = new X509Certificate(certificates.leaf).raw;
    return perSecond(count, () => new X509Certificate(der).subject);
  },

  /** Signatures, names, dates and the host; the root's key is kept. */
  async chain({ count, certificates }) {
    const [leafDer, intermediateDer] = ders(certificates);
    const root = new X509Certificate(certificates.root);
    const rootKey = root.publicKey;
    return perSecond(count, () => {
      const leaf = new X509Certificate(leafDer);
      const intermediate = new X509Certificate(intermediateDer);
      const now = Date.now();
      const good =
        leaf.checkIssued(intermediate) &&
        leaf.verify(intermediate.publicKey) &&
        intermediate.checkIssued(root) &&
        intermediate.verify(rootKey) &&
        intermediate.ca &&
        [leaf, intermediate].every((one) => Date.parse(one.validFrom) <= now && now <= Date.parse(one.validTo)) &&
        leaf.checkHost(HOST, { subject: 'never', partialWildcards: false }) !== undefined;
      if (!good) throw new Error('the chain was refused');
    });
  },

  /** Whoever tries issuers one by one verifies as many signatures. */
  async lookAlikes({ count, certificates }) {
    const [leafDer] = ders(certificates);
    const pool = certificates.lookAlikes.map((pem) => new X509Certificate(pem).raw);
    return millisecondsEach(count, () => {
      const leaf = new X509Certificate(leafDer);
      if (pool.some((der) => leaf.verify(new X509Certificate(der).publicKey))) throw new Error('one fits');
    });
  },
};

const ourRows = {
  async parse({ count, certificates }) {
    const { parseCertificate } = await import('signet-tls/x509');
    const [der] = ders(certificates);
    return perSecond(count, () => parseCertificate(der).subject.toString());
  },

  async chain({ count, certificates, cached = false }) {
    const { request, verify } = await validator(certificates, cached);
    return perSecond(count, () => verify(request));
  },

  async lookAlikes({ count, certificates }) {
    const { request, verify } = await validator(certificates, false);
    const [leaf] = ders(certificates);
    const chain = [leaf, ...certificates.lookAlikes.map((pem) => new X509Certificate(pem).raw)];
    return millisecondsEach(count, () => {
      try {
        verify({ ...request, chain });
      } catch (error) {
        if (error.code === 'ERR_TLS_CERT_BUDGET') return;
        throw error;
      }
      throw new Error('one fits');
    });
  },
};

async function validator({ leaf, intermediate, root }, cached) {
  const x509 = await import('signet-tls/x509');
  const { nodeProvider } = await import('signet-tls/providers/node');
  const request = {
    chain: ders({ leaf, intermediate }),
    anchors: x509.anchorsFrom(root),
    verifiers: nodeProvider.verifiers,
    time: Date.now() / 1000,
    usage: 'serverAuth',
    serverName: HOST,
    profile: x509.strictProfile,
    ...(cached ? { cache: x509.createPathCache() } : {}),
  };
  return { request, verify: x509.verifyCertificate };
}

function ders({ leaf, intermediate }) {
  return [leaf, intermediate].map((pem) => new Uint8Array(new X509Certificate(pem).raw));
}

function perSecond(count, work) {
  const ms = timed(count, work);
  return { perSecond: (count / ms) * 1000, cpuMs: ms / count };
}

function millisecondsEach(count, work) {
  return { ms: timed(count, work) / count };
}

/** Milliseconds for so many, after a quarter of them to warm up. */
function timed(count, work) {
  for (let i = 0; i < count / 4; i++) work();
  const start = performance.now();
  for (let i = 0; i < count; i++) work();
  return performance.now() - start;
}
