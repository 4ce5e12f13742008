import { fail } from '../../errors/index.ts';
import type { Lane } from '../shared/lanes.ts';
import { CKF_MECHANISM, CKF_TOKEN, CKM } from './constants.ts';
import type { Cryptoki, Handle, Mechanism } from './cryptoki.ts';
import { CKR, CryptokiError } from './cryptoki-error.ts';
import { type KeyFacts, readFacts } from './facts.ts';
import { type FoundKey, type FoundToken, findKey, findToken } from './find.ts';
import type { PinKeeper } from './pin.ts';
import type { Pkcs11Uri } from './uri.ts';

/** One session with a token, logged in, with the key found. It does one operation at a time, as PKCS#11 demands. */
export class Session implements Lane {
  readonly key: FoundKey;
  readonly token: FoundToken;
  private readonly module: Cryptoki;
  private readonly handle: Handle;
  private readonly pins: PinKeeper;

  private constructor(module: Cryptoki, token: FoundToken, handle: Handle, key: FoundKey, pins: PinKeeper) {
    this.module = module;
    this.token = token;
    this.handle = handle;
    this.key = key;
    this.pins = pins;
  }

  /** Takes over `module`, and closes it with the session, or when `signal` says that it takes too long. */
  static async open(module: Cryptoki, uri: Pkcs11Uri, pins: PinKeeper, signal: AbortSignal): Promise<Session> {
    const onAbort = (): void => module.destroy();
    signal.addEventListener('abort', onAbort);
    try {
      const token = await findToken(module, uri);
      const handle = await module.openSession(token.slot);
      if ((token.info.flags & CKF_TOKEN.LOGIN_REQUIRED) !== 0) await login(module, token, handle, pins);
      const key = await findKey(module, handle, uri, token);
      return new Session(module, token, handle, key, pins);
    } catch (error) {
      await module.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  facts(): Promise<KeyFacts> {
    return readFacts(this.module, this.handle, this.key);
  }

  /** Those CKM_* of interest that the token lists, each with its CKF_*. */
  async mechanisms(): Promise<Map<number, number>> {
    const wanted: readonly number[] = Object.values(CKM);
    const listed = (await this.module.mechanisms(this.token.slot)).filter((type) => wanted.includes(type));
    const flags = await Promise.all(listed.map((type) => this.flagsOf(type)));
    return new Map(listed.map((type, i) => [type, flags[i]!]));
  }

  /** `asksPin`: the key wants its PIN for each operation. */
  async perform(
    kind: 'sign' | 'decrypt',
    mechanism: Mechanism,
    input: Uint8Array,
    room: number,
    asksPin: boolean,
  ): Promise<Uint8Array> {
    const operation = { kind, session: this.handle, key: this.key.handle, mechanism, input, room };
    if (!asksPin) return this.module.perform(operation);
    return this.pins.use(this.token, (pin) => this.module.perform({ ...operation, pin }));
  }

  async close(): Promise<void> {
    await this.module.closeSession(this.handle).catch(() => {});
    await this.module.close();
  }

  destroy(): void {
    this.module.destroy();
  }

  private async flagsOf(type: number): Promise<number> {
    try {
      return await this.module.mechanismFlags(this.token.slot, type);
    } catch (error) {
      if (!(error instanceof CryptokiError)) throw error;
      // Listed and then disowned: whether it works shows when it is used.
      return CKF_MECHANISM.SIGN | CKF_MECHANISM.DECRYPT;
    }
  }
}

/** Being logged in belongs to the token and process, not to the session: another session may have done it. */
async function login(module: Cryptoki, token: FoundToken, session: Handle, pins: PinKeeper): Promise<void> {
  try {
    await pins.use(token, (pin) => module.login(session, pin));
  } catch (error) {
    if (!(error instanceof CryptokiError)) throw error;
    if (error.rv === CKR.USER_PIN_NOT_INITIALIZED) {
      fail('ERR_TLS_KEY_PIN_MISSING', `${token.name} has no PIN yet: set one with the token's own tool`);
    }
    if (error.rv !== CKR.USER_ALREADY_LOGGED_IN) throw error;
  }
}
