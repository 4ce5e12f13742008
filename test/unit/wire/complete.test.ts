import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCHEMES } from '../../../src/crypto/index.ts';
import * as wire from '../../../src/wire/index.ts';
import { need } from '../../support/need.ts';
import { CODECS, TABLES } from './codecs.ts';

const WIRE = fileURLToPath(new URL('../../../src/wire/', import.meta.url));

test('every codec in the source is among those that are tested', () => {
  const tested = new Set(CODECS.map(([name]) => name));
  const declared = sources(WIRE).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^export const (\w+): Codec</gm)].map((match) => match[1]!),
  );
  expect(declared.length).toBeGreaterThan(60);
  expect(declared.filter((name) => !tested.has(name))).toEqual([]);
});

test('the tables of extensions have the registered code points, and codecs that are tested', () => {
  const tested = new Set(CODECS.map(([, codec]) => codec));
  expect(TABLES.length).toBe(8);
  for (const [table, entries] of TABLES) {
    for (const [name, { type, codec }] of Object.entries(entries)) {
      expect(type, `${table}.${name}`).toBe(wire.ExtensionType[name as wire.ExtensionTypeName]);
      expect(tested.has(codec), `${table}.${name}`).toBe(true);
    }
  }
});

test('no registry has a value twice', () => {
  for (const [name, registry] of Object.entries(wire)) {
    const values = ArrayBuffer.isView(registry) ? [] : Object.values(registry);
    if (values.length === 0 || !values.every((value) => typeof value === 'number')) continue;
    expect(new Set(values).size, name).toBe(values.length);
  }
});

test('signature schemes have the code points that crypto signs with', () => {
  for (const { name, id } of SCHEMES) expect(wire.SignatureScheme[name]).toBe(id);
});

const theirs = opensslSuites();

test.skipIf(!need(theirs !== null, 'openssl is installed'))(
  'cipher suites have the names that OpenSSL gives them',
  () => {
    expect(theirs!.length).toBeGreaterThan(50);
    for (const [code, name] of theirs!) expect(wire.cipherSuiteName(code)).toBe(name);
  },
);

test.each([
  [0x0a0a, true],
  [0xfafa, true],
  [0x1a2a, false],
  [0x1301, false],
  [0x0a0b, false],
])('GREASE: %i is %s', (value, expected) => {
  expect(wire.isGrease(value)).toBe(expected);
  expect(wire.extensionName(value) === 'GREASE').toBe(expected);
  expect(wire.cipherSuiteName(value) === 'GREASE').toBe(expected);
});

test('GREASE of one byte', () => {
  const all = Array.from({ length: 256 }, (_, value) => value).filter((value) => wire.isGrease(value, 1));
  expect(all).toEqual([0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4]);
});

test('what nobody registered is shown as its number', () => {
  expect(wire.extensionName(0x1234)).toBe('unknown(0x1234)');
  expect(wire.cipherSuiteName(0x00fe)).toBe('unknown(0x00fe)');
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function opensslSuites(): [number, string][] | null {
  try {
    const text = execFileSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL'], { encoding: 'utf8' });
    return text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([code, , name]): [number, string] => [Number(code!.replace(',0x', '')), name!]);
  } catch {
    return null;
  }
}
