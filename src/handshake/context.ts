import { Queue, Vault } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';
import type { Flow } from '../flow/index.ts';
import type { Opener, Sealer } from '../record/index.ts';
import { Transcript } from '../schedule/index.ts';
import { type Codec, decode, encode, frame, HandshakeType } from '../wire/index.ts';
import type { Gathering } from './facts.ts';
import { MESSAGE_HEADER } from './inbox.ts';
import type { Link } from './link.ts';
import type { Settings } from './settings.ts';

/** A handshake message as it came, header included. */
export interface RawMessage {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The handshake that a renegotiation follows, and what may not change since. */
export interface PreviousHandshake {
  /** verify_data of both Finished messages (RFC 5746, section 3.1). */
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  /** Whether the peer knows RFC 5746. */
  readonly secure: boolean;
  readonly extendedMasterSecret: boolean;
  /** Which protocol is spoken cannot change in the midst of it. */
  readonly alpn: string | null;
  /** DER of the peer's certificate; null where it showed none. */
  readonly leaf: Uint8Array | null;
}

/** What outlives a handshake. */
export interface Life<S extends Settings = Settings> {
  readonly role: 'client' | 'server';
  readonly settings: S;
  readonly link: Link;
  readonly vault: Vault;
  readonly clientRandom: Uint8Array;
}

/** One handshake: what it is to achieve, what it has learned, and the way to its connection. */
export class Handshake<S extends Settings = Settings> implements Life<S> {
  readonly role: 'client' | 'server';
  /** A server may get others once it knows which name the client asks for. */
  settings: S;
  readonly link: Link;
  readonly facts: Gathering;
  readonly vault: Vault;
  /** Where this is a renegotiation: the handshake before. */
  readonly before: PreviousHandshake | null;
  transcript: Transcript = new Transcript();
  /** ClientHello.random, which also names the lines of a key log. */
  clientRandom: Uint8Array = new Uint8Array(0);
  /** When renegotiations were begun by the peer, milliseconds since 1970. */
  renegotiations: Queue<number> = new Queue();
  private sentChangeCipherSpec: boolean = false;

  constructor(
    role: 'client' | 'server',
    settings: S,
    link: Link,
    vault: Vault = new Vault(),
    before: PreviousHandshake | null = null,
  ) {
    this.role = role;
    this.settings = settings;
    this.link = link;
    this.vault = vault;
    this.before = before;
    this.facts = { role };
  }

  /** Sends a message and adds it to the transcript. */
  send<T>(type: number, codec: Codec<T>, value: T): void {
    this.sendBytes(frame(type, encode(codec, value)));
  }

  sendBytes(message: Uint8Array): void {
    this.transcript.add(message);
    this.link.writeHandshake(message);
  }

  /** Waits for a message of one of these types and adds it to the transcript. */
  *next(...types: readonly number[]): Flow<RawMessage> {
    const bytes = (yield { need: 'message', allow: types }) as Uint8Array;
    this.transcript.add(bytes);
    return { type: bytes[0]!, bytes };
  }

  /** Waits for a message of this type alone. */
  *read<T>(type: number, codec: Codec<T>): Flow<T> {
    return this.decode(codec, yield* this.next(type));
  }

  decode<T>(codec: Codec<T>, message: RawMessage): T {
    return decodeMessage(codec, message);
  }

  /** What the connection goes on with when the handshake is done. */
  life(): Life<S> {
    const { role, settings, link, vault, clientRandom } = this;
    return { role, settings, link, vault, clientRandom };
  }

  /** TLS 1.3's change_cipher_spec, which only middleboxes look at, goes out once (RFC 9846, appendix E.4). */
  sendChangeCipherSpecOnce(): void {
    if (this.sentChangeCipherSpec) return;
    this.sentChangeCipherSpec = true;
    this.link.writeChangeCipherSpec();
  }

  installRead(opener: Opener): void {
    this.link.installRead(opener);
  }

  installWrite(sealer: Sealer): void {
    this.link.installWrite(sealer);
  }

  logKey(label: string, secret: Uint8Array): void {
    logKey(this, label, secret);
  }
}

/** A line for the key log, where one is wanted. */
export function logKey(life: Life, label: string, secret: Uint8Array): void {
  if (!life.settings.keyLog) return;
  life.link.emit({ type: 'key-log', label, random: life.clientRandom, secret: secret.slice() });
}

export function decodeMessage<T>(codec: Codec<T>, message: RawMessage): T {
  return decode(codec, message.bytes.subarray(MESSAGE_HEADER));
}

/** A HelloRequest is nothing else than its header (RFC 5246, section 7.4.1.1). */
export function isHelloRequest(message: RawMessage): boolean {
  if (message.type !== HandshakeType.hello_request) return false;
  if (message.bytes.length !== MESSAGE_HEADER) fail('ERR_TLS_DECODE', 'a HelloRequest is not empty');
  return true;
}

/** What a renegotiation has to know of the handshake that these facts are of. */
export function previousHandshake(facts: Gathering, client: Uint8Array, server: Uint8Array): PreviousHandshake {
  const { secureRenegotiation, extendedMasterSecret, alpn = null, peer } = facts;
  return {
    client,
    server,
    secure: secureRenegotiation === true,
    extendedMasterSecret: extendedMasterSecret === true,
    alpn,
    leaf: peer?.chain[0] ?? null,
  };
}
