import { contextSet, contextTag, DerReader, OID, TAG } from '../asn1/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';
import { type Certificate, type Extension, extensionList, parseCertificate } from './certificate.ts';
import { within } from './extensions.ts';
import { guarded } from './guard.ts';
import { type Name, parseName } from './name.ts';
import { type CertId, certId } from './ocsp-cert-id.ts';
import { type SignatureAlgorithm, signatureAlgorithm } from './signature-algorithm.ts';

const LARGEST = 1 << 20;
const MOST_CERTIFICATES = 8;
const MOST_RESPONSES = 1024;

const STATUSES: readonly (string | undefined)[] = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
];

/** What a response says about one certificate (RFC 6960, section 4.2.1). Times are in seconds since 1970. */
export interface SingleResponse {
  readonly certId: CertId;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Null unless it is revoked. */
  readonly revocationDate: number | null;
  /** CRLReason; 0 where none is given. */
  readonly reason: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly extensions: readonly Extension[];
}

/** Who says that they signed it. */
export type ResponderId =
  | { readonly kind: 'name'; readonly name: Name }
  /** SHA-1 of the responder's key, without tag, length and unused bits. */
  | { readonly kind: 'key'; readonly hash: Uint8Array };

interface Fields {
  readonly responderId: ResponderId;
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  readonly extensions: readonly Extension[];
  readonly certificates: readonly Certificate[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

/** A successful OCSP response of the basic type (RFC 6960, section 4.2), of which nothing is verified. */
export class OcspResponse implements Fields {
  /** The BasicOCSPResponse. */
  readonly der: Uint8Array;
  readonly responderId: ResponderId;
  /** Seconds since 1970. */
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  readonly extensions: readonly Extension[];
  /** The responder's, if the issuer of the certificate has not signed it itself. */
  readonly certificates: readonly Certificate[];
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  /** SubjectPublicKeyInfo of the key that its signature was found to be by; the search keeps it here. */
  verifiedBy: Uint8Array | null = null;

  /** Use `parseOcspResponse`. */
  constructor(der: Uint8Array, fields: Fields) {
    this.der = der;
    this.responderId = fields.responderId;
    this.producedAt = fields.producedAt;
    this.responses = fields.responses;
    this.extensions = fields.extensions;
    this.certificates = fields.certificates;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.tbs = fields.tbs;
    this.signature = fields.signature;
  }

  /** The nonce, without its OCTET STRING (RFC 9654, section 2.1); null without one. Fails with ERR_TLS_OCSP_PARSE. */
  get nonce(): Uint8Array | null {
    for (const { oid, from, to } of this.extensions) {
      if (oid !== OID['id-pkix-ocsp-nonce']) continue;
      return guarded('ERR_TLS_OCSP_PARSE', null, () => {
        const reader = new DerReader(this.der, from, to);
        const nonce = reader.contents(TAG.OCTET_STRING);
        reader.done();
        return nonce;
      });
    }
    return null;
  }
}

export interface OcspResponseOptions {
  /** What the request had: the response has to have the same. Leave it out where responders may answer from stock. */
  readonly nonce?: Uint8Array;
}

/**
 * Reads an OCSPResponse from DER, which is kept, not copied. Fails with ERR_TLS_OCSP_PARSE, and with
 * ERR_TLS_OCSP_INVALID if it reports an error or has another nonce than it should.
 */
export function parseOcspResponse(der: Uint8Array, options: OcspResponseOptions = {}): OcspResponse {
  if (der.length > LARGEST) fail('ERR_TLS_OCSP_PARSE', `${der.length} bytes are more than the ${LARGEST} allowed`);
  const response = guarded('ERR_TLS_OCSP_PARSE', null, () => {
    const basic = basicResponse(der);
    return new OcspResponse(basic, readFields(basic));
  });
  const { nonce } = options;
  if (nonce !== undefined && (response.nonce === null || !equalBytes(response.nonce, nonce)))
    fail('ERR_TLS_OCSP_INVALID', `it has ${response.nonce === null ? 'no nonce' : 'another nonce than the request'}`);
  return response;
}

function basicResponse(der: Uint8Array): Uint8Array {
  const reader = new DerReader(der);
  const whole = reader.enter(TAG.SEQUENCE);
  const code = reader.uint(TAG.ENUMERATED);
  const status = STATUSES[code] ?? reader.refuse('a response status that does not exist');
  if (code !== 0) fail('ERR_TLS_OCSP_INVALID', `the responder answers ${status}`);
  const explicit = reader.enter(contextSet(0));
  const bytes = reader.enter(TAG.SEQUENCE);
  if (reader.oid() !== OID['id-pkix-ocsp-basic']) reader.refuse('a response that is not of the basic type');
  const basic = reader.contents(TAG.OCTET_STRING);
  reader.leave(bytes);
  reader.leave(explicit);
  reader.leave(whole);
  reader.done();
  return basic;
}

function readFields(der: Uint8Array): Fields {
  const reader = new DerReader(der);
  const whole = reader.enter(TAG.SEQUENCE);
  const start = reader.at;
  const data = reader.enter(TAG.SEQUENCE);
  readVersion(reader);
  const responderId = readResponderId(reader);
  const producedAt = generalizedTime(reader);
  const responses = readResponses(reader);
  const extensions = within(reader, contextSet(1), extensionList) ?? [];
  reader.leave(data);
  const tbs = der.subarray(start, reader.at);
  reader.next(TAG.SEQUENCE);
  const algorithm = signatureAlgorithm(der, reader.from, reader.to);
  const signature = reader.bitString();
  const certificates = within(reader, contextSet(0), readCertificates) ?? [];
  reader.leave(whole);
  reader.done();
  return {
    responderId,
    producedAt,
    responses,
    extensions,
    certificates,
    signatureAlgorithm: algorithm,
    tbs,
    signature,
  };
}

/** Version 1 should be left out, being the default; some responders write it all the same. */
function readVersion(reader: DerReader): void {
  const version = within(reader, contextSet(0), () => reader.uint());
  if (version !== null && version !== 0) reader.refuse('a version that does not exist');
}

function readResponderId(reader: DerReader): ResponderId {
  const name = within(reader, contextSet(1), parseName);
  if (name !== null) return { kind: 'name', name };
  const hash = within(reader, contextSet(2), () => reader.contents(TAG.OCTET_STRING));
  return hash === null ? reader.refuse('a responder without name or key') : { kind: 'key', hash };
}

function readResponses(reader: DerReader): SingleResponse[] {
  const responses: SingleResponse[] = [];
  const list = reader.enter(TAG.SEQUENCE);
  if (!reader.more) reader.refuse('a response about nothing');
  while (reader.more) {
    if (responses.length === MOST_RESPONSES) reader.refuse(`more than ${MOST_RESPONSES} responses in one`);
    responses.push(singleResponse(reader));
  }
  reader.leave(list);
  return responses;
}

function singleResponse(reader: DerReader): SingleResponse {
  const outer = reader.enter(TAG.SEQUENCE);
  const id = certId(reader);
  const status = certStatus(reader);
  const thisUpdate = generalizedTime(reader);
  const nextUpdate = within(reader, contextSet(0), generalizedTime);
  const extensions = within(reader, contextSet(1), extensionList) ?? [];
  reader.leave(outer);
  return { certId: id, ...status, thisUpdate, nextUpdate, extensions };
}

function certStatus(reader: DerReader): Pick<SingleResponse, 'status' | 'revocationDate' | 'reason'> {
  if (reader.peek() === contextSet(1)) {
    const outer = reader.enter(contextSet(1));
    const revocationDate = generalizedTime(reader);
    const reason = within(reader, contextSet(0), () => reader.uint(TAG.ENUMERATED)) ?? 0;
    reader.leave(outer);
    return { status: 'revoked', revocationDate, reason };
  }
  const good = reader.peek() === contextTag(0);
  if (reader.contents(contextTag(good ? 0 : 2)).length > 0) reader.refuse('a status with contents');
  return { status: good ? 'good' : 'unknown', revocationDate: null, reason: 0 };
}

function readCertificates(reader: DerReader): Certificate[] {
  const certificates: Certificate[] = [];
  const list = reader.enter(TAG.SEQUENCE);
  while (reader.more) {
    if (certificates.length === MOST_CERTIFICATES) reader.refuse(`more than ${MOST_CERTIFICATES} certificates`);
    certificates.push(parseCertificate(reader.whole(TAG.SEQUENCE)));
  }
  reader.leave(list);
  return certificates;
}

function generalizedTime(reader: DerReader): number {
  return reader.peek() === TAG.GENERALIZED_TIME ? reader.time() : reader.refuse('a time that is no GeneralizedTime');
}
