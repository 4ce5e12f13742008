import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import type NodeForge from 'node-forge';

/** What a PKCS #12 archive holds. */
export interface Pkcs12Contents {
  readonly keys: readonly KeyObject[];
  /** DER, in the archive's order. */
  readonly certificates: readonly Uint8Array[];
}

let forge: typeof NodeForge | null = null;

/** Opens an archive (RFC 7292). Throws what node-forge throws on a wrong passphrase or form. */
export function openPkcs12(bytes: Uint8Array, passphrase: string): Pkcs12Contents {
  const { asn1, pkcs12, pki } = library();
  const archive = pkcs12.pkcs12FromAsn1(asn1.fromDer(Buffer.from(bytes).toString('latin1')), false, passphrase);
  const bags = (type: string): NodeForge.pkcs12.Bag[] => archive.getBags({ bagType: type })[type] ?? [];
  const oids = pki.oids as Record<string, string>;
  const keys = [...bags(oids.keyBag!), ...bags(oids.pkcs8ShroudedKeyBag!)].map(keyOf);
  return { keys, certificates: bags(oids.certBag!).map(certificateOf) };
}

/** PKCS #12 has thirty years of algorithms in it; they are loaded when the first archive comes. */
function library(): typeof NodeForge {
  forge ??= createRequire(import.meta.url)('node-forge') as typeof NodeForge;
  return forge;
}

function keyOf(bag: NodeForge.pkcs12.Bag): KeyObject {
  const { asn1, pki } = library();
  if (bag.key) {
    const der = Buffer.from(asn1.toDer(pki.privateKeyToAsn1(bag.key)).getBytes(), 'latin1');
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs1' });
  }
  const der = Buffer.from(asn1.toDer(bag.asn1!).getBytes(), 'latin1');
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/**
 * The certificate's very bytes. The library takes apart those that it knows; what was signed it keeps, and the outer
 * algorithm is the inner one (RFC 5280, section 4.1.1.2).
 */
function certificateOf(bag: NodeForge.pkcs12.Bag): Uint8Array {
  const { asn1 } = library();
  if (!bag.cert) return derOf(bag.asn1!);
  const { tbsCertificate: tbs, signature } = bag.cert as unknown as {
    tbsCertificate: NodeForge.asn1.Asn1;
    signature: string;
  };
  const fields = tbs.value as NodeForge.asn1.Asn1[];
  const versioned = fields[0]!.tagClass === asn1.Class.CONTEXT_SPECIFIC;
  const { UNIVERSAL } = asn1.Class;
  const bits = asn1.create(UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature}`);
  return derOf(asn1.create(UNIVERSAL, asn1.Type.SEQUENCE, true, [tbs, fields[versioned ? 2 : 1]!, bits]));
}

function derOf(value: NodeForge.asn1.Asn1): Uint8Array {
  return new Uint8Array(Buffer.from(library().asn1.toDer(value).getBytes(), 'latin1'));
}
