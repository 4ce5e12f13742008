import path from 'node:path';
import { run, type Tool } from '../../support/tools.ts';
import { type Abilities, CLIENT_KEYS, GROUPS, HYBRID, KEYS } from '../support/abilities.ts';
import { Agent, agentClient, agentServer } from '../support/agent.ts';
import { buildOnce } from '../support/build.ts';
import type { ClientPeer, ServerPeer } from '../support/peer.ts';

const FOLDER = path.join(import.meta.dirname, '../../peers/go');
/** Compiling crypto/tls for the first time takes its time. */
const BUILD_TIMEOUT_MS = 240_000;

const ABILITIES: Abilities = {
  versions: ['TLSv1.3', 'TLSv1.2'],
  hasSuite: (name) =>
    name === 'TLS_CHACHA20_POLY1305_SHA256' ||
    /^TLS_AES_(128|256)_GCM/.test(name) ||
    /^TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM|CHACHA20|AES_(128|256)_CBC_SHA$|AES_128_CBC_SHA256$)/.test(name) ||
    /^TLS_RSA_WITH_AES_(128_GCM|256_GCM|128_CBC_SHA|256_CBC_SHA$)/.test(name),
  groups: [...GROUPS, HYBRID],
  moreGroups: { 'TLSv1.3': [], 'TLSv1.2': [] },
  keys: KEYS.filter((key) => key !== 'rsa-pss'),
  clientKeys: CLIENT_KEYS,
  resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket'] },
  retryGroups: [...GROUPS, HYBRID],
  topics: ['defaults', 'alpn', 'bulk', 'key update', 'peer closes', 'half-close', 'padding', 'stapling'],
};

export interface GoPeer {
  readonly server: ServerPeer;
  readonly client: ClientPeer;
}

/** crypto/tls. The program is compiled once for each of its versions, outside the repository. */
export async function goPeer(tool: Tool): Promise<GoPeer> {
  const file = await build(tool);
  let agent: Agent | null = null;
  const get = (): Agent => {
    agent ??= new Agent(file, []);
    return agent;
  };
  const label = `Go ${tool.version}`;
  return {
    server: agentServer('go crypto/tls', label, get, {
      ...ABILITIES,
      topics: [...ABILITIES.topics, 'several certificates'],
    }),
    client: agentClient('go crypto/tls', label, get, {
      ...ABILITIES,
      // It orders groups by itself and begins with these.
      retryGroups: GROUPS.filter((group) => group !== 'x25519'),
      topics: [...ABILITIES.topics, 'hello request'],
    }),
  };
}

async function build(tool: Tool): Promise<string> {
  const folder = await buildOnce({ name: 'go', from: FOLDER, version: tool.version }, (made) =>
    run(tool.path, ['build', '-buildvcs=false', '-o', path.join(made, 'peer'), '.'], {
      cwd: FOLDER,
      env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '' },
      lifetimeMs: BUILD_TIMEOUT_MS,
    }),
  );
  return path.join(folder, 'peer');
}
