/** Makes OCSP responses for the infrastructures of `pki.ts`. By default what it makes is good and current. */
import { createHash } from 'node:crypto';
import { contextSet, der, OID, timeText } from '../../src/asn1/index.ts';
import { EMPTY, fromLatin1 } from '../../src/bytes/index.ts';
import { parseCertificate } from '../../src/x509/index.ts';
import { extension, type HashOption, type Issued, signedBy } from './pki.ts';

export type StatusText = 'good' | 'revoked' | 'unknown';

/** One answer. */
export interface AnswerOptions {
  readonly status?: StatusText;
  /** CRLReason of a revocation. */
  readonly reason?: number;
  /** Seconds since 1970. Default: an hour ago. */
  readonly thisUpdate?: number;
  /** Default: in a day. Null: none. */
  readonly nextUpdate?: number | null;
  /** Of the hashes in the CertID. */
  readonly hash?: 'sha1' | 'sha256' | 'sha512';
  readonly extensions?: readonly Uint8Array[];
  /** The whole CertStatus as DER, in place of `status`. */
  readonly rawStatus?: Uint8Array;
}

export interface ResponseOptions extends AnswerOptions {
  /** Whoever signs, if not the issuer. */
  readonly responder?: Issued;
  /** Certificates in the response. Default: the responder's. */
  readonly certificates?: readonly Issued[];
  /** Default: by name. */
  readonly byKey?: boolean;
  /** Further answers in the same response, or other ones in place of the first. */
  readonly answers?: readonly Uint8Array[];
  readonly responseExtensions?: readonly Uint8Array[];
  readonly nonce?: Uint8Array;
  readonly badSignature?: boolean;
  readonly signatureHash?: HashOption;
  /** Version as written out; absent: left out, as DER wants it. */
  readonly version?: number;
}

/** The response of `issuer`, or a responder of its, about `certificate`, as DER. */
export function ocspResponse(certificate: Issued, issuer: Issued, options: ResponseOptions = {}): Uint8Array {
  const signer = options.responder ?? issuer;
  const nonce =
    options.nonce === undefined ? [] : [extension(OID['id-pkix-ocsp-nonce'], der.octetString(options.nonce))];
  const extensions = [...nonce, ...(options.responseExtensions ?? [])];
  const tbs = der.sequence(
    options.version === undefined ? EMPTY : der.explicit(0, der.integer(options.version)),
    responderId(signer, options.byKey === true),
    generalizedTime(now()),
    der.sequence(...(options.answers ?? [answer(certificate, issuer, options)])),
    extensions.length === 0 ? EMPTY : der.explicit(1, der.sequence(...extensions)),
  );
  const certificates = options.certificates ?? (signer === issuer ? [] : [signer]);
  const more = certificates.length === 0 ? EMPTY : der.explicit(0, der.sequence(...certificates.map((one) => one.der)));
  const basic = signedBy(tbs, signer.privateKey, {
    more,
    badSignature: options.badSignature === true,
    ...(options.signatureHash === undefined ? {} : { hash: options.signatureHash }),
  });
  return ocspEnvelope(0, basic);
}

/** An OCSPResponse with this status around a BasicOCSPResponse, or around nothing. */
export function ocspEnvelope(status: number, basic?: Uint8Array, type: string = OID['id-pkix-ocsp-basic']): Uint8Array {
  const bytes = basic === undefined ? EMPTY : der.explicit(0, der.sequence(der.oid(type), der.octetString(basic)));
  return der.sequence(der.element(0x0a, new Uint8Array([status])), bytes);
}

/** A SingleResponse about `certificate`. */
export function answer(certificate: Issued, issuer: Issued, options: AnswerOptions = {}): Uint8Array {
  const { nextUpdate = now() + 86_400, extensions = [] } = options;
  return der.sequence(
    certIdOf(certificate, issuer, options.hash ?? 'sha1'),
    options.rawStatus ?? statusOf(options),
    generalizedTime(options.thisUpdate ?? now() - 3600),
    nextUpdate === null ? EMPTY : der.explicit(0, generalizedTime(nextUpdate)),
    extensions.length === 0 ? EMPTY : der.explicit(1, der.sequence(...extensions)),
  );
}

function certIdOf(certificate: Issued, issuer: Issued, hash: 'sha1' | 'sha256' | 'sha512'): Uint8Array {
  const digest = (bytes: Uint8Array) => new Uint8Array(createHash(hash).update(bytes).digest());
  const { issuer: name, serialNumber } = parseCertificate(certificate.der);
  const algorithm = { sha1: OID['id-sha1'], sha256: OID['id-sha256'], sha512: OID['id-sha512'] }[hash];
  return der.sequence(
    der.sequence(der.oid(algorithm), der.nothing()),
    der.octetString(digest(name.der)),
    der.octetString(digest(parseCertificate(issuer.der).publicKey.raw)),
    der.integer(serialNumber),
  );
}

function statusOf({ status = 'good', reason }: AnswerOptions): Uint8Array {
  if (status !== 'revoked') return der.implicit(status === 'good' ? 0 : 2, EMPTY);
  const why = reason === undefined ? EMPTY : der.explicit(0, der.element(0x0a, new Uint8Array([reason])));
  return der.element(contextSet(1), generalizedTime(now() - 7200), why);
}

function responderId(signer: Issued, byKey: boolean): Uint8Array {
  const { subject, publicKey } = parseCertificate(signer.der);
  if (!byKey) return der.explicit(1, subject.der);
  return der.explicit(2, der.octetString(new Uint8Array(createHash('sha1').update(publicKey.raw).digest())));
}

function generalizedTime(seconds: number): Uint8Array {
  return der.element(0x18, fromLatin1(timeText(seconds).replace(/[-:T]/g, '')));
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
