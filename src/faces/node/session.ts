import { fromLatin1, toLatin1 } from '../../bytes/index.ts';
import { schemeById, schemeByName } from '../../crypto/index.ts';
import type { Facts } from '../../handshake/facts.ts';
import type { Session } from '../../handshake/session.ts';
import { type Codec, decode, encode, list, opaque, struct, uint8, uint16, uint32, vector } from '../../wire/index.ts';
import { buffer } from './facts.ts';

// A client's session as the Buffer that `getSession` gives. It holds the secret of the session, unencrypted.

const FORMAT = 1;
const EXTENDED_MASTER_SECRET = 1;
const VERIFIED = 2;
const HAS_NAME = 4;
const HAS_ALPN = 8;
const HAS_NOT_AFTER = 16;
const HAS_OCSP = 32;
const HAS_SCTS = 64;
const TLS13 = 128;

interface Stored {
  readonly magic: Uint8Array;
  readonly format: number;
  readonly flags: number;
  readonly suite: number;
  readonly secret: Uint8Array;
  readonly ticket: Uint8Array;
  readonly id: Uint8Array;
  readonly ageAdd: number;
  readonly receivedAt: Uint8Array;
  readonly lifetime: number;
  readonly maxEarlyData: number;
  readonly serverName: Uint8Array;
  readonly alpn: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly notAfter: Uint8Array;
  readonly peerScheme: number;
  readonly group: Uint8Array;
  readonly ocspResponse: Uint8Array;
  readonly scts: readonly Uint8Array[];
}

const MAGIC = fromLatin1('signet session');

const Stored: Codec<Stored> = struct<Stored>('StoredSession', {
  magic: opaque(14),
  format: uint8,
  flags: uint8,
  suite: uint16,
  secret: vector(1, 255),
  ticket: vector(0, 65_535),
  id: vector(0, 255),
  ageAdd: uint32,
  receivedAt: opaque(8),
  lifetime: uint32,
  maxEarlyData: uint32,
  serverName: vector(0, 255),
  alpn: vector(0, 255),
  chain: list(vector(1, 0xffffff), 0, 0xffffff),
  notAfter: opaque(8),
  peerScheme: uint16,
  group: vector(0, 255),
  ocspResponse: vector(0, 0xffffff),
  scts: list(vector(1, 65_535), 0, 0xffffff),
});

export function encodeSession(session: Session): Buffer {
  const { serverName, alpn, notAfter, peerScheme, ocspResponse, scts } = session;
  const flags =
    (session.extendedMasterSecret ? EXTENDED_MASTER_SECRET : 0) |
    (session.verified ? VERIFIED : 0) |
    (serverName === null ? 0 : HAS_NAME) |
    (alpn === null ? 0 : HAS_ALPN) |
    (notAfter === null ? 0 : HAS_NOT_AFTER) |
    (ocspResponse === null ? 0 : HAS_OCSP) |
    (scts === null ? 0 : HAS_SCTS) |
    (session.version === 'TLSv1.3' ? TLS13 : 0);
  const bytes = encode(Stored, {
    magic: MAGIC,
    format: FORMAT,
    flags,
    suite: session.suite,
    secret: session.secret,
    ticket: session.ticket,
    id: session.id,
    ageAdd: session.ageAdd,
    receivedAt: fromNumber(session.receivedAt),
    lifetime: session.lifetime,
    maxEarlyData: session.maxEarlyData,
    serverName: fromLatin1(serverName ?? ''),
    alpn: fromLatin1(alpn ?? ''),
    chain: session.chain,
    notAfter: fromNumber(notAfter ?? 0),
    peerScheme: peerScheme === null ? 0 : schemeByName(peerScheme)!.id,
    group: fromLatin1(session.group ?? ''),
    ocspResponse: ocspResponse ?? new Uint8Array(0),
    scts: scts ?? [],
  });
  return buffer(bytes);
}

/** What there is to show of a connection whose server has given nothing to resume, or not yet: nobody resumes it. */
export function emptySession(): Buffer {
  return Buffer.concat([MAGIC, Buffer.alloc(1)]);
}

/** What a server has to show of a session, for those who look for faults: no secret is in it, and nobody resumes it. */
export function describedSession(facts: Partial<Facts>): Buffer {
  const { version, suite, group, serverName, alpn, resumed } = facts;
  const text = JSON.stringify({ version, cipherSuite: suite?.name, group, serverName, alpn, resumed });
  return Buffer.concat([emptySession(), Buffer.from(text)]);
}

/** Null if this is not one of ours: there is then nothing to resume. */
export function decodeSession(bytes: Uint8Array): Session | null {
  let stored: Stored;
  try {
    stored = decode(Stored, Uint8Array.from(bytes));
  } catch {
    return null;
  }
  if (stored.format !== FORMAT || toLatin1(stored.magic) !== toLatin1(MAGIC)) return null;
  const { flags } = stored;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  return {
    version: has(TLS13) ? 'TLSv1.3' : 'TLSv1.2',
    suite: stored.suite,
    secret: stored.secret,
    ticket: stored.ticket,
    id: stored.id,
    ageAdd: stored.ageAdd,
    receivedAt: toNumber(stored.receivedAt),
    lifetime: stored.lifetime,
    maxEarlyData: stored.maxEarlyData,
    extendedMasterSecret: has(EXTENDED_MASTER_SECRET),
    serverName: has(HAS_NAME) ? toLatin1(stored.serverName) : null,
    alpn: has(HAS_ALPN) ? toLatin1(stored.alpn) : null,
    chain: stored.chain,
    notAfter: has(HAS_NOT_AFTER) ? toNumber(stored.notAfter) : null,
    verified: has(VERIFIED),
    peerScheme: schemeById(stored.peerScheme)?.name ?? null,
    group: stored.group.length === 0 ? null : toLatin1(stored.group),
    ocspResponse: has(HAS_OCSP) ? stored.ocspResponse : null,
    scts: has(HAS_SCTS) ? stored.scts : null,
  };
}

function fromNumber(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

function toNumber(bytes: Uint8Array): number {
  return buffer(bytes).readDoubleBE();
}
