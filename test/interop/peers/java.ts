import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run, type Tool } from '../../support/tools.ts';
import { type Abilities, CLIENT_KEYS, GROUPS, KEYS } from '../support/abilities.ts';
import { Agent, agentClient, agentServer } from '../support/agent.ts';
import { buildOnce } from '../support/build.ts';
import type { ClientPeer, ServerPeer } from '../support/peer.ts';
import type { Row } from '../support/row.ts';
import { clientGroups } from '../support/settings.ts';

const FOLDER = path.join(import.meta.dirname, '../../peers/java');
const MORE_GROUPS = ['x448', 'ffdhe2048', 'ffdhe3072'];
const ALL_GROUPS = [...GROUPS, ...MORE_GROUPS];
/** Machines that live at once; each takes some tens of megabytes. */
const MACHINES = 4;
/** So that 5 MB take several changes of keys. A server would answer close_notify with unexpected_message then (17.0.15). */
const KEY_LIMITS = 'peer.keyLimits=AES/GCM/NoPadding KeyUpdate 2^20, ChaCha20-Poly1305 KeyUpdate 2^20';
const MACHINE = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export interface JavaPeer {
  readonly server: ServerPeer;
  readonly client: ClientPeer;
}

/** JSSE. The program is compiled once for each of its versions, outside the repository. */
export async function javaPeer(java: Tool, javac: Tool): Promise<JavaPeer> {
  const classes = await build(javac);
  const { stdout } = spawnSync(java.path, ['-cp', classes, 'Peer', 'suites'], { encoding: 'utf8', timeout: 20_000 });
  const suites = new Set(stdout.split('\n'));
  const abilities: Abilities = {
    versions: ['TLSv1.3', 'TLSv1.2'],
    hasSuite: (name) => suites.has(name),
    groups: GROUPS,
    moreGroups: { 'TLSv1.3': MORE_GROUPS, 'TLSv1.2': ['x448'] },
    keys: KEYS,
    clientKeys: CLIENT_KEYS,
    resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket', 'session id'] },
    retryGroups: GROUPS,
    topics: ['defaults', 'alpn', 'bulk', 'key update', 'peer closes', 'padding', 'hello request', 'renegotiation'],
  };
  const machines = new Machines(java, classes);
  const label = `Java ${java.version}`;
  return {
    server: agentServer('java jsse', label, (row) => machines.get(serverProperties(row)), {
      ...abilities,
      // It signs with the hash of the curve's size alone.
      lacksHash: () => true,
      topics: [...abilities.topics, 'several certificates'],
    }),
    client: agentClient('java jsse', label, (row) => machines.get(clientProperties(row)), {
      ...abilities,
      topics: [...abilities.topics, 'stapling', 'several certificates'],
    }),
  };
}

async function build(javac: Tool): Promise<string> {
  const sources = readdirSync(FOLDER).map((name) => path.join(FOLDER, name));
  return buildOnce({ name: 'java', from: FOLDER, version: javac.version }, (made) =>
    run(javac.path, ['-d', made, ...sources]),
  );
}

/** JSSE takes groups, schemes and whether there are tickets from properties of the whole machine. */
function clientProperties(row: Row): string[] {
  const properties = [`jdk.tls.client.enableSessionTicketExtension=${row.resumption !== 'session id'}`, KEY_LIMITS];
  const groups = row.version === 'TLSv1.3' ? groups13(row) : ALL_GROUPS;
  properties.push(`jdk.tls.namedGroups=${groups.join()}`);
  if (row.topic === 'several certificates') {
    // It wants the signatures of certificates named along with these.
    properties.push(`jdk.tls.client.SignatureSchemes=${[...new Set([row.scheme, 'rsa_pkcs1_sha256'])].join()}`);
  }
  return properties;
}

/** It sends a share of the first group of each kind. */
function groups13(row: Row): string[] {
  if (!row.retry || row.group === null) return clientGroups(row);
  if (row.group === 'x25519') return ['x448', row.group];
  return [row.group === 'secp256r1' ? 'secp384r1' : 'secp256r1', row.group];
}

function serverProperties(row: Row): string[] {
  const groups = row.retry ? [row.group] : ALL_GROUPS;
  return [
    `jdk.tls.server.enableSessionTicketExtension=${row.resumption !== 'session id'}`,
    `jdk.tls.namedGroups=${groups.join()}`,
  ];
}

/** A machine for each set of properties. The one that was not used for longest makes room. */
class Machines {
  private readonly java: Tool;
  private readonly classes: string;
  private readonly running: Map<string, Agent> = new Map();

  constructor(java: Tool, classes: string) {
    this.java = java;
    this.classes = classes;
  }

  get(properties: readonly string[]): Agent {
    const key = properties.join(' ');
    const agent = this.running.get(key) ?? this.begin(properties);
    this.running.delete(key);
    this.running.set(key, agent);
    return agent;
  }

  private begin(properties: readonly string[]): Agent {
    const [oldest] = this.running.keys();
    if (this.running.size >= MACHINES && oldest !== undefined) {
      this.running.get(oldest)?.process.kill();
      this.running.delete(oldest);
    }
    const args = [...MACHINE, ...properties.map((one) => `-D${one}`), '-cp', this.classes, 'Peer'];
    return new Agent(this.java.path, args, queryOf);
  }
}

/** A list is several values of one name; other certificates come first. */
function queryOf(command: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  const { more = [], ...rest } = command as { more?: readonly { cert: string; key: string }[] };
  for (const { cert, key } of more) {
    query.append('cert', cert);
    query.append('key', key);
  }
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.toString();
}
