import { SERIAL_SESSION, USER } from '../constants.ts';
import type {
  AttributeType,
  AttributeValue,
  Condition,
  Cryptoki,
  Handle,
  LibraryInfo,
  Mechanism,
  Operation,
  Slot,
  SlotInfo,
  TokenInfo,
} from '../cryptoki.ts';
import { attempt, translated } from './attempt.ts';
import { type LoadedModule, loadModule } from './loaded-module.ts';
import type { MechanismJs, Pkcs11Js } from './pkcs11js.ts';
import { numberFrom, trimmed, valueFrom } from './values.ts';

const OBJECTS_AT_ONCE = 64;

/** Loads the module into this process, through pkcs11js. Fails with ERR_TLS_KEY_MODULE. */
export async function openNative(path: string): Promise<Cryptoki> {
  const module = await loadModule(path);
  module.join();
  return new NativeSession(module);
}

class NativeSession implements Cryptoki {
  private readonly shared: LoadedModule;
  private readonly module: Pkcs11Js;
  private session: Buffer | null = null;
  private underWay: boolean = false;
  private left: boolean = false;

  constructor(shared: LoadedModule) {
    this.shared = shared;
    this.module = shared.module;
  }

  async info(): Promise<LibraryInfo> {
    const info = attempt('C_GetInfo', () => this.module.C_GetInfo());
    const { major, minor } = info.libraryVersion;
    return {
      manufacturer: trimmed(info.manufacturerID),
      description: trimmed(info.libraryDescription),
      version: `${major}.${minor}`,
    };
  }

  async slots(): Promise<Slot[]> {
    const handles = attempt('C_GetSlotList', () => this.module.C_GetSlotList(true));
    return handles.map((handle) => ({ handle, id: numberFrom(handle) }));
  }

  async slotInfo(slot: Handle): Promise<SlotInfo> {
    const info = attempt('C_GetSlotInfo', () => this.module.C_GetSlotInfo(slot as Buffer));
    return { description: trimmed(info.slotDescription), manufacturer: trimmed(info.manufacturerID) };
  }

  async tokenInfo(slot: Handle): Promise<TokenInfo> {
    const info = attempt('C_GetTokenInfo', () => this.module.C_GetTokenInfo(slot as Buffer));
    return {
      label: trimmed(info.label),
      manufacturer: trimmed(info.manufacturerID),
      model: trimmed(info.model),
      serial: trimmed(info.serialNumber),
      flags: info.flags,
    };
  }

  async mechanisms(slot: Handle): Promise<number[]> {
    return attempt('C_GetMechanismList', () => this.module.C_GetMechanismList(slot as Buffer));
  }

  async mechanismFlags(slot: Handle, mechanism: number): Promise<number> {
    return attempt('C_GetMechanismInfo', () => this.module.C_GetMechanismInfo(slot as Buffer, mechanism)).flags;
  }

  async openSession(slot: Handle): Promise<Handle> {
    this.session = attempt('C_OpenSession', () => this.module.C_OpenSession(slot as Buffer, SERIAL_SESSION));
    return this.session;
  }

  async closeSession(session: Handle): Promise<void> {
    this.session = null;
    attempt('C_CloseSession', () => this.module.C_CloseSession(session as Buffer));
  }

  async login(session: Handle, pin: Uint8Array | null): Promise<void> {
    this.enterPin(session, USER.NORMAL, pin);
  }

  async find(session: Handle, conditions: readonly Condition[]): Promise<Handle[]> {
    const template = conditions.map(({ type, value }) => ({
      type: type.id,
      value: typeof value === 'number' ? value : Buffer.from(value),
    }));
    attempt('C_FindObjectsInit', () => this.module.C_FindObjectsInit(session as Buffer, template));
    const found: Handle[] = [];
    for (let more = OBJECTS_AT_ONCE; more === OBJECTS_AT_ONCE; ) {
      const handles = attempt('C_FindObjects', () => this.module.C_FindObjects(session as Buffer, OBJECTS_AT_ONCE));
      found.push(...handles);
      more = handles.length;
    }
    attempt('C_FindObjectsFinal', () => this.module.C_FindObjectsFinal(session as Buffer));
    return found;
  }

  async attribute<T extends AttributeValue>(
    session: Handle,
    object: Handle,
    type: AttributeType<T>,
  ): Promise<T | null> {
    let value: Buffer | undefined;
    try {
      value = this.module.C_GetAttributeValue(session as Buffer, object as Buffer, [{ type: type.id }])[0]?.value;
    } catch {
      return null;
    }
    return value === undefined ? null : (valueFrom(value, type.form) as T | null);
  }

  perform(operation: Operation): Promise<Uint8Array> {
    return this.shared.run(() => this.performNow(operation));
  }

  async close(): Promise<void> {
    if (this.left) return;
    this.left = true;
    this.shared.leave();
  }

  /** A thread cannot be broken off: what is under way goes on without anybody who waits for it. */
  destroy(): void {
    if (!this.underWay) this.abandon();
    void this.close();
  }

  /** Tokens have few sessions: none may be left behind. */
  private abandon(): void {
    const { session } = this;
    this.session = null;
    // It may be gone with its token.
    if (session !== null) this.closeSession(session).catch(() => {});
  }

  /** `input` and `output` are in this frame until the thread is done with them: pkcs11js itself does not hold them. */
  private async performNow({ kind, session, key, mechanism, input, room, pin }: Operation): Promise<Uint8Array> {
    const data = Buffer.from(input);
    const output = Buffer.alloc(room);
    const how = mechanismJs(mechanism, this.shared.pssMark);
    const held = { data, output, how };
    pinned.add(held);
    this.underWay = true;
    try {
      const at = session as Buffer;
      if (kind === 'sign') attempt('C_SignInit', () => this.module.C_SignInit(at, how, key as Buffer));
      else attempt('C_DecryptInit', () => this.module.C_DecryptInit(at, how, key as Buffer));
      if (pin !== undefined) this.enterPin(session, USER.CONTEXT_SPECIFIC, pin);
      const result =
        kind === 'sign' ? this.module.C_SignAsync(at, data, output) : this.module.C_DecryptAsync(at, data, output);
      return Uint8Array.from(await result);
    } catch (error) {
      throw translated(error, kind === 'sign' ? 'C_Sign' : 'C_Decrypt');
    } finally {
      pinned.delete(held);
      data.fill(0);
      this.underWay = false;
      if (this.left) this.abandon();
    }
  }

  private enterPin(session: Handle, user: number, pin: Uint8Array | null): void {
    attempt('C_Login', () => {
      if (pin === null) this.module.C_Login(session as Buffer, user);
      else this.module.C_Login(session as Buffer, user, Buffer.from(pin).toString('utf8'));
    });
  }
}

/** Memory that a thread is working on, out of the garbage collector's reach. */
const pinned: Set<object> = new Set();

function mechanismJs({ type, pss }: Mechanism, pssMark: number): MechanismJs {
  if (pss === undefined) return { mechanism: type };
  return { mechanism: type, parameter: { type: pssMark, hashAlg: pss.hash, mgf: pss.mask, saltLen: pss.salt } };
}
