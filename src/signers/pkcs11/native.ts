import { access } from 'node:fs/promises';
import { fail, TlsError } from '../../errors/index.ts';
import { SERIAL_SESSION, USER } from './constants.ts';
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
} from './cryptoki.ts';
import { CKR, CryptokiError } from './cryptoki-error.ts';
import { loadPkcs11Js, type MechanismJs, type Pkcs11Js } from './pkcs11js.ts';

/** Without it modules take it that one thread alone calls them: SoftHSM then hangs or crashes. */
const OS_LOCKING_OK = 2;
const OBJECTS_AT_ONCE = 64;

/** Modules are loaded once for each process: their state is the process's. */
const loaded: Map<string, Promise<LoadedModule>> = new Map();

/** Loads the module into this process, through pkcs11js. Fails with ERR_TLS_KEY_MODULE. */
export async function openNative(path: string): Promise<Cryptoki> {
  let module = loaded.get(path);
  if (module === undefined) {
    module = load(path);
    loaded.set(path, module);
    module.catch(() => loaded.delete(path));
  }
  return (await module).use();
}

async function load(path: string): Promise<LoadedModule> {
  try {
    await access(path);
  } catch {
    fail('ERR_TLS_KEY_MODULE', `the PKCS#11 module ${path} is not there or cannot be read`);
  }
  const pkcs11js = loadPkcs11Js();
  const module = new pkcs11js.PKCS11();
  try {
    module.load(path);
  } catch (cause) {
    const detail = `${path} is not a PKCS#11 module that this process can load`;
    throw new TlsError('ERR_TLS_KEY_MODULE', { detail, cause });
  }
  return new LoadedModule(module, pkcs11js.CK_PARAMS_RSA_PSS);
}

/** A module in this process, shared by all sessions with it. */
class LoadedModule {
  readonly module: Pkcs11Js;
  /** How pkcs11js marks PSS parameters; its versions differ. */
  readonly pssMark: number;
  private users: number = 0;
  private underWay: number = 0;
  private initialized: boolean = false;
  /** Somebody else initialized it, perhaps without locking: then one call at a time, and never an end to it. */
  private foreign: boolean = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(module: Pkcs11Js, pssMark: number) {
    this.module = module;
    this.pssMark = pssMark;
  }

  use(): Cryptoki {
    this.initialize();
    this.users += 1;
    return new NativeSession(this);
  }

  /** Counts what runs in another thread: a module that is finalized meanwhile crashes the process. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    const result = this.foreign ? this.last.then(work) : work();
    const done = (): void => {
      this.underWay -= 1;
      this.finalize();
    };
    this.last = result.then(done, done);
    return result;
  }

  leave(): void {
    this.users -= 1;
    this.finalize();
  }

  private initialize(): void {
    if (this.initialized) return;
    try {
      attempt('C_Initialize', () => this.module.C_Initialize({ flags: OS_LOCKING_OK }));
    } catch (error) {
      if (!(error instanceof CryptokiError) || error.rv !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw error;
      this.foreign = true;
    }
    this.initialized = true;
  }

  private finalize(): void {
    if (!this.initialized || this.foreign || this.users > 0 || this.underWay > 0) return;
    this.initialized = false;
    attempt('C_Finalize', () => this.module.C_Finalize());
  }
}

class NativeSession implements Cryptoki {
  private readonly shared: LoadedModule;
  private readonly module: Pkcs11Js;
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
    return attempt('C_OpenSession', () => this.module.C_OpenSession(slot as Buffer, SERIAL_SESSION));
  }

  async closeSession(session: Handle): Promise<void> {
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

  destroy(): void {
    void this.close();
  }

  /** `input` and `output` are in this frame until the thread is done with them: pkcs11js itself does not hold them. */
  private async performNow({ kind, session, key, mechanism, input, room, pin }: Operation): Promise<Uint8Array> {
    const data = Buffer.from(input);
    const output = Buffer.alloc(room);
    const how = mechanismJs(mechanism, this.shared.pssMark);
    const held = { data, output, how };
    pinned.add(held);
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

function attempt<T>(call: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw translated(error, call);
  }
}

function translated(error: unknown, call: string): unknown {
  if (error instanceof CryptokiError) return error;
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' && code !== 0) return new CryptokiError(code, call);
  return new TlsError('ERR_TLS_KEY_DEVICE', { detail: `pkcs11js failed in ${call}`, cause: error });
}

function trimmed(text: string): string {
  return text.replace(/[\0 ]+$/, '');
}

function valueFrom(value: Buffer, form: AttributeType<unknown>['form']): AttributeValue | null {
  if (form === 'bytes') return Uint8Array.from(value);
  if (form === 'flag') return value.length === 1 ? value[0] !== 0 : null;
  const word = ULONG_SIZE;
  if (form === 'number') return value.length === word ? numberFrom(value) : null;
  return Array.from({ length: Math.floor(value.length / word) }, (_, i) =>
    numberFrom(value.subarray(i * word, (i + 1) * word)),
  );
}

/** CK_ULONG is C's unsigned long: 4 bytes on Windows, 8 elsewhere. */
const ULONG_SIZE: number = process.platform === 'win32' ? 4 : 8;

/** As the processor writes it; all that Node runs on but one write the low byte first, and numbers here are small. */
function numberFrom(value: Uint8Array): number {
  let number = 0;
  for (let i = value.length - 1; i >= 0; i--) number = number * 256 + value[i]!;
  return number;
}
