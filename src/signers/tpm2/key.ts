import { concat } from '../../bytes/index.ts';
import {
  ecdsaRawToDer,
  type SignatureScheme,
  type SigningKey,
  type SignRequest,
  schemeByName,
} from '../../crypto/index.ts';
import type { Signal } from '../../flow/index.ts';
import { emsaPss, leftPad } from '../shared/emsa.ts';
import type { Lanes } from '../shared/lanes.ts';
import { requireScheme } from '../shared/schemes.ts';
import { COORDINATE } from '../shared/spki.ts';
import { ALG } from './constants.ts';
import type { KeyLane } from './key-lane.ts';
import { HASH_ALG, type PublicArea } from './public-area.ts';
import type { Target } from './target.ts';
import { explained, isWrongPassword } from './trouble.ts';
import type { Way, Ways } from './ways.ts';

/** After so many milliseconds without work, loaded keys are flushed and connections closed: others may wait for them. */
const REST_AFTER = 200;

export class Tpm2Key implements SigningKey {
  readonly schemes: readonly SignatureScheme[];
  readonly publicKey: Uint8Array;
  readonly rsaDecrypt?: NonNullable<SigningKey['rsaDecrypt']>;
  private readonly lanes: Lanes<KeyLane>;
  private readonly target: Target;
  private readonly area: PublicArea;
  private readonly ways: Ways;
  private resting: ReturnType<typeof setTimeout> | null = null;
  /** The TPM called the password wrong: trying it again might lock it. */
  private refused: unknown = null;

  constructor(lanes: Lanes<KeyLane>, target: Target, area: PublicArea, ways: Ways) {
    this.lanes = lanes;
    this.target = target;
    this.area = area;
    this.ways = ways;
    this.schemes = [...ways.keys()];
    this.publicKey = area.spki;
    // A key that signs and decrypts has no fixed scheme, and is never restricted.
    if (area.kind === 'rsa' && area.decrypt) {
      this.rsaDecrypt = { padding: 'none', run: (ciphertext, signal) => this.decrypt(ciphertext, signal) };
    }
    this.restSoon();
  }

  async sign(request: SignRequest): Promise<Uint8Array> {
    const { name } = requireScheme(request.scheme, this.schemes, this.target.name);
    const way = this.ways.get(name)!;
    return this.use((lane) => signWith(lane, this.area, way, this.target.password, request), request.signal);
  }

  close(): Promise<void> {
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = null;
    return this.lanes.close();
  }

  private decrypt(ciphertext: Uint8Array, signal: Signal): Promise<Uint8Array> {
    const password = this.target.password ?? new Uint8Array();
    const size = Math.ceil(this.area.bits / 8);
    return this.use(async (lane) => leftPad(await lane.rsaDecrypt(ciphertext, ALG.NULL, password), size), signal);
  }

  private async use(work: (lane: KeyLane) => Promise<Uint8Array>, signal: Signal): Promise<Uint8Array> {
    try {
      return await this.lanes.run((lane) => this.withPassword(lane, work), signal);
    } catch (error) {
      throw explained(error, this.target.name, this.target.password !== null);
    } finally {
      this.restSoon();
    }
  }

  /** Asked when it is this one's turn: those who waited meanwhile must not try the password again. */
  private async withPassword(lane: KeyLane, work: (lane: KeyLane) => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.refused !== null) throw this.refused;
    try {
      return await work(lane);
    } catch (error) {
      if (isWrongPassword(error)) this.refused = error;
      throw error;
    }
  }

  private restSoon(): void {
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = null;
      this.lanes.run((lane) => lane.rest()).catch(() => {});
    }, REST_AFTER);
  }
}

/** One signature in the form that TLS sends. */
export async function signWith(
  lane: KeyLane,
  area: PublicArea,
  { algorithm, hash }: Way,
  password: Uint8Array | null,
  request: SignRequest,
): Promise<Uint8Array> {
  const secret = password ?? new Uint8Array();
  const size = Math.ceil(area.bits / 8);
  if (algorithm === ALG.NULL) {
    return leftPad(await lane.rsaDecrypt(emsaPss(hash, request.digest(), area.bits), ALG.NULL, secret), size);
  }
  const id = HASH_ALG[hash];
  const digest = area.restricted ? await lane.hash(request.message, id) : lane.given(request.digest());
  const parts = await lane.sign(algorithm, id, secret, digest);
  if (area.curve === null) return leftPad(parts[0]!, size);
  const coordinate = COORDINATE[area.curve];
  return ecdsaRawToDer(concat(...parts.map((part) => leftPad(part, coordinate))));
}

/** A request to try a key with, for a scheme with a digest. */
export function trialRequest(scheme: SignatureScheme, message: Uint8Array, digest: () => Uint8Array): SignRequest {
  const version = schemeByName(scheme)!.tls13 ? 'TLSv1.3' : 'TLSv1.2';
  return { scheme, message, digest, signal: NEVER, context: { role: 'client', version } };
}

const NEVER: Signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
