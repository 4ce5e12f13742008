import { access } from 'node:fs/promises';
import { fail, TlsError } from '../../../errors/index.ts';
import { CKR, CryptokiError } from '../cryptoki-error.ts';
import { attempt } from './attempt.ts';
import { loadPkcs11Js, type Pkcs11Js } from './pkcs11js.ts';

/** Without it modules take it that one thread alone calls them: SoftHSM then hangs or crashes. */
const OS_LOCKING_OK = 2;
/** Modules are loaded once for each process: their state is the process's. */
const loaded: Map<string, Promise<LoadedModule>> = new Map();

/** The module at this path, loaded into this process. Fails with ERR_TLS_KEY_MODULE. */
export function loadModule(path: string): Promise<LoadedModule> {
  let module = loaded.get(path);
  if (module === undefined) {
    module = load(path);
    loaded.set(path, module);
    module.catch(() => loaded.delete(path));
  }
  return module;
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
export class LoadedModule {
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

  /** Each call is matched by one of `leave`. */
  join(): void {
    this.initialize();
    this.users += 1;
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

  /** Each time: who shares the module, another worker say, may have finalized it meanwhile. */
  private initialize(): void {
    try {
      attempt('C_Initialize', () => this.module.C_Initialize({ flags: OS_LOCKING_OK }));
      this.foreign = false;
    } catch (error) {
      if (!(error instanceof CryptokiError) || error.rv !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw error;
      if (!this.initialized) this.foreign = true;
    }
    this.initialized = true;
  }

  private finalize(): void {
    if (!this.initialized || this.foreign || this.users > 0 || this.underWay > 0 || this.othersAreIn()) return;
    this.initialized = false;
    try {
      this.module.C_Finalize();
    } catch {
      // Nobody uses it any more.
    }
  }
  /**
   * Whether somebody else in this process has a session: the module's end would be the end of it, and of the process if
   * it is signing. Tokens that do not count their sessions may have some.
   */
  private othersAreIn(): boolean {
    try {
      return this.module.C_GetSlotList(true).some((slot) => this.module.C_GetTokenInfo(slot).sessionCount !== 0);
    } catch {
      return true;
    }
  }
}
