import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type Tool } from '../../support/tools.ts';
import { type Abilities, CLIENT_KEYS, GROUPS, HYBRID, KEYS } from '../support/abilities.ts';
import { Agent, agentClient, agentServer } from '../support/agent.ts';
import { buildOnce } from '../support/build.ts';
import type { ClientPeer, ServerPeer } from '../support/peer.ts';

const FOLDER = path.join(import.meta.dirname, '../../peers/rustls');
const VERSION = '0.23.46';
/** Its cryptography is C, which takes minutes on a busy machine. */
const BUILD_TIMEOUT_MS = 600_000;

const ABILITIES: Abilities = {
  versions: ['TLSv1.3', 'TLSv1.2'],
  hasSuite: (name) =>
    /^TLS_(AES_(128|256)_GCM|CHACHA20)/.test(name) ||
    /^TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM|CHACHA20)/.test(name),
  groups: [...GROUPS.filter((group) => group !== 'secp521r1'), HYBRID],
  moreGroups: { 'TLSv1.3': [], 'TLSv1.2': [] },
  keys: KEYS.filter((key) => key !== 'rsa-pss'),
  clientKeys: CLIENT_KEYS,
  resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket', 'session id'] },
  retryGroups: [...GROUPS.filter((group) => group !== 'secp521r1'), HYBRID],
  topics: [
    'defaults',
    'alpn',
    'bulk',
    'key update',
    'peer closes',
    'half-close',
    'padding',
    'early data',
    'stapling',
    'several certificates',
  ],
};

export interface RustlsPeer {
  readonly server: ServerPeer;
  readonly client: ClientPeer;
}

/** The program is compiled once for each of its versions, outside the repository, with what crates.io has. */
export async function rustlsPeer(cargo: Tool): Promise<RustlsPeer> {
  const file = await build(cargo);
  let agent: Agent | null = null;
  const get = (): Agent => {
    agent ??= new Agent(file, []);
    return agent;
  };
  const label = `rustls ${VERSION}`;
  return {
    server: agentServer('rustls', label, get, {
      ...ABILITIES,
      // It signs with the hash of the curve's size alone.
      lacksHash: () => true,
    }),
    client: agentClient('rustls', label, get, {
      ...ABILITIES,
      // It has no P-521 to exchange keys with, so that it cannot name the curve in TLS 1.2 (RFC 8422, section 5.1.1).
      keys: ABILITIES.keys.filter((key) => key !== 'P-521'),
      lacksHash: (_, scheme) => scheme.includes('521'),
    }),
  };
}

/** cargo leaves files beside the sources, so it gets a copy; what it compiled of others is kept for the next time. */
async function build(cargo: Tool): Promise<string> {
  const source = { name: 'rustls', from: FOLDER, version: `${cargo.version} ${VERSION}` };
  const folder = await buildOnce(source, (made) => {
    cpSync(FOLDER, made, { recursive: true });
    const target = path.join(tmpdir(), `signet-rustls-target-${cargo.version}`);
    return run(cargo.path, ['install', '--quiet', '--debug', '--path', made, '--root', made, '--target-dir', target], {
      cwd: made,
      lifetimeMs: BUILD_TIMEOUT_MS,
    });
  });
  return path.join(folder, 'bin', 'signet-rustls-peer');
}
