import type { Suite } from '../../crypto/index.ts';
import { TlsError } from '../../errors/index.ts';
import type { Version } from '../../handshake/version.ts';
import { cipherKeyword } from './cipher-keywords.ts';
import { type CipherTraits, cipherTraits } from './cipher-name.ts';
import { invalidArgValue, openSslError } from './node-error.ts';

/** What the `ciphers` option selects. */
export interface CipherSelection {
  readonly suites: readonly Suite[];
  /** Versions for which the list has suites, out of those asked for. */
  readonly versions: readonly Version[];
}

interface Entry {
  readonly suite: Suite;
  readonly traits: CipherTraits;
}

/** What lists have selected out of what is known. Programs make many contexts, and have one list or two. */
const selections: WeakMap<readonly Suite[], Map<string, CipherSelection>> = new WeakMap();
const MOST_SELECTIONS = 16;

/**
 * Reads Node's `ciphers`: suites of TLS 1.3 by their IANA names, which select nothing but themselves, and OpenSSL's
 * list syntax for the rest, where suites may be named in OpenSSL's way or IANA's. A list without TLS 1.3 suites leaves
 * those at their default; one without others means TLS 1.3 alone. What nobody knows is skipped, as OpenSSL does.
 * Throws ERR_INVALID_ARG_VALUE, ERR_SSL_NO_CIPHER_MATCH or ERR_SSL_INVALID_COMMAND.
 */
export function cipherSelection(
  list: string,
  known: readonly Suite[],
  defaults13: readonly Suite[],
  versions: readonly Version[],
): CipherSelection {
  const kept = selections.get(known) ?? new Map<string, CipherSelection>();
  selections.set(known, kept);
  const key = [list, ...versions, ...defaults13.map((suite) => suite.name)].join(' ');
  const before = kept.get(key);
  if (before !== undefined) return before;
  const selection = select(list, known, defaults13, versions);
  if (kept.size >= MOST_SELECTIONS) kept.clear();
  kept.set(key, selection);
  return selection;
}

function select(
  list: string,
  known: readonly Suite[],
  defaults13: readonly Suite[],
  versions: readonly Version[],
): CipherSelection {
  const words = list.split(':').filter((word) => word !== '');
  if (words.length === 0) throw invalidArgValue('options.ciphers', list.split(':'));
  const entries = entriesOf(known);
  const is13 = (word: string): boolean =>
    /^!?TLS_/.test(word) && !entries.some((e) => e.suite.name === word.replace('!', ''));
  const words13 = words.filter(is13);
  const words12 = words.filter((word) => !is13(word));
  const suites13 = words13.length === 0 ? defaults13 : select13(words13, known, defaults13, list);
  const suites12 = words12.length === 0 ? [] : select12(words12, entries, list);
  const wanted = words12.length === 0 ? versions.filter((version) => version === 'TLSv1.3') : versions;
  const suites = [...suites13, ...suites12].filter((suite) => wanted.includes(suite.version));
  const spoken = wanted.filter((version) => suites.some((suite) => suite.version === version));
  if (spoken.length === 0) throw noMatch(list);
  return { suites, versions: spoken };
}

function select13(
  words: readonly string[],
  known: readonly Suite[],
  defaults: readonly Suite[],
  list: string,
): Suite[] {
  const removed = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1));
  const named = words.filter((word) => !word.startsWith('!'));
  const find = (name: string): Suite | undefined => known.find((one) => one.name === name && one.version === 'TLSv1.3');
  const listed = named.length === 0 ? defaults : named.map(find).filter((suite) => suite !== undefined);
  const suites = [...new Set(listed)].filter((suite) => !removed.includes(suite.name));
  if (suites.length === 0) throw noMatch(list);
  return suites;
}

/** OpenSSL's rules: `active` is the result so far; `idle` what may still come in. */
function select12(words: readonly string[], entries: readonly Entry[], list: string): Suite[] {
  let idle = entries;
  let active: Entry[] = [];
  for (const word of words.join(':').split(/[: ,;]+|(?=@)/)) {
    if (word === '') continue;
    if (word.startsWith('@')) {
      active = command(word, active);
      continue;
    }
    const operator = /^[-+!]/.test(word) ? word[0]! : '';
    const fits = expression(word.slice(operator.length));
    if (operator === '') {
      active = [...active, ...idle.filter(fits)];
      idle = idle.filter((entry) => !fits(entry));
    } else if (operator === '+') active = [...active.filter((entry) => !fits(entry)), ...active.filter(fits)];
    else {
      if (operator === '-') idle = [...active.filter(fits), ...idle];
      else idle = idle.filter((entry) => !fits(entry));
      active = active.filter((entry) => !fits(entry));
    }
  }
  if (active.length === 0) throw noMatch(list);
  return active.map((entry) => entry.suite);
}

function command(word: string, active: Entry[]): Entry[] {
  if (word === '@STRENGTH') return [...active].sort((a, b) => b.traits.bits - a.traits.bits);
  if (/^@SECLEVEL=[0-5]$/.test(word)) return active;
  const cause = new TlsError('ERR_TLS_CONFIG', {
    detail: `options.ciphers knows @STRENGTH and @SECLEVEL=0 to 5, not ${word}`,
  });
  throw openSslError('ERR_SSL_INVALID_COMMAND', '0A000118', 'SSL routines', 'invalid command', cause);
}

/** A name or a keyword, or several keywords with `+` between, all of which must fit. */
function expression(text: string): (entry: Entry) => boolean {
  const tests = text.split('+').map((part) => cipherKeyword(part));
  return (entry) =>
    entry.traits.name === text || entry.suite.name === text || tests.every((test) => test?.(entry.traits) === true);
}

/** What is known of suites, in the order of preference; kept, since few programs know more than one list of them. */
const entriesFor: WeakMap<readonly Suite[], readonly Entry[]> = new WeakMap();

function entriesOf(known: readonly Suite[]): readonly Entry[] {
  const kept = entriesFor.get(known);
  if (kept !== undefined) return kept;
  const entries: Entry[] = [];
  for (const suite of known) {
    const traits = suite.version === 'TLSv1.2' ? cipherTraits(suite.name) : null;
    if (traits !== null) entries.push({ suite, traits });
  }
  const ranks = new Map(entries.map((entry) => [entry, rank(entry.traits)]));
  entries.sort((a, b) => byRank(ranks.get(a)!, ranks.get(b)!) || b.suite.id - a.suite.id);
  entriesFor.set(known, entries);
  return entries;
}

/**
 * The order in which OpenSSL's keywords select: forward secrecy and AEADs first, then what only TLS 1.2 has, then long
 * keys; AES-GCM before ChaCha20 before the rest, ECDSA before RSA.
 */
function rank(traits: CipherTraits): number[] {
  const ephemeral = traits.exchange === 'ECDHE' || traits.exchange === 'DHE';
  const aead = traits.mac === 'AEAD';
  const classes = traits.mode === 'GCM' && traits.cipher === 'AES' ? 0 : traits.cipher === 'CHACHA20' ? 1 : 2;
  return [
    ephemeral && aead ? 0 : 1,
    ephemeral ? 0 : 1,
    aead ? 0 : 1,
    traits.since === 'TLSv1.2' ? 0 : 1,
    -traits.bits,
    traits.exchange === 'PSK' ? 2 : traits.exchange === 'RSA' ? 1 : 0,
    classes === 2 && traits.cipher !== 'AES' ? 3 : classes,
    traits.exchange !== 'ECDHE' ? 2 : traits.auth === 'ECDSA' ? 0 : 1,
  ];
}

function byRank(x: readonly number[], y: readonly number[]): number {
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return 0;
}

function noMatch(list: string): Error {
  const cause = new TlsError('ERR_TLS_CONFIG', {
    detail: `options.ciphers selects no suite that is known here: ${list}`,
  });
  return openSslError('ERR_SSL_NO_CIPHER_MATCH', '0A0000B9', 'SSL routines', 'no cipher match', cause);
}
