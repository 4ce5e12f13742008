import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../errors/index.ts';
import type { Cryptoki } from './cryptoki.ts';
import { openNative } from './native/module.ts';
import { type RpcSource, startRpc } from './rpc/start.ts';
import { type Pkcs11Uri, percentEncoded } from './uri.ts';

export interface RouteOptions {
  /**
   * How to reach the module. `p11-kit` (default): in a process of its own, through the program p11-kit, without any
   * add-on; a module that blocks or crashes harms nobody. `pkcs11js`: inside this process, through the package of that
   * name, which you install; signing runs in a thread, all else blocks for as long as the module takes.
   */
  readonly route?: 'p11-kit' | 'pkcs11js';
  /** Path of the PKCS#11 module, where the URI has none. */
  readonly module?: string;
  /** UNIX socket of a running `p11-kit server`. Default: what P11_KIT_SERVER_ADDRESS says, where no module is named. */
  readonly socket?: string;
  /** The p11-kit program; default: the one on the PATH. */
  readonly program?: string;
  /** More environment variables for the program, such as SOFTHSM2_CONF. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where p11-kit's packages put descriptions of modules, and modules themselves. */
const DESCRIPTIONS = ['/etc/pkcs11/modules', '/usr/share/p11-kit/modules', '/usr/local/share/p11-kit/modules'];
const LIBRARIES = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];

export interface Route {
  /** Whether several sessions may share what it opens. */
  readonly sharesProcess: boolean;
  open(signal: AbortSignal): Promise<Cryptoki>;
}

/** Decides the way to the module. Fails with ERR_TLS_KEY_MODULE or ERR_TLS_CONFIG. */
export async function routeFor(uri: Pkcs11Uri, options: RouteOptions): Promise<Route> {
  const { route = 'p11-kit', program = 'p11-kit', env = {} } = options;
  if (route !== 'p11-kit' && route !== 'pkcs11js') fail('ERR_TLS_CONFIG', 'route: give "p11-kit" or "pkcs11js"');
  const module = await moduleOf(uri, options);
  if (route === 'pkcs11js') {
    if (module === null)
      fail('ERR_TLS_KEY_MODULE', 'the route "pkcs11js" needs module-path in the URI or the option module');
    return { sharesProcess: true, open: () => openNative(module) };
  }
  const source = rpcSource(uri, module, options, { program, env });
  return { sharesProcess: false, open: (signal) => startRpc(source, signal) };
}

function rpcSource(
  uri: Pkcs11Uri,
  module: string | null,
  options: RouteOptions,
  start: { program: string; env: Readonly<Record<string, string>> },
): RpcSource {
  if (options.socket !== undefined) return { socket: options.socket };
  if (module !== null) return { ...start, target: module };
  const address = process.env.P11_KIT_SERVER_ADDRESS?.match(/^unix:path=([^;]+)$/)?.[1];
  return address === undefined ? { ...start, target: tokenFilter(uri) } : { socket: decodeURIComponent(address) };
}

/** All tokens of all modules that p11-kit knows, but those that have another name. */
function tokenFilter({ token, manufacturer, serial, model }: Pkcs11Uri): string {
  const encode = (text: string): string => percentEncoded(new TextEncoder().encode(text));
  const parts = Object.entries({ token, manufacturer, serial, model })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encode(value)}`);
  return `pkcs11:${parts.join(';')}`;
}

async function moduleOf(uri: Pkcs11Uri, options: RouteOptions): Promise<string | null> {
  const given = uri.modulePath ?? options.module;
  if (given !== undefined) return path.resolve(given);
  return uri.moduleName === undefined ? null : findModule(uri.moduleName);
}

/** `module-name=softhsm2`: what p11-kit calls so, else a library of that name. */
async function findModule(name: string): Promise<string> {
  if (name.includes('/')) fail('ERR_TLS_KEY_ADDRESS', 'module-name is a name; a path is given by module-path');
  const folders = await moduleFolders();
  for (const folder of DESCRIPTIONS) {
    const described = /^\s*module:\s*(\S+)\s*$/m.exec(await textOf(path.join(folder, `${name}.module`)))?.[1];
    if (described?.startsWith('/')) return described;
    if (described !== undefined) return firstIn(folders, [described], name);
  }
  return firstIn(folders, [`${name}.so`, `lib${name}.so`], name);
}

async function firstIn(folders: readonly string[], names: readonly string[], wanted: string): Promise<string> {
  for (const folder of folders) {
    const entries = await namesIn(folder);
    const name = names.find((one) => entries.includes(one));
    if (name !== undefined) return path.join(folder, name);
  }
  return fail('ERR_TLS_KEY_MODULE', `no PKCS#11 module is called ${wanted}; give its path as module-path`);
}

/** With the folders of each architecture: /usr/lib/x86_64-linux-gnu/pkcs11. */
async function moduleFolders(): Promise<string[]> {
  const folders: string[] = [];
  for (const base of LIBRARIES) {
    const triplets = (await namesIn(base))
      .filter((name) => name.includes('-linux-'))
      .map((name) => path.join(base, name));
    for (const folder of [...triplets, base]) folders.push(path.join(folder, 'pkcs11'), folder);
  }
  return folders;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
