import { describe, expect, it } from 'vitest';
import { runCheck } from './fixture.ts';

const EMPTY = 'export {};\n';

/** A file, what it says, and the breach it must be charged with: rule, line. */
const BREACHES: readonly (readonly [name: string, file: string, text: string, rule: string, line: number])[] = [
  ['an import upwards', 'bytes/up.ts', "import '../wire/ok.ts';\n", 'level', 1],
  [
    'a type import upwards',
    'wire/up-type.ts',
    "import type { A } from '../engine/ok.ts';\nexport type B = A;\n",
    'level',
    1,
  ],
  ['an import() type upwards', 'asn1/up.ts', "\nexport type B = import('../record/ok.ts').A;\n", 'level', 2],
  ['a re-export upwards', 'flow/up.ts', "export * from '../x509/ok.ts';\n", 'level', 1],
  ['an import of the package index', 'faces/index-user.ts', "import '../index.ts';\n", 'level', 1],
  ['an import of explain', 'faces/explains.ts', "import '../explain/ok.ts';\n", 'bystander', 1],
  ['an import of the command line', 'explain/uses-cli.ts', "import '../cli/ok.ts';\n", 'bystander', 1],
  ['a dynamic import of explain', 'index.ts', "export const x = import('./explain/ok.ts');\n", 'bystander', 1],
  ['a provider in the handshake', 'handshake/provided.ts', "import '../providers/ok.ts';\n", 'provider', 1],
  ['a provider in the record layer', 'record/provided.ts', "import '../providers/ok.ts';\n", 'provider', 1],
  ['a server in the client', 'handshake/client/start.ts', "import '../server/ok.ts';\n", 'role', 1],
  ['a client in the server', 'handshake/server/start.ts', "import '../client/ok.ts';\n", 'role', 1],
  ['TLS 1.2 in a file of 1.3', 'schedule/keys13.ts', "import './keys12.ts';\n", 'version', 1],
  ['TLS 1.2 in a folder of 1.3', 'wire/messages13/hello.ts', "import '../messages12/hello.ts';\n", 'version', 1],
  ['a missing module', 'bytes/lost.ts', "import './nowhere.ts';\n", 'unresolved', 1],
  ['a module outside src', 'bytes/escape.ts', "import '../../package.json';\n", 'unresolved', 1],
  ['a cycle of files', 'x509/a.ts', "import './b.ts';\n", 'file-cycle', 1],
  ['a cycle of rooms', 'asn1/a.ts', "import '../crypto/b.ts';\n", 'room-cycle', 1],
  ['a Node module in the core', 'config/node.ts', "import 'node:fs';\n", 'node', 1],
  ['a Node module by its bare name', 'faces/bare.ts', "import 'fs';\n", 'node-prefix', 1],
  [
    'a required Node module in the core',
    'config/req.ts',
    "declare function require(n: string): unknown;\nrequire('node:fs');\n",
    'node',
    2,
  ],
  ['a package in the core', 'crypto/noble.ts', "import '@noble/hashes/sha2.js';\n", 'package', 1],
  ['a package in a face', 'faces/noble.ts', "import '@noble/hashes/sha2.js';\n", 'package', 1],
  ['an undeclared package', 'providers/other.ts', "import 'left-pad';\n", 'undeclared', 1],
  ['a computed import', 'faces/computed.ts', 'export const load = (n: string) => import(n);\n', 'literal', 1],
  ['Node behind photon', 'signers/fs.ts', "\nimport 'node:fs';\n", 'node-free', 2],
  ['an unknown room', 'misc/x.ts', EMPTY, 'room', 1],
  ['a global', 'record/global.ts', 'export const t = Date.now();\n', 'global', 1],
  ['a global as a type', 'record/type.ts', 'export type T = Date;\n', 'global', 1],
  ['a global in shorthand', 'record/short.ts', 'export const o = { console };\n', 'global', 1],
  ['a global passed on', 'record/passed.ts', 'export const f = globalThis;\n', 'global', 1],
  [
    'a global declared by hand',
    'record/declared.ts',
    '// @ts-nocheck\ndeclare const Buffer: unknown;\nexport {};\n',
    'global',
    2,
  ],
  ['declare global', 'record/augment.ts', 'declare global { interface X {} }\nexport {};\n', 'global', 1],
  ['a private name', 'bytes/private.ts', 'export class A {\n  #x = 1;\n}\n', 'private-name', 2],
  ['a static block', 'bytes/static.ts', 'export class A {\n  static { A.name; }\n}\n', 'static-block', 2],
  ['instanceof', 'bytes/instance.ts', 'export const f = (e: object) => e instanceof Error;\n', 'instanceof', 1],
  ['a big literal', 'bytes/big.ts', 'export const n = 1n;\n', 'bigint', 1],
  ['a big type', 'bytes/bigtype.ts', 'export type N = bigint;\n', 'bigint', 1],
  ['BigInt', 'bytes/bigcall.ts', 'export const n = BigInt(1);\n', 'bigint', 1],
  ['a big accessor', 'bytes/bigget.ts', 'export const f = (v: DataView) => v.getBigUint64(0);\n', 'bigint', 1],
  ['a named group', 'bytes/group.ts', 'export const r = /(?<year>a)/;\n', 'named-group', 1],
  ['lookbehind', 'bytes/behind.ts', 'export const r = /(?<!a)b/;\n', 'lookbehind', 1],
  ['lookbehind in a RegExp', 'bytes/regexp.ts', "export const r = new RegExp('(?<=a)b');\n", 'lookbehind', 1],
  ['async', 'flow/async.ts', 'export const f = async (): Promise<void> => {};\n', 'async', 1],
  ['await', 'flow/await.ts', 'export async function f(): Promise<void> {\n  await f();\n}\n', 'async', 2],
  [
    'finally in a flow',
    'flow/finally.ts',
    'export function* f() {\n  try {\n    yield 1;\n  } finally {\n    f;\n  }\n}\n',
    'finally',
    4,
  ],
  ['an enum', 'faces/enum.ts', 'export enum E { A }\n', 'enum', 1],
  ['any', 'faces/any.ts', 'export const f = (x: any) => x;\n', 'any', 1],
  ['Math.random', 'faces/random.ts', 'export const n = Math.random();\n', 'random', 1],
  ['a default export', 'signers/default.ts', 'export default 1;\n', 'default-export', 1],
  ['a default function', 'signers/function.ts', 'export default function f() {}\n', 'default-export', 1],
  ['a default by name', 'signers/named.ts', 'const x = 1;\nexport { x as default };\n', 'default-export', 2],
  ['a long file', 'bytes/long.ts', `${'//\n'.repeat(400)}${EMPTY}`, 'length', 401],
];

/** What the breaches above lean on, and everything that looks like a breach and is none. */
const INNOCENT: Readonly<Record<string, string>> = {
  'bytes/ok.ts': [
    "// import '../cli/x.ts'; Date.now(); #x",
    '/* async await 1n instanceof */',
    'export const text = "import(\'../cli/x.ts\') Date.now() 1n";',
    'export const template = `Buffer (?<x>)`;',
    'export const pattern = /\\(?<x>/;',
    'export const o = { Date: 1, console: 2 };',
    'export const n = o.Date + o.console;',
    'export function f(process: number, crypto: { URL: string }): number {',
    '  const { URL: performance } = crypto;',
    '  return process + performance.length;',
    '}',
    'declare const brand: unique symbol;',
    'export interface Branded { readonly [brand]: true; readonly process: 1 }',
    'export function g(): void { try { f; } finally { f; } }',
    'export function* h(): Generator<() => void> { yield () => { try { f; } finally { f; } }; }',
  ].join('\n'),
  'bytes/full.ts': `${'//\n'.repeat(399)}${EMPTY}`,
  'errors/ok.ts': "export * from '../bytes/ok.ts';\n",
  'wire/ok.ts': "import { n } from '../bytes/ok.ts';\nexport type A = typeof n;\n",
  'engine/ok.ts': "import type { A } from '../wire/ok.ts';\nexport type { A };\n",
  'record/ok.ts': 'export type A = 1;\n',
  'schedule/sha512.ts': EMPTY,
  'schedule/hash13.ts': "import './sha512.ts';\nimport './both.ts';\n",
  'schedule/both.ts': "import './keys12.ts';\n",
  'schedule/keys12.ts': "import './end13.ts';\n",
  'schedule/end13.ts': EMPTY,
  'wire/messages12/hello.ts': EMPTY,
  'handshake/client/ok.ts': EMPTY,
  'handshake/server/ok.ts': "import '../shared.ts';\n",
  'handshake/shared.ts': EMPTY,
  'x509/ok.ts': EMPTY,
  'providers/ok.ts': "import '@noble/hashes/sha2.js';\nimport 'node:crypto';\n",
  'signers/ok.ts': "export const load = async (): Promise<unknown> => import('pkcs11js');\nexport const n = 1n;\n",
  'faces/ok.ts': "import 'node:stream';\nexport default class A { #x = Date.now(); get x() { return this.#x; } }\n",
  'explain/ok.ts': "import '../engine/ok.ts';\n",
  'cli/ok.ts': "import '../explain/ok.ts';\nimport '../faces/ok.ts';\nexport const n = Date.now();\n",
};

const SUPPORT: Readonly<Record<string, string>> = {
  'asn1/b.ts': EMPTY,
  'crypto/a.ts': "import '../asn1/b.ts';\n",
  'crypto/b.ts': EMPTY,
  'x509/b.ts': "import './a.ts';\n",
  'faces/photon/index.ts': "import './part.ts';\n",
  'faces/photon/part.ts': "import '../../signers/fs.ts';\n",
};

describe('check-imports', () => {
  const bad = runCheck('check-imports.mjs', {
    ...INNOCENT,
    ...SUPPORT,
    ...Object.fromEntries(BREACHES.map(([, file, text]) => [file, text])),
  });

  it.each(BREACHES)('catches %s', (_name, file, _text, rule, line) => {
    expect(bad.lines.filter((text) => text.startsWith(`src/${file}:${line} ${rule}: `))).toHaveLength(1);
  });

  it('tells the way of a cycle and of a forbidden reach', () => {
    const all = bad.lines.join('\n');
    expect(all).toContain('x509/a.ts -> x509/b.ts -> x509/a.ts');
    expect(all).toContain('asn1 -> crypto -> asn1');
    expect(all).toContain('faces/photon/index.ts -> faces/photon/part.ts -> signers/fs.ts -> node:fs');
  });

  it('charges nobody else', () => {
    const guilty = new Set(BREACHES.map(([, file]) => file));
    const charged = bad.lines.map((line) => line.slice('src/'.length, line.indexOf(':')));
    expect(charged.filter((file) => !guilty.has(file))).toEqual([]);
    expect(bad.code).toBe(1);
    expect(bad.summary).toContain(`${bad.lines.length} breaches`);
  });

  it('lets innocent sources pass and says what it saw', () => {
    const good = runCheck('check-imports.mjs', INNOCENT);
    expect(good.lines).toEqual([]);
    expect(good.code).toBe(0);
    const modules = Object.keys(INNOCENT).length;
    expect(good.summary).toMatch(
      new RegExp(`^check-imports: ${modules} modules in \\d+ rooms, \\d+ imports, 0 breaches$`),
    );
  });

  it('fails where it saw nothing', () => {
    const none = runCheck('check-imports.mjs', {});
    expect(none.code).toBe(1);
    expect(none.lines.join()).toContain('nothing-seen');
  });

  it('fails where it could not read everything', () => {
    const torn = runCheck('check-imports.mjs', { 'bytes/torn.ts': 'export const = ;\n' });
    expect(torn.code).toBe(1);
    expect(torn.lines.join()).toContain('syntax');
  });
});
