/**
 * Stands in for `p11-kit server` with tokens that misbehave on demand: on a UNIX socket, with keys in memory. What
 * tokens do when all is well is SoftHSM2's to show.
 */
import { constants, type KeyObject, privateDecrypt, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { concat, Reader } from '../../src/bytes/index.ts';
import { CALL, type Call } from '../../src/signers/pkcs11/rpc/calls.ts';
import { bytes, readBytes, readUlong, u8, u32, ulong } from '../../src/signers/pkcs11/rpc/codec.ts';

export interface StandInObject {
  /** CKO_*; CKO_PRIVATE_KEY unless told. */
  readonly class?: number;
  readonly key: KeyObject;
  /** CKA_* to value; null or absent: the object does not tell. Numbers are CK_ULONG, booleans CK_BBOOL. */
  readonly attributes: Readonly<Record<number, Uint8Array | number | boolean | readonly number[] | null>>;
}

export interface StandInToken {
  readonly label: string;
  readonly serial?: string;
  /** CKF_*; initialized with login required unless told. */
  flags?: number;
  /** Null: entered at the token itself. */
  pin?: string | null;
  objects: StandInObject[];
  /** CKM_*. */
  mechanisms: number[];
}

/** What a handler refuses with: CKR_*. */
export class Refusal extends Error {
  readonly rv: number;
  constructor(rv: number) {
    super(`CKR 0x${rv.toString(16)}`);
    this.rv = rv;
  }
}

type Handler = (reader: Reader, connection: Connection) => Uint8Array | Promise<Uint8Array>;

interface Connection {
  /** By session: the token, and the operation under way. */
  readonly sessions: Map<number, { token: StandInToken; operation: Operation | null; found: number[] }>;
  loggedIn: boolean;
}

interface Operation {
  readonly mechanism: number;
  readonly object: StandInObject;
  confirmed: boolean;
}

const ALWAYS_AUTHENTICATE = 0x202;
const DEFAULT_FLAGS = 0x400 | 0x4 | 0x8;

export class P11StandIn {
  readonly socket: string;
  tokens: StandInToken[];
  /** Names of the functions that were called, in order. */
  readonly calls: string[] = [];
  /** PINs that were tried, in order. */
  readonly pins: string[] = [];
  /** Called before a function is carried out; what it throws is the answer. A promise delays it. */
  before: (name: string) => void | Promise<void> = () => {};
  /** How C_Sign signs; replaceable. */
  sign: (object: StandInObject, mechanism: number, input: Uint8Array) => Uint8Array = signFor;
  private readonly server: Server;
  private readonly sockets: Set<Socket> = new Set();

  constructor(tokens: StandInToken[]) {
    this.tokens = tokens;
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-p11-'));
    this.socket = path.join(folder, 'socket');
    this.server = createServer((socket) => this.accept(socket));
    this.server.listen(this.socket);
    afterAll(() => {
      this.server.close();
      this.hangUp();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** Ends all connections, as a module does that crashes. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  get connections(): number {
    return this.sockets.size;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    const connection: Connection = { sessions: new Map(), loggedIn: false };
    let buffered: Uint8Array = new Uint8Array();
    let greeted = false;
    let last: Promise<void> = Promise.resolve();
    socket.on('data', (data: Uint8Array) => {
      buffered = concat(buffered, data);
      if (!greeted && buffered.length > 0) {
        greeted = true;
        socket.write(buffered.slice(0, 1));
        buffered = buffered.slice(1);
      }
      while (buffered.length >= 12) {
        const header = new Reader(buffered);
        const [code, options, size] = [header.uint(4), header.uint(4), header.uint(4)];
        if (buffered.length < 12 + options + size) return;
        const body = buffered.slice(12 + options, 12 + options + size);
        buffered = buffered.slice(12 + options + size);
        last = last.then(async () => {
          const answer = await this.answer(body, connection);
          if (!socket.destroyed) socket.write(concat(u32(code), u32(0), u32(answer.length), answer));
        });
      }
    });
  }

  private async answer(body: Uint8Array, connection: Connection): Promise<Uint8Array> {
    const reader = new Reader(body);
    const id = reader.uint(4);
    readBytes(reader);
    const call = (Object.values(CALL) as Call[]).find((one) => one.id === id)!;
    try {
      this.calls.push(call.name);
      await this.before(call.name);
      const result = await HANDLERS[call.name]!.call(this, reader, connection);
      return concat(u32(id), bytes(call.response), result);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return concat(u32(0), bytes('u'), ulong(error.rv));
    }
  }

  tokenAt(slot: number): StandInToken {
    return this.tokens[slot] ?? refuse(0xe0);
  }
}

const NOTHING = new Uint8Array();

const HANDLERS: Record<string, (this: P11StandIn, ...args: Parameters<Handler>) => ReturnType<Handler>> = {
  C_Initialize: () => NOTHING,
  C_Finalize: () => NOTHING,
  C_GetInfo: () => concat(u8(2), u8(40), text('Stand-in', 32), ulong(0), text('Misbehaving', 32), u8(1), u8(2)),
  C_GetSlotList() {
    return concat(u8(1), u32(this.tokens.length), ...this.tokens.map((_, i) => ulong(i)));
  },
  C_GetSlotInfo: () => concat(text('slot', 64), text('maker', 32), ulong(1), u8(0), u8(0), u8(0), u8(0)),
  C_GetTokenInfo(reader) {
    const { label, serial = '1', flags = DEFAULT_FLAGS } = this.tokenAt(readUlong(reader));
    const numbers = Array.from({ length: 10 }, () => ulong(0));
    const names = [text(label, 32), text('Stand-in', 32), text('model', 16), text(serial, 16)];
    return concat(...names, ulong(flags), ...numbers, u8(0), u8(0), u8(0), u8(0), text('', 16));
  },
  C_GetMechanismList(reader) {
    const { mechanisms } = this.tokenAt(readUlong(reader));
    return concat(u8(1), u32(mechanisms.length), ...mechanisms.map(ulong));
  },
  C_GetMechanismInfo: () => concat(ulong(0), ulong(0), ulong(0x800 | 0x200)),
  C_OpenSession(reader, { sessions }) {
    const session = 100 + sessions.size;
    sessions.set(session, { token: this.tokenAt(readUlong(reader)), operation: null, found: [] });
    return ulong(session);
  },
  C_CloseSession(reader, { sessions }) {
    sessions.delete(readUlong(reader));
    return NOTHING;
  },
  C_Login(reader, connection) {
    const session = sessionOf(connection, reader);
    const user = readUlong(reader);
    const pin = reader.u8() === 0 ? null : Buffer.from(readBytes(reader)!).toString();
    this.pins.push(String(pin));
    if (session.token.pin !== undefined && pin !== session.token.pin) refuse(0xa0);
    if (user === 2) session.operation!.confirmed = true;
    else if (connection.loggedIn) refuse(0x100);
    connection.loggedIn = true;
    return NOTHING;
  },
  C_FindObjectsInit(reader, connection) {
    const session = sessionOf(connection, reader);
    const wanted: [number, string][] = [];
    for (let left = reader.uint(4); left > 0; left--) {
      const type = reader.uint(4);
      reader.take(5);
      wanted.push([type, type === 0 ? String(readUlong(reader)) : hex(readBytes(reader)!)]);
    }
    session.found = session.token.objects.flatMap((object, index) =>
      wanted.every(([type, value]) => comparable(object, type) === value) ? [index] : [],
    );
    return NOTHING;
  },
  C_FindObjects(reader, connection) {
    const { found } = sessionOf(connection, reader);
    return concat(u8(1), u32(found.length), ...found.map((index) => ulong(1000 + index)));
  },
  C_FindObjectsFinal: () => NOTHING,
  C_GetAttributeValue(reader, connection) {
    const { token } = sessionOf(connection, reader);
    const object = token.objects[readUlong(reader) - 1000]!;
    reader.take(4);
    const type = reader.uint(4);
    const value = object.attributes[type];
    const head = concat(u32(1), u32(type));
    if (value === undefined) refuse(7);
    if (value === null) return concat(head, u8(0), ulong(0x12));
    return concat(head, u8(1), encoded(value), ulong(0));
  },
  C_SignInit: begin,
  C_DecryptInit: begin,
  C_Sign(reader, connection) {
    const { operation, input } = take(reader, connection);
    return concat(u8(1), bytes(this.sign(operation.object, operation.mechanism, input)));
  },
  C_Decrypt(reader, connection) {
    const { operation, input } = take(reader, connection);
    const padding = constants.RSA_NO_PADDING;
    return concat(u8(1), bytes(privateDecrypt({ key: operation.object.key, padding }, input)));
  },
};

function begin(this: P11StandIn, reader: Reader, connection: Connection): Uint8Array {
  const session = sessionOf(connection, reader);
  if (session.operation !== null) refuse(0x90);
  const mechanism = reader.uint(4);
  if (reader.uint(4) !== 0xffffffff) reader.take(20);
  const object = session.token.objects[readUlong(reader) - 1000]!;
  session.operation = { mechanism, object, confirmed: object.attributes[ALWAYS_AUTHENTICATE] !== true };
  return NOTHING;
}

function take(reader: Reader, connection: Connection): { operation: Operation; input: Uint8Array } {
  const session = sessionOf(connection, reader);
  const { operation } = session;
  if (operation === null) return refuse(0x91);
  session.operation = null;
  if (!operation.confirmed) refuse(0x101);
  reader.u8();
  return { operation, input: readBytes(reader)! };
}

function signFor({ key }: StandInObject, mechanism: number, input: Uint8Array): Uint8Array {
  if (mechanism === 0x1057) return sign(null, input, key);
  if (mechanism === 3) return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, input);
  if (mechanism === 0x1044) return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
  if (mechanism === 0x43)
    return sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  if (mechanism === 0x40) return sign('sha256', input, key);
  return refuse(0x70);
}

function sessionOf(
  { sessions }: Connection,
  reader: Reader,
): { token: StandInToken; operation: Operation | null; found: number[] } {
  return sessions.get(readUlong(reader)) ?? refuse(0xb3);
}

function comparable(object: StandInObject, type: number): string | null {
  if (type === 0) return String(object.class ?? 3);
  const value = object.attributes[type];
  return value instanceof Uint8Array ? hex(value) : null;
}

function encoded(value: Uint8Array | number | boolean | readonly number[]): Uint8Array {
  if (value instanceof Uint8Array) return concat(u32(value.length), bytes(value));
  if (typeof value === 'number') return concat(u32(8), ulong(value));
  if (typeof value === 'boolean') return concat(u32(1), u8(Number(value)));
  return concat(u32(8 * value.length), u32(value.length), ...value.map(ulong));
}

function text(value: string, size: number): Uint8Array {
  return bytes(value.padEnd(size));
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

function refuse(rv: number): never {
  throw new Refusal(rv);
}
