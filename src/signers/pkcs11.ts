import type { SignatureScheme, SigningKey, SignRequest } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import type { Signal } from '../flow/index.ts';
import { CKF_MECHANISM, CKM } from './pkcs11/constants.ts';
import type { KeyFacts } from './pkcs11/facts.ts';
import { PinKeeper } from './pkcs11/pin.ts';
import { type Recipe, recipesFor } from './pkcs11/recipes.ts';
import { type RouteOptions, routeFor } from './pkcs11/route.ts';
import { Session } from './pkcs11/session.ts';
import { explained, isStale } from './pkcs11/trouble.ts';
import { type Pkcs11Uri, parsePkcs11Uri } from './pkcs11/uri.ts';
import { leftPad } from './shared/emsa.ts';
import { Lanes, timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { requireScheme } from './shared/schemes.ts';
import type { SecretInput } from './shared/secrets.ts';

export { type ObjectType, type Pkcs11Uri, parsePkcs11Uri } from './pkcs11/uri.ts';
export type { OpenedKey } from './shared/opened-key.ts';
export type { SecretInput } from './shared/secrets.ts';

export interface Pkcs11Options extends RouteOptions {
  /** The user's PIN, or a function that is asked for it; goes before pin-value and pin-source of the URI. */
  readonly pin?: SecretInput;
  /**
   * How many operations may be under way at once. By the route p11-kit each takes a process of its own, logged in by
   * itself; default 1. By the route pkcs11js each takes a session and a thread of Node's pool; default 2.
   */
  readonly sessions?: number;
  /** Milliseconds that the token may take for one operation; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a private key in a PKCS#11 token by its URI (RFC 7512), with the certificate that is stored with it. The URI
 * must lead to exactly one token and one key. A token that was removed, or whose module died, is looked for again with
 * the next signature.
 *
 * Fails with ERR_TLS_KEY_ADDRESS, ERR_TLS_KEY_MODULE, ERR_TLS_KEY_TOKEN, ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_AMBIGUOUS,
 * ERR_TLS_KEY_PIN_MISSING, ERR_TLS_KEY_PIN_WRONG, ERR_TLS_KEY_PIN_LOCKED, ERR_TLS_KEY_UNSUPPORTED, ERR_TLS_KEY_DEVICE or
 * ERR_TLS_KEY_TIMEOUT.
 */
export async function openPkcs11(uri: string, options: Pkcs11Options = {}): Promise<OpenedKey> {
  const address = parsePkcs11Uri(uri);
  if (address.type !== undefined && address.type !== 'private') {
    fail('ERR_TLS_KEY_ADDRESS', `PKCS#11 URI: type=${address.type} is no private key; leave type out`);
  }
  const lanes = await lanesFor(address, options);
  try {
    const { name, facts, mechanisms } = await lanes.run(async (session) => ({
      name: session.key.name,
      facts: await session.facts(),
      mechanisms: await session.mechanisms(),
    }));
    const key = new Pkcs11Key(lanes, name, facts, mechanisms);
    return { key, cert: facts.certificate, name, close: () => lanes.close() };
  } catch (error) {
    await lanes.close();
    throw explained(error, 'the PKCS#11 module');
  }
}

async function lanesFor(uri: Pkcs11Uri, options: Pkcs11Options): Promise<Lanes<Session>> {
  const route = await routeFor(uri, options);
  const pins = new PinKeeper(options.pin, uri);
  const count = options.sessions ?? (route.sharesProcess ? 2 : 1);
  if (!Number.isInteger(count) || count < 1) fail('ERR_TLS_CONFIG', 'sessions: give a whole number of at least 1');
  return new Lanes({
    name: 'the PKCS#11 token',
    count,
    timeout: timeoutFrom(options.timeout, 30_000),
    open: async (signal) => Session.open(await route.open(signal), uri, pins, signal),
    isStale,
  });
}

class Pkcs11Key implements SigningKey {
  readonly schemes: readonly SignatureScheme[];
  readonly publicKey?: Uint8Array;
  readonly rsaDecrypt?: NonNullable<SigningKey['rsaDecrypt']>;
  private readonly lanes: Lanes<Session>;
  private readonly name: string;
  private readonly recipes: ReadonlyMap<SignatureScheme, Recipe>;
  private readonly asksPin: boolean;

  constructor(lanes: Lanes<Session>, name: string, facts: KeyFacts, mechanisms: ReadonlyMap<number, number>) {
    const can = (type: number, flag: number): boolean =>
      ((mechanisms.get(type) ?? 0) & flag) !== 0 && (facts.allowed === null || facts.allowed.includes(type));
    const { form } = facts;
    if (form === null)
      fail('ERR_TLS_KEY_UNSUPPORTED', `${name} is of a kind or on a curve that TLS does not sign with`);
    this.recipes = facts.sign ? recipesFor(form, (type) => can(type, CKF_MECHANISM.SIGN)) : new Map();
    if (this.recipes.size === 0) fail('ERR_TLS_KEY_UNSUPPORTED', `${name} ${whyNot(facts)}`);
    this.lanes = lanes;
    this.name = name;
    this.schemes = [...this.recipes.keys()];
    this.asksPin = facts.alwaysAuthenticate;
    if (facts.publicKey !== null) this.publicKey = facts.publicKey;
    if (form.kind !== 'rsa' || !facts.decrypt) return;
    const size = Math.ceil(form.bits / 8);
    if (can(CKM.RSA_X_509, CKF_MECHANISM.DECRYPT)) {
      const run = async (ciphertext: Uint8Array, signal: Signal): Promise<Uint8Array> =>
        leftPad(await this.perform('decrypt', { type: CKM.RSA_X_509 }, ciphertext, size, signal), size);
      this.rsaDecrypt = { padding: 'none', run };
    } else if (can(CKM.RSA_PKCS, CKF_MECHANISM.DECRYPT)) {
      const run = (ciphertext: Uint8Array, signal: Signal): Promise<Uint8Array> =>
        this.perform('decrypt', { type: CKM.RSA_PKCS }, ciphertext, size, signal);
      this.rsaDecrypt = { padding: 'pkcs1', run };
    }
  }

  async sign(request: SignRequest): Promise<Uint8Array> {
    const scheme = requireScheme(request.scheme, this.schemes, this.name);
    const recipe = this.recipes.get(scheme.name)!;
    const input = recipe.input(request);
    return recipe.output(await this.perform('sign', recipe.mechanism, input, recipe.room, request.signal));
  }

  close(): Promise<void> {
    return this.lanes.close();
  }

  private async perform(
    kind: 'sign' | 'decrypt',
    mechanism: Recipe['mechanism'],
    input: Uint8Array,
    room: number,
    signal: Signal,
  ): Promise<Uint8Array> {
    try {
      return await this.lanes.run((session) => session.perform(kind, mechanism, input, room, this.asksPin), signal);
    } catch (error) {
      throw explained(error, this.name);
    }
  }
}

function whyNot(facts: KeyFacts): string {
  if (!facts.sign) return 'may not sign (its CKA_SIGN is false)';
  const limits = facts.allowed === null ? '' : ', or its CKA_ALLOWED_MECHANISMS leaves none of them';
  return `cannot sign: the token lists no mechanism for that${limits}`;
}
