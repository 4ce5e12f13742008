import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { isAtLeast } from '../../support/tools.ts';
import { type Abilities, HYBRID, OPENSSL } from '../support/abilities.ts';
import { Agent, agentClient, agentServer } from '../support/agent.ts';
import type { ClientPeer, ServerPeer } from '../support/peer.ts';

const SCRIPT = path.join(import.meta.dirname, '../../peers/node/peer.mjs');

export interface NodePeer {
  readonly server: ServerPeer;
  readonly client: ClientPeer;
}

/** node:tls of this Node, and of those that SIGNET_INTEROP_NODES lists. */
export function nodePeers(): NodePeer[] {
  const more = (process.env.SIGNET_INTEROP_NODES ?? '').split(path.delimiter).filter((file) => file !== '');
  return [process.execPath, ...more].map(nodePeer);
}

function nodePeer(file: string): NodePeer {
  const script = 'console.log(process.versions.node, process.versions.openssl, crypto.getCurves().join())';
  const { stdout } = spawnSync(file, ['-e', script], { encoding: 'utf8', timeout: 10_000 });
  const [version = '?', openssl = '0', curves = ''] = stdout.trim().split(' ');
  let agent: Agent | null = null;
  const get = (): Agent => {
    agent ??= new Agent(file, [SCRIPT]);
    return agent;
  };
  const name = `node:tls ${version.split('.')[0]}`;
  const label = `Node ${version} (OpenSSL ${openssl})`;
  const abilities = abilitiesOf(openssl, curves.split(','));
  return {
    server: agentServer(name, label, get, { ...abilities, topics: [...abilities.topics, 'hello request'] }),
    client: agentClient(name, label, get, abilities),
  };
}

function abilitiesOf(openssl: string, curves: readonly string[]): Abilities {
  const has = (group: string): boolean => !/^(brainpool|secp)/.test(group) || curves.includes(group);
  const groups = isAtLeast(openssl, '3.5') ? [...OPENSSL.groups, HYBRID] : OPENSSL.groups;
  return {
    ...OPENSSL,
    hasSuite: (name) => OPENSSL.hasSuite(name) && !name.includes('CAMELLIA'),
    groups,
    retryGroups: groups,
    moreGroups: { 'TLSv1.3': OPENSSL.moreGroups['TLSv1.3'], 'TLSv1.2': OPENSSL.moreGroups['TLSv1.2'].filter(has) },
    topics: [
      'defaults',
      'alpn',
      'bulk',
      'key update',
      'peer closes',
      'half-close',
      'renegotiation',
      'padding',
      'stapling',
      'several certificates',
    ],
  };
}
