import { fromLatin1, toLatin1 } from '../../bytes/index.ts';
import { type Codec, decode, encode, list, opaque, struct, uint8, uint16, uint32, vector } from '../../wire/index.ts';

/** What a server must remember to resume: sealed in a ticket, or kept in a store. It holds a secret. */
export interface SessionState {
  /** ProtocolVersion. */
  readonly version: number;
  readonly suite: number;
  /** The PSK of TLS 1.3, the master secret of TLS 1.2. */
  readonly secret: Uint8Array;
  /** Milliseconds since 1970 at which the session began; renewed tickets keep it. */
  readonly createdAt: number;
  /** TLS 1.3: what the client adds to the ticket's age. */
  readonly ageAdd: number;
  /** Milliseconds since 1970 at which this ticket was made. */
  readonly issuedAt: number;
  readonly extendedMasterSecret: boolean;
  readonly serverName: string | null;
  readonly alpn: string | null;
  /** What sets apart the sessions of one application from another's (`sessionIdContext`). */
  readonly context: Uint8Array;
  /** The client's chain, DER, leaf first; empty where it showed none. */
  readonly chain: readonly Uint8Array[];
  /** Whether that chain was found good, and until when (seconds since 1970; null: no date was checked). */
  readonly verified: boolean;
  readonly notAfter: number | null;
  /** What the client signed that handshake with; 0 where it did not sign. */
  readonly peerScheme: number;
  /** TLS 1.2: the group of that handshake; 0 where there was none. */
  readonly group: number;
  readonly maxEarlyData: number;
}

interface Stored {
  readonly format: number;
  readonly version: number;
  readonly suite: number;
  readonly secret: Uint8Array;
  readonly createdAt: Uint8Array;
  readonly issuedAt: Uint8Array;
  readonly ageAdd: number;
  readonly flags: number;
  readonly serverName: Uint8Array;
  readonly alpn: Uint8Array;
  readonly context: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly notAfter: Uint8Array;
  readonly peerScheme: number;
  readonly group: number;
  readonly maxEarlyData: number;
}

const FORMAT = 2;
const EXTENDED_MASTER_SECRET = 1;
const VERIFIED = 2;
const HAS_NAME = 4;
const HAS_ALPN = 8;
const HAS_NOT_AFTER = 16;

const Stored: Codec<Stored> = struct<Stored>('SessionState', {
  format: uint8,
  version: uint16,
  suite: uint16,
  secret: vector(1, 255),
  createdAt: opaque(8),
  issuedAt: opaque(8),
  ageAdd: uint32,
  flags: uint8,
  serverName: vector(0, 255),
  alpn: vector(0, 255),
  context: vector(0, 255),
  chain: list(vector(1, 0xffffff), 0, 0xffffff),
  notAfter: opaque(8),
  peerScheme: uint16,
  group: uint16,
  maxEarlyData: uint32,
});

export function encodeState(state: SessionState): Uint8Array {
  const flags =
    (state.extendedMasterSecret ? EXTENDED_MASTER_SECRET : 0) |
    (state.verified ? VERIFIED : 0) |
    (state.serverName === null ? 0 : HAS_NAME) |
    (state.alpn === null ? 0 : HAS_ALPN) |
    (state.notAfter === null ? 0 : HAS_NOT_AFTER);
  return encode(Stored, {
    format: FORMAT,
    version: state.version,
    suite: state.suite,
    secret: state.secret,
    createdAt: fromTime(state.createdAt),
    issuedAt: fromTime(state.issuedAt),
    ageAdd: state.ageAdd,
    flags,
    serverName: fromLatin1(state.serverName ?? ''),
    alpn: fromLatin1(state.alpn ?? ''),
    context: state.context,
    chain: state.chain,
    notAfter: fromTime(state.notAfter ?? 0),
    peerScheme: state.peerScheme,
    group: state.group,
    maxEarlyData: state.maxEarlyData,
  });
}

/** Null if the bytes are not what `encodeState` made: an old format, or somebody else's. */
export function decodeState(bytes: Uint8Array): SessionState | null {
  let stored: Stored;
  try {
    stored = decode(Stored, bytes);
  } catch {
    return null;
  }
  if (stored.format !== FORMAT) return null;
  const { flags } = stored;
  return {
    version: stored.version,
    suite: stored.suite,
    secret: stored.secret,
    createdAt: toTime(stored.createdAt),
    issuedAt: toTime(stored.issuedAt),
    ageAdd: stored.ageAdd,
    extendedMasterSecret: (flags & EXTENDED_MASTER_SECRET) !== 0,
    verified: (flags & VERIFIED) !== 0,
    serverName: (flags & HAS_NAME) === 0 ? null : toLatin1(stored.serverName),
    alpn: (flags & HAS_ALPN) === 0 ? null : toLatin1(stored.alpn),
    context: stored.context,
    chain: stored.chain,
    notAfter: (flags & HAS_NOT_AFTER) === 0 ? null : toTime(stored.notAfter),
    peerScheme: stored.peerScheme,
    group: stored.group,
    maxEarlyData: stored.maxEarlyData,
  };
}

/** A time as eight bytes, big-endian; whole numbers below 2^53. */
function fromTime(time: number): Uint8Array {
  const bytes = new Uint8Array(8);
  let rest = Math.max(0, Math.floor(time));
  for (let i = 7; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function toTime(bytes: Uint8Array): number {
  let time = 0;
  for (const byte of bytes) time = time * 256 + byte;
  return time;
}
