import { toUtf8 } from '../bytes/index.ts';
import { hashOf, type SignatureScheme, schemeByName } from '../crypto/index.ts';
import { fail } from '../errors/index.ts';
import { nodeProvider } from '../providers/node.ts';
import { publicKey } from '../x509/index.ts';
import { Lanes, timeoutFrom } from './shared/lanes.ts';
import type { OpenedKey } from './shared/opened-key.ts';
import { signWith, Tpm2Key, trialRequest } from './tpm2/key.ts';
import { KeyLane } from './tpm2/key-lane.ts';
import type { PublicArea } from './tpm2/public-area.ts';
import { type Target, type TargetOptions, targetOf } from './tpm2/target.ts';
import { cannotSignSo, explained, isStale } from './tpm2/trouble.ts';
import { findWays, type Way, type Ways } from './tpm2/ways.ts';

export type { OpenedKey } from './shared/opened-key.ts';
export type { SecretInput } from './shared/secrets.ts';
export type { TpmTransport } from './tpm2/transport.ts';

export interface Tpm2Options extends TargetOptions {
  /** Milliseconds that the TPM may take for one signature, loading the key included; 30 000 unless told. */
  readonly timeout?: number;
}

/**
 * Opens a key of a TPM 2.0: by its persistent handle (0x81010001), by the PEM of a `TSS2 PRIVATE KEY` (string or bytes),
 * or by a URI: `tpm2:0x81010001` or `tpm2:/path/of/key.pem`, followed by `?tpm=...` and `&password-source=...`. One
 * signature is made at once, to learn whether password and padding are right. There is never a certificate.
 *
 * Fails with ERR_TLS_KEY_ADDRESS, ERR_TLS_KEY_MODULE (no such TPM), ERR_TLS_KEY_NOT_FOUND, ERR_TLS_KEY_PIN_MISSING,
 * ERR_TLS_KEY_PIN_WRONG, ERR_TLS_KEY_PIN_LOCKED, ERR_TLS_KEY_UNSUPPORTED, ERR_TLS_KEY_DEVICE or ERR_TLS_KEY_TIMEOUT.
 */
export async function openTpm2(key: string | number | Uint8Array, options: Tpm2Options = {}): Promise<OpenedKey> {
  const target = await targetOf(key, options);
  const lanes = new Lanes<KeyLane>({
    name: target.name,
    count: 1,
    timeout: timeoutFrom(options.timeout, 30_000),
    open: async () => new KeyLane(target.transport(), target.source),
    isStale,
  });
  try {
    const { area, ways } = await lanes.run((lane) => examine(lane, target));
    const opened = new Tpm2Key(lanes, target, area, ways);
    return { key: opened, cert: null, name: target.name, close: () => opened.close() };
  } catch (error) {
    await lanes.close();
    throw explained(error, target.name, target.password !== null);
  }
}

async function examine(lane: KeyLane, target: Target): Promise<{ area: PublicArea; ways: Ways }> {
  const area = await lane.readPublic();
  if (area === null) fail('ERR_TLS_KEY_UNSUPPORTED', `${target.name} is neither RSA nor EC`);
  if (!area.byPassword) {
    fail('ERR_TLS_KEY_UNSUPPORTED', `${target.name} needs a policy session: make it with the attribute "userwithauth"`);
  }
  if (area.restricted) await lane.learnLimits();
  const ways = await findWays(area, await lane.algorithms(), target.name, (scheme, way) =>
    makesGoodSignature(lane, target, area, scheme, way),
  );
  return { area, ways };
}

async function makesGoodSignature(
  lane: KeyLane,
  target: Target,
  area: PublicArea,
  scheme: SignatureScheme,
  way: Way,
): Promise<boolean> {
  const message = toUtf8('Does this key sign as TLS wants it?');
  const digest = (): Uint8Array => hashOf(nodeProvider, way.hash)!.digest(message);
  const request = trialRequest(scheme, message, digest);
  const { kind, hash } = schemeByName(scheme)!;
  const verifier = nodeProvider.verifiers.find((one) => one.kind === kind && one.hash === hash)!;
  try {
    const signature = await signWith(lane, area, way, target.password, request);
    return await verifier.verify(publicKey(area.spki), message, signature);
  } catch (error) {
    if (cannotSignSo(error)) return false;
    throw error;
  }
}
