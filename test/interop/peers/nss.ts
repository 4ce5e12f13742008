import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Host } from '../../support/host.ts';
import type { KeyType } from '../../support/pki.ts';
import { freePort, needTool, run, start, type Tool, waitForPort } from '../../support/tools.ts';
import type { Abilities } from '../support/abilities.ts';
import { filesOf, write } from '../support/identities.ts';
import type { ClientPeer, Endpoint, ServerPeer } from '../support/peer.ts';
import type { Row } from '../support/row.ts';
import { clientGroups, suiteNamed } from '../support/settings.ts';
import { answerLine, expectCleanEnd, expectSame, LINE } from '../support/talk.ts';

/** NSS's own programs, and what fills the databases that they read. */
export interface NssTools {
  readonly selfserv: Tool;
  readonly tstclnt: Tool;
  readonly certutil: Tool;
  readonly pk12util: Tool;
  readonly openssl: Tool;
}

export function nssTools(): NssTools | null {
  const [selfserv, tstclnt] = [needTool('selfserv'), needTool('tstclnt')];
  const [certutil, pk12util, openssl] = [needTool('certutil'), needTool('pk12util'), needTool('openssl')];
  if (selfserv === null || tstclnt === null || certutil === null || pk12util === null || openssl === null) return null;
  return { selfserv, tstclnt, certutil, pk12util, openssl };
}

const GROUP_NAMES: Readonly<Record<string, string>> = {
  x25519: 'x25519',
  secp256r1: 'P256',
  secp384r1: 'P384',
  secp521r1: 'P521',
  ffdhe2048: 'FF2048',
  ffdhe3072: 'FF3072',
};
const GROUPS = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'];
const MORE_GROUPS = ['ffdhe2048', 'ffdhe3072'];
const KEYS: readonly KeyType[] = ['P-256', 'P-384', 'P-521', 'rsa'];

const ABILITIES: Abilities = {
  versions: ['TLSv1.3', 'TLSv1.2'],
  hasSuite: (name) =>
    /^TLS_(AES_(128|256)_GCM|CHACHA20)/.test(name) ||
    /^TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM|CHACHA20|AES_(128|256)_CBC)/.test(name) ||
    /^TLS_DHE_RSA_WITH_(AES_(128|256)_GCM|CHACHA20|AES_(128|256)_CBC_SHA(256)?$)/.test(name) ||
    /^TLS_RSA_WITH_AES_(128|256)_(CBC_SHA(256)?$|GCM)/.test(name),
  groups: GROUPS,
  moreGroups: { 'TLSv1.3': MORE_GROUPS, 'TLSv1.2': [] },
  keys: KEYS,
  clientKeys: ['rsa', 'P-256', 'P-384'],
  resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket', 'session id'] },
  retryGroups: GROUPS,
  topics: [],
};

/** Its programs do not tell their version. */
const LABEL = 'NSS';
const REQUEST = 'GET / HTTP/1.0\r\n\r\n';

/** `selfserv`, which answers each request with a page that repeats it. */
export function nssServer(tools: NssTools): ServerPeer {
  const running = new Map<string, Promise<Endpoint>>();
  return {
    name: 'nss selfserv',
    label: LABEL,
    abilities: {
      ...ABILITIES,
      // It takes the least curve that is as strong as its key, if the client has several.
      avoids: (group, key) =>
        key.startsWith('P-') && group !== (key === 'P-256' ? 'x25519' : '') && !isCurveOf(group, key),
    },
    listen(row) {
      const args = serverArgs(row);
      const key = JSON.stringify([args, row.key, row.clientKey]);
      const known = running.get(key) ?? begin(tools, row, args);
      running.set(key, known);
      return known;
    },
    talks: { echo: getPage },
  };
}

function isCurveOf(group: string, key: KeyType): boolean {
  return group === `secp${key.slice(2)}r1`;
}

async function getPage(host: Host): Promise<void> {
  host.send(REQUEST);
  expectSame('a page with the request', (await host.readToEnd()).includes(REQUEST), true);
  expectCleanEnd(host);
  host.close();
}

function serverArgs(row: Row): string[] {
  const groups = row.retry && row.group !== null ? [row.group] : [...GROUPS, ...MORE_GROUPS];
  const args = common(row, groups);
  if (row.clientKey !== null) args.push('-r', '-r');
  return args;
}

/** Versions, suites and groups; tickets, and the extended master secret. */
function common(row: Row, groups: readonly string[]): string[] {
  const version = row.version === 'TLSv1.3' ? 'tls1.3' : 'tls1.2';
  const args = ['-V', `${version}:${version}`, '-I', groups.map((group) => GROUP_NAMES[group]).join(), '-G'];
  if (row.suite !== null) args.push('-c', `:${suiteNamed(row.suite).id.toString(16).padStart(4, '0')}`);
  if (row.resumption !== 'session id') args.push('-u');
  return args;
}

async function begin(tools: NssTools, row: Row, args: readonly string[]): Promise<Endpoint> {
  const database = await databaseWith(tools, 'server', [row.key], row.clientKey);
  const port = await freePort();
  const named = [row.key === 'rsa' ? '-n' : '-e', row.key];
  const all = ['-d', database, '-p', String(port), '-v', ...named, ...args];
  const process = start(tools.selfserv.path, all, { lifetimeMs: 300_000 });
  await waitForPort(port, process);
  return { port, process, output: () => process.output() };
}

/** `tstclnt`, one process for each connection. */
export function nssClient(tools: NssTools): ClientPeer {
  return {
    name: 'nss tstclnt',
    label: LABEL,
    abilities: {
      ...ABILITIES,
      // It frees what it must not where it connects a second time (NSS 3.87.1).
      resumption: { 'TLSv1.3': [], 'TLSv1.2': [] },
      topics: ['several certificates'],
    },
    async connect(row, port) {
      const keys = row.clientKey === null ? [] : [row.clientKey];
      const database = await databaseWith(tools, 'client', keys, row.key);
      const args = ['-h', 'localhost', '-4', '-p', String(port), '-d', database, '-A', write('nss-request.txt', LINE)];
      if (row.clientKey !== null) args.push('-n', row.clientKey);
      if (row.topic === 'several certificates') args.push('-J', [row.scheme, 'rsa_pkcs1_sha256'].join());
      const all = [...args, ...common(row, clientGroups(row))];
      const { code, output } = await run(tools.tstclnt.path, all, { lifetimeMs: 12_000 });
      if (code !== 0) throw new Error(`exit code ${code}: ${output}`);
      if (!output.includes(LINE)) throw new Error(`no line came back: ${output}`);
    },
    talks: { echo: answerLine },
  };
}

const databases = new Map<string, Promise<string>>();

/** A database with these identities under the names of their keys, and the authority of this key. */
function databaseWith(
  tools: NssTools,
  usage: 'server' | 'client',
  keys: readonly KeyType[],
  trusted: KeyType | null,
): Promise<string> {
  const name = `nss-${usage}-${keys.join('-')}-${trusted}`;
  const known = databases.get(name) ?? makeDatabase(tools, name, usage, keys, trusted);
  databases.set(name, known);
  return known;
}

async function makeDatabase(
  { certutil, pk12util, openssl }: NssTools,
  name: string,
  usage: 'server' | 'client',
  keys: readonly KeyType[],
  trusted: KeyType | null,
): Promise<string> {
  const folder = path.join(path.dirname(write(`${name}.txt`, '')), name);
  mkdirSync(folder);
  const database = `sql:${folder}`;
  await succeed(certutil, ['-N', '-d', database, '--empty-password']);
  for (const key of keys) {
    const { cert, key: file } = filesOf(key, usage);
    const bundle = path.join(folder, `${key}.p12`);
    const from = ['-in', cert, '-inkey', file, '-name', key, '-out', bundle, '-passout', 'pass:'];
    await succeed(openssl, ['pkcs12', '-export', ...from]);
    await succeed(pk12util, ['-i', bundle, '-d', database, '-W', '']);
  }
  if (trusted !== null) {
    const { ca } = filesOf(trusted, usage === 'server' ? 'client' : 'server');
    await succeed(certutil, ['-A', '-d', database, '-n', 'authority', '-t', 'CT,C,C', '-i', ca]);
  }
  return database;
}

async function succeed(tool: Tool, args: readonly string[]): Promise<void> {
  const { code, output } = await run(tool.path, args);
  if (code !== 0) throw new Error(`${tool.path} ${args.join(' ')}: ${output}`);
}
