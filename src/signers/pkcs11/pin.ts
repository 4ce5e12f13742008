import { fail, TlsError } from '../../errors/index.ts';
import { type SecretInput, secretFrom, secretFromSource } from '../shared/secrets.ts';
import { CKF_TOKEN } from './constants.ts';
import { CKR, CryptokiError } from './cryptoki-error.ts';
import type { FoundToken } from './find.ts';
import type { Pkcs11Uri } from './uri.ts';

const WRONG: readonly number[] = [CKR.PIN_INCORRECT, CKR.PIN_INVALID, CKR.PIN_LEN_RANGE];
const LOCKED: readonly number[] = [CKR.PIN_LOCKED, CKR.PIN_EXPIRED];

/** Hands out the PIN of a token, and never again once the token has called it wrong: tokens lock after a few tries. */
export class PinKeeper {
  private readonly input: SecretInput | undefined;
  private readonly uri: Pkcs11Uri;
  private refused: TlsError | null = null;
  /** One at a time: the next try waits to hear what became of this one. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(input: SecretInput | undefined, uri: Pkcs11Uri) {
    this.input = input;
    this.uri = uri;
  }

  /**
   * Runs `enter` with the PIN, or with null where it is entered at the token. Fails with ERR_TLS_KEY_PIN_MISSING,
   * ERR_TLS_KEY_PIN_WRONG or ERR_TLS_KEY_PIN_LOCKED.
   */
  use<T>(token: FoundToken, enter: (pin: Uint8Array | null) => Promise<T>): Promise<T> {
    const result = this.last.then(() => this.try(token, enter));
    this.last = result.catch(() => {});
    return result;
  }

  private async try<T>(token: FoundToken, enter: (pin: Uint8Array | null) => Promise<T>): Promise<T> {
    if (this.refused !== null) throw this.refused;
    if ((token.info.flags & CKF_TOKEN.USER_PIN_LOCKED) !== 0) fail('ERR_TLS_KEY_PIN_LOCKED', token.name);
    const pin = await this.pinFor(token);
    try {
      return await enter(pin);
    } catch (error) {
      throw this.judged(error, token);
    } finally {
      pin?.fill(0);
    }
  }

  private async pinFor(token: FoundToken): Promise<Uint8Array | null> {
    if ((token.info.flags & CKF_TOKEN.PROTECTED_AUTHENTICATION_PATH) !== 0) return null;
    const what = `PIN of ${token.name}`;
    const { pinValue, pinSource } = this.uri;
    const given = this.input ?? pinValue;
    if (given !== undefined) return secretFrom(given, what);
    if (pinSource !== undefined) return secretFromSource(pinSource, what);
    return fail(
      'ERR_TLS_KEY_PIN_MISSING',
      `${token.name} asks for its PIN: give the option pin, or pin-source in the URI`,
    );
  }

  private judged(error: unknown, token: FoundToken): unknown {
    if (!(error instanceof CryptokiError)) return error;
    if (WRONG.includes(error.rv)) {
      this.refused = new TlsError('ERR_TLS_KEY_PIN_WRONG', { detail: `${token.name} says ${error.message}` });
      return this.refused;
    }
    if (!LOCKED.includes(error.rv)) return error;
    this.refused = new TlsError('ERR_TLS_KEY_PIN_LOCKED', { detail: `${token.name} says ${error.message}` });
    return this.refused;
  }
}
