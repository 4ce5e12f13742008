import { equalBytes, fromUtf8, toHex, toUtf8 } from '../../bytes/index.ts';
import { fail } from '../../errors/index.ts';
import { CKA, CKF_TOKEN, CKO } from './constants.ts';
import type { Condition, Cryptoki, Handle, Slot, TokenInfo } from './cryptoki.ts';
import { CryptokiError } from './cryptoki-error.ts';
import { type Pkcs11Uri, percentEncoded } from './uri.ts';

export interface FoundToken {
  readonly slot: Handle;
  readonly info: TokenInfo;
  /** For people: `token "iot token"`. */
  readonly name: string;
}

export interface FoundKey {
  readonly handle: Handle;
  /** CKA_ID; empty where there is none. */
  readonly id: Uint8Array;
  /** For people: `key "device" (id=%01) in token "iot token"`. */
  readonly name: string;
}

/** More would make an error that nobody reads. */
const MOST_LISTED = 20;

/**
 * The one token that the URI describes. Fails with ERR_TLS_KEY_TOKEN, telling which tokens are there, or with
 * ERR_TLS_KEY_AMBIGUOUS: a PIN must not be tried on several.
 */
export async function findToken(module: Cryptoki, uri: Pkcs11Uri): Promise<FoundToken> {
  const library = await libraryMatches(module, uri);
  const all: FoundToken[] = [];
  const fitting: FoundToken[] = [];
  const unreadable: unknown[] = [];
  for (const slot of await module.slots()) {
    const info = await infoOf(module, slot, unreadable);
    // SoftHSM always shows one more that is empty.
    if (info === null || (info.flags & CKF_TOKEN.TOKEN_INITIALIZED) === 0) continue;
    const found = { slot: slot.handle, info, name: `token "${info.label}"` };
    all.push(found);
    if (library && tokenMatches(info, uri) && (await slotMatches(module, slot, uri))) fitting.push(found);
  }
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) {
    fail('ERR_TLS_KEY_AMBIGUOUS', `${fitting.length} tokens fit: ${listed(fitting.map(describeToken))}`);
  }
  if (unreadable.length > 0) throw unreadable[0];
  const there = all.length === 0 ? 'no token is there' : `there are ${listed(all.map(describeToken))}`;
  return fail('ERR_TLS_KEY_TOKEN', `${wantedToken(uri)}; ${there}`);
}

/** The one private key that the URI describes. Fails with ERR_TLS_KEY_NOT_FOUND or ERR_TLS_KEY_AMBIGUOUS. */
export async function findKey(module: Cryptoki, session: Handle, uri: Pkcs11Uri, token: FoundToken): Promise<FoundKey> {
  const handles = await module.find(session, conditionsOf(uri));
  if (handles.length === 1) return describeKey(module, session, handles[0]!, token);
  const several = handles.length > 1;
  const others = several ? handles : await module.find(session, [{ type: CKA.CLASS, value: CKO.PRIVATE_KEY }]);
  const names: string[] = [];
  for (const handle of others.slice(0, MOST_LISTED)) {
    names.push((await describeKey(module, session, handle, token)).name);
  }
  if (several) fail('ERR_TLS_KEY_AMBIGUOUS', `${handles.length} private keys fit: ${names.join('; ')}`);
  const there = names.length === 0 ? 'it holds no private key' : `it holds ${names.join('; ')}`;
  return fail('ERR_TLS_KEY_NOT_FOUND', `${wantedKey(uri)} in ${token.name}; ${there}`);
}

/**
 * The certificate with the key's CKA_ID: the one for its public key where there are several, else the first, so that
 * whoever pairs them tells that they do not belong together. Null where there is none.
 */
export async function findCertificate(
  module: Cryptoki,
  session: Handle,
  key: FoundKey,
  holds: (certificate: Uint8Array) => boolean,
): Promise<Uint8Array | null> {
  if (key.id.length === 0) return null;
  let first: Uint8Array | null = null;
  const handles = await module.find(session, [
    { type: CKA.CLASS, value: CKO.CERTIFICATE },
    { type: CKA.ID, value: key.id },
  ]);
  for (const handle of handles) {
    const certificate = await module.attribute(session, handle, CKA.VALUE);
    if (certificate === null || certificate.length === 0) continue;
    if (holds(certificate)) return certificate;
    first ??= certificate;
  }
  return first;
}

/** The public key object with the key's CKA_ID; null where there is none. */
export async function findPublicKey(module: Cryptoki, session: Handle, key: FoundKey): Promise<Handle | null> {
  if (key.id.length === 0) return null;
  const handles = await module.find(session, [
    { type: CKA.CLASS, value: CKO.PUBLIC_KEY },
    { type: CKA.ID, value: key.id },
  ]);
  return handles[0] ?? null;
}

/** Whether something reported by the module is what the URI wants; absent wants everything. */
function same(wanted: string | undefined, reported: string): boolean {
  return wanted === undefined || wanted === reported;
}

/** Null, with the reason put aside, for a token that cannot be read: it may not be the one that is looked for. */
async function infoOf(module: Cryptoki, slot: Slot, unreadable: unknown[]): Promise<TokenInfo | null> {
  try {
    return await module.tokenInfo(slot.handle);
  } catch (error) {
    if (!(error instanceof CryptokiError)) throw error;
    unreadable.push(error);
    return null;
  }
}

function tokenMatches(info: TokenInfo, uri: Pkcs11Uri): boolean {
  return (
    same(uri.token, info.label) &&
    same(uri.manufacturer, info.manufacturer) &&
    same(uri.serial, info.serial) &&
    same(uri.model, info.model)
  );
}

async function slotMatches(module: Cryptoki, slot: Slot, uri: Pkcs11Uri): Promise<boolean> {
  if (uri.slotId !== undefined && uri.slotId !== slot.id) return false;
  if (uri.slotDescription === undefined && uri.slotManufacturer === undefined) return true;
  const info = await module.slotInfo(slot.handle);
  return same(uri.slotDescription, info.description) && same(uri.slotManufacturer, info.manufacturer);
}

async function libraryMatches(module: Cryptoki, uri: Pkcs11Uri): Promise<boolean> {
  const { libraryManufacturer, libraryDescription, libraryVersion } = uri;
  if (libraryManufacturer === undefined && libraryDescription === undefined && libraryVersion === undefined)
    return true;
  const info = await module.info();
  const version = libraryVersion?.includes('.') === false ? `${libraryVersion}.0` : libraryVersion;
  return (
    same(libraryManufacturer, info.manufacturer) &&
    same(libraryDescription, info.description) &&
    same(version, info.version)
  );
}

function conditionsOf(uri: Pkcs11Uri): Condition[] {
  const list: Condition[] = [{ type: CKA.CLASS, value: CKO.PRIVATE_KEY }];
  if (uri.object !== undefined) list.push({ type: CKA.LABEL, value: toUtf8(uri.object) });
  if (uri.id !== undefined) list.push({ type: CKA.ID, value: uri.id });
  return list;
}

async function describeKey(module: Cryptoki, session: Handle, handle: Handle, token: FoundToken): Promise<FoundKey> {
  const label = await module.attribute(session, handle, CKA.LABEL);
  const id = (await module.attribute(session, handle, CKA.ID)) ?? new Uint8Array();
  return { handle, id, name: `${keyWords(label === null ? undefined : textOf(label), id)} in ${token.name}` };
}

function wantedKey(uri: Pkcs11Uri): string {
  return `no ${keyWords(uri.object, uri.id ?? new Uint8Array())}`;
}

function keyWords(label: string | undefined, id: Uint8Array): string {
  const words = ['private key'];
  if (label !== undefined && label !== '') words.push(`"${label}"`);
  if (id.length > 0) words.push(`id=${percentEncoded(id)}`);
  return words.join(' ');
}

function textOf(label: Uint8Array): string {
  return fromUtf8(label) ?? toHex(label);
}

function wantedToken(uri: Pkcs11Uri): string {
  const { token, manufacturer, serial, model, slotId } = uri;
  const words = Object.entries({ token, manufacturer, serial, model, 'slot-id': slotId })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`);
  return words.length === 0 ? 'no token fits' : `no token has ${words.join(' and ')}`;
}

function describeToken({ info }: FoundToken): string {
  return `token="${info.label}" serial="${info.serial}"`;
}

function listed(names: readonly string[]): string {
  return names.slice(0, MOST_LISTED).join('; ');
}

/** Whether two SubjectPublicKeyInfos are the same key. */
export function sameKey(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && equalBytes(a, b);
}
