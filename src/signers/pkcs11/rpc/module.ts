import { concat } from '../../../bytes/index.ts';
import { fail } from '../../../errors/index.ts';
import { SERIAL_SESSION, USER } from '../constants.ts';
import type {
  AttributeType,
  AttributeValue,
  Condition,
  Cryptoki,
  Handle,
  LibraryInfo,
  Operation,
  Slot,
  SlotInfo,
  TokenInfo,
} from '../cryptoki.ts';
import { CKR, CryptokiError } from '../cryptoki-error.ts';
import { CALL, type Call } from './calls.ts';
import {
  byteArray,
  bytes,
  conditions,
  mechanism,
  readAttribute,
  readByteArray,
  readHandle,
  readList,
  readText,
  readUlong,
  readVersion,
  u8,
  u32,
  ulong,
} from './codec.ts';
import type { RpcLink } from './link.ts';

const HANDSHAKE = 'PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1';
const MOST_SLOTS = 256;
const MOST_MECHANISMS = 2048;
const OBJECTS_AT_ONCE = 64;
/** Room for any certificate. */
const LARGEST_ATTRIBUTE = 65_536;

/** Prepares the module behind a link for use. */
export async function openRpcModule(link: RpcLink): Promise<Cryptoki> {
  const opening = concat(byteArray(new TextEncoder().encode(HANDSHAKE)), u8(0), byteArray(u8(0)));
  try {
    await link.call(CALL.Initialize, opening, () => null);
  } catch (error) {
    if (!(error instanceof CryptokiError) || error.rv !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw error;
  }
  return new RpcModule(link);
}

class RpcModule implements Cryptoki {
  private readonly link: RpcLink;

  constructor(link: RpcLink) {
    this.link = link;
  }

  info(): Promise<LibraryInfo> {
    return this.link.call(CALL.GetInfo, new Uint8Array(), (reader) => {
      readVersion(reader);
      const manufacturer = readText(reader);
      readUlong(reader);
      return { manufacturer, description: readText(reader), version: readVersion(reader) };
    });
  }

  slots(): Promise<Slot[]> {
    return this.link.call(CALL.GetSlotList, concat(u8(1), u32(MOST_SLOTS)), (reader) =>
      whole(readList(reader, readHandle)).map((handle) => ({ handle, id: idOf(handle) })),
    );
  }

  slotInfo(slot: Handle): Promise<SlotInfo> {
    return this.link.call(CALL.GetSlotInfo, slot, (reader) => ({
      description: readText(reader),
      manufacturer: readText(reader),
    }));
  }

  tokenInfo(slot: Handle): Promise<TokenInfo> {
    return this.link.call(CALL.GetTokenInfo, slot, (reader) => ({
      label: readText(reader),
      manufacturer: readText(reader),
      model: readText(reader),
      serial: readText(reader),
      flags: readUlong(reader),
    }));
  }

  mechanisms(slot: Handle): Promise<number[]> {
    return this.link.call(CALL.GetMechanismList, concat(slot, u32(MOST_MECHANISMS)), (reader) =>
      whole(readList(reader, readUlong)),
    );
  }

  mechanismFlags(slot: Handle, type: number): Promise<number> {
    return this.link.call(CALL.GetMechanismInfo, concat(slot, ulong(type)), (reader) => {
      reader.take(16);
      return readUlong(reader);
    });
  }

  openSession(slot: Handle): Promise<Handle> {
    return this.link.call(CALL.OpenSession, concat(slot, ulong(SERIAL_SESSION)), readHandle);
  }

  closeSession(session: Handle): Promise<void> {
    return this.tell(CALL.CloseSession, session);
  }

  login(session: Handle, pin: Uint8Array | null): Promise<void> {
    return this.tell(CALL.Login, concat(session, ulong(USER.NORMAL), byteArray(pin)));
  }

  async find(session: Handle, wanted: readonly Condition[]): Promise<Handle[]> {
    const found: Handle[] = [];
    await this.tell(CALL.FindObjectsInit, concat(session, conditions(wanted)));
    for (;;) {
      const more = await this.link.call(CALL.FindObjects, concat(session, u32(OBJECTS_AT_ONCE)), (reader) =>
        whole(readList(reader, readHandle)),
      );
      found.push(...more);
      if (more.length < OBJECTS_AT_ONCE) break;
    }
    await this.tell(CALL.FindObjectsFinal, session);
    return found;
  }

  async attribute<T extends AttributeValue>(
    session: Handle,
    object: Handle,
    type: AttributeType<T>,
  ): Promise<T | null> {
    const body = concat(session, object, u32(1), u32(type.id), u32(LARGEST_ATTRIBUTE));
    try {
      return await this.link.call(CALL.GetAttributeValue, body, (reader) => readAttribute(reader, type));
    } catch (error) {
      // Modules differ in how they say that they lack one: cryptoauthlib with CKR_ARGUMENTS_BAD.
      if (error instanceof CryptokiError && !LOST.includes(error.rv)) return null;
      throw error;
    }
  }

  /** All calls are written at once: one round trip, whatever the operation takes. */
  async perform(operation: Operation): Promise<Uint8Array> {
    const { session, pin } = operation;
    const sign = operation.kind === 'sign';
    const start = concat(session, mechanism(operation.mechanism), operation.key);
    const steps = [this.tell(sign ? CALL.SignInit : CALL.DecryptInit, start)];
    if (pin !== undefined) {
      steps.push(this.tell(CALL.Login, concat(session, ulong(USER.CONTEXT_SPECIFIC), byteArray(pin))));
    }
    const call = sign ? CALL.Sign : CALL.Decrypt;
    const body = concat(session, u8(1), bytes(operation.input), u32(operation.room));
    const result = this.link.call(call, body, readByteArray);
    result.catch(() => {});
    await inOrder(steps);
    return (await result) ?? tooSmall(call);
  }

  async close(): Promise<void> {
    await this.tell(CALL.Finalize, new Uint8Array()).catch(() => {});
    this.link.end();
  }

  destroy(): void {
    this.link.destroy();
  }

  private tell(call: Call, body: Uint8Array): Promise<void> {
    return this.link.call(call, body, () => undefined);
  }
}

/** The first step that fails tells why; those behind it fail because of it. */
async function inOrder(steps: readonly Promise<void>[]): Promise<void> {
  for (const step of steps) step.catch(() => {});
  for (const step of steps) await step;
}

/** Not "this attribute is not there", but "nothing is". */
const LOST: readonly number[] = [
  CKR.DEVICE_REMOVED,
  CKR.TOKEN_NOT_PRESENT,
  CKR.SESSION_HANDLE_INVALID,
  CKR.SESSION_CLOSED,
  CKR.OBJECT_HANDLE_INVALID,
  CKR.CRYPTOKI_NOT_INITIALIZED,
];

function whole<T>(list: T[] | null): T[] {
  return list ?? fail('ERR_TLS_DECODE', 'a list that does not fit');
}

function tooSmall(call: Call): never {
  throw new CryptokiError(CKR.BUFFER_TOO_SMALL, call.name);
}

function idOf(handle: Handle): number {
  let id = 0;
  for (const byte of handle) id = id * 256 + byte;
  return id;
}
