import { concat, EMPTY } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import type { Lane } from '../shared/lanes.ts';
import { ALG, CC, RC, RH, TAG } from './constants.ts';
import { type PublicArea, readPublicArea } from './public-area.ts';
import { type Answer, readSized, sized, Tpm, u16, u32, understood } from './tpm.ts';
import { TpmError } from './tpm-error.ts';
import type { OwnTransport } from './transport.ts';
import { storageTemplate, type WrappedKey } from './tss2.ts';

/** Which key of the TPM: a persistent handle, or a wrapped key that is loaded when it is used. */
export type KeySource =
  | { readonly handle: number }
  | { readonly wrapped: WrappedKey; readonly parentPassword: Uint8Array };

/** What TPM2_Sign takes: a digest, and the ticket that proves to a restricted key that the TPM made it. */
interface Digest {
  readonly digest: Uint8Array;
  readonly ticket: Uint8Array;
}

const NO_TICKET: Uint8Array = concat(u16(TAG.HASHCHECK), u32(RH.NULL), u16(0));
/** TPM_CAP_ALGS, TPM_CAP_TPM_PROPERTIES and TPM_PT_INPUT_BUFFER. */
const CAP_ALGS = 0;
const CAP_TPM_PROPERTIES = 6;
const PT_INPUT_BUFFER = 0x10d;
/** What every TPM takes at once. */
const LEAST_INPUT_BUFFER = 1024;

/** A way to one key of a TPM. Of its commands none overlap, which is what a TPM demands. */
export class KeyLane implements Lane {
  private readonly tpm: Tpm;
  private readonly source: KeySource;
  /** Of the wrapped key, while it is loaded; a TPM has room for three. */
  private loaded: number | null = null;
  private inputBuffer: number = LEAST_INPUT_BUFFER;

  constructor(transport: OwnTransport, source: KeySource) {
    this.tpm = new Tpm(transport);
    this.source = source;
  }

  async readPublic(): Promise<PublicArea | null> {
    const { parameters } = await this.tpm.run(CC.ReadPublic, { handles: [await this.handle()] });
    return readPublicArea(parameters);
  }

  /** TPM_ALG_IDs of what the TPM implements. */
  async algorithms(): Promise<Set<number>> {
    const list = await this.capabilities(CAP_ALGS, 1, 254);
    return new Set(
      understood(CC.GetCapability, () =>
        Array.from({ length: list.uint(4) }, () => {
          const algorithm = list.u16();
          list.take(4);
          return algorithm;
        }),
      ),
    );
  }

  /** Learns how much the TPM hashes in one command. */
  async learnLimits(): Promise<void> {
    const list = await this.capabilities(CAP_TPM_PROPERTIES, PT_INPUT_BUFFER, 1);
    const value = understood(CC.GetCapability, () =>
      list.uint(4) === 1 && list.uint(4) === PT_INPUT_BUFFER ? list.uint(4) : LEAST_INPUT_BUFFER,
    );
    this.inputBuffer = Math.min(Math.max(value, 64), LEAST_INPUT_BUFFER);
  }

  /** r and s as they come, or an RSA signature. `prepare` makes the digest, here or in the TPM. */
  async sign(scheme: number, hash: number, password: Uint8Array, digest: Digest): Promise<Uint8Array[]> {
    const handle = await this.handle();
    const parameters = concat(sized(digest.digest), u16(scheme), u16(hash), digest.ticket);
    const answer = await this.tpm.run(CC.Sign, { handles: [handle], passwords: [password], parameters });
    return understood(CC.Sign, () => {
      const { parameters: reader } = answer;
      const algorithm = reader.u16();
      reader.u16();
      return algorithm === ALG.ECDSA ? [readSized(reader), readSized(reader)] : [readSized(reader)];
    });
  }

  given(digest: Uint8Array): Digest {
    return { digest, ticket: NO_TICKET };
  }

  /** Has the TPM hash a message, in pieces where it is long, and attest that it may be signed. */
  async hash(message: Uint8Array, hash: number): Promise<Digest> {
    if (message.length <= this.inputBuffer) {
      const parameters = concat(sized(message), u16(hash), u32(RH.OWNER));
      return digestFrom(await this.tpm.run(CC.Hash, { parameters }));
    }
    const start = await this.tpm.run(CC.HashSequenceStart, { parameters: concat(sized(EMPTY), u16(hash)) });
    const sequence = { handles: [start.handle], passwords: [EMPTY] };
    try {
      let at = 0;
      for (; message.length - at > this.inputBuffer; at += this.inputBuffer) {
        const parameters = sized(message.subarray(at, at + this.inputBuffer));
        await this.tpm.run(CC.SequenceUpdate, { ...sequence, parameters });
      }
      const parameters = concat(sized(message.subarray(at)), u32(RH.OWNER));
      return digestFrom(await this.tpm.run(CC.SequenceComplete, { ...sequence, parameters }));
    } catch (error) {
      await this.flush(start.handle);
      throw error;
    }
  }

  /** RSA as it is, or with PKCS#1 v1.5 taken off. */
  async rsaDecrypt(block: Uint8Array, scheme: number, password: Uint8Array): Promise<Uint8Array> {
    const parameters = concat(sized(block), u16(scheme), sized(EMPTY));
    const handles = [await this.handle()];
    const answer = await this.tpm.run(CC.RSA_Decrypt, { handles, passwords: [password], parameters });
    return understood(CC.RSA_Decrypt, () => readSized(answer.parameters));
  }

  /** Gives back what others may need: room in the TPM, and the connection. */
  async rest(): Promise<void> {
    const { loaded } = this;
    this.loaded = null;
    if (loaded !== null) await this.flush(loaded);
    await this.tpm.rest();
  }

  close(): Promise<void> {
    return this.rest();
  }

  destroy(): void {
    this.tpm.destroy();
  }

  private async handle(): Promise<number> {
    if ('handle' in this.source) return this.source.handle;
    this.loaded ??= await this.load(this.source.wrapped, this.source.parentPassword);
    return this.loaded;
  }

  private async load(key: WrappedKey, parentPassword: Uint8Array): Promise<number> {
    const isHierarchy = key.parent >>> 24 === 0x40;
    const parent = isHierarchy ? await this.createParent(key, parentPassword) : key.parent;
    try {
      const passwords = [isHierarchy ? EMPTY : parentPassword];
      const parameters = concat(key.privateArea, key.publicArea);
      return (await this.tpm.run(CC.Load, { handles: [parent], passwords, parameters })).handle;
    } catch (error) {
      if (!(error instanceof TpmError) || error.rc !== RC.INTEGRITY) throw error;
      return fail(
        'ERR_TLS_KEY_NOT_FOUND',
        `this TPM did not make the TSS2 PRIVATE KEY, or it was cleared since (${error.message})`,
      );
    } finally {
      if (isHierarchy) await this.flush(parent);
    }
  }

  private async createParent({ parent, rsaParent }: WrappedKey, password: Uint8Array): Promise<number> {
    const sensitive = sized(concat(sized(EMPTY), sized(EMPTY)));
    const parameters = concat(sensitive, storageTemplate(rsaParent), sized(EMPTY), u32(0));
    return (await this.tpm.run(CC.CreatePrimary, { handles: [parent], passwords: [password], parameters })).handle;
  }

  private async flush(handle: number): Promise<void> {
    // It may be gone already, with the TPM's power.
    await this.tpm.run(CC.FlushContext, { parameters: u32(handle) }).catch(() => {});
  }

  private async capabilities(capability: number, property: number, count: number): Promise<Answer['parameters']> {
    const sent = { parameters: concat(u32(capability), u32(property), u32(count)) };
    const { parameters } = await this.tpm.run(CC.GetCapability, sent);
    understood(CC.GetCapability, () => parameters.take(5));
    return parameters;
  }
}

function digestFrom({ parameters }: Answer): Digest {
  return understood(CC.Hash, () => {
    const digest = readSized(parameters);
    const ticket = concat(parameters.take(6), sized(readSized(parameters)));
    return { digest, ticket };
  });
}
