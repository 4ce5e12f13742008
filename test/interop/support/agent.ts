import { schemeByName } from '../../../src/crypto/index.ts';
import type { Host } from '../../support/host.ts';
import { type Running, start } from '../../support/tools.ts';
import type { Abilities } from './abilities.ts';
import { authorityOf, identityOf, otherKey, stapleOf } from './identities.ts';
import type { ClientPeer, Endpoint, ServerPeer } from './peer.ts';
import { type Row, usesPsk } from './row.ts';
import { clientGroups, dhParameters, PROTOCOL, PROTOCOLS, PSK } from './settings.ts';
import {
  answerBulk,
  answerHalfClose,
  answerLine,
  BULK_SIZE,
  echoToEnd,
  expectCleanEnd,
  expectSame,
  halfClose,
  LINE,
  receiveLine,
  renegotiate,
  secures,
  sendBulk,
  sendLine,
  updateKeys,
} from './talk.ts';

const LIFETIME_MS = 300_000;

interface Facts {
  readonly version: string;
  readonly suite: string;
  /** Null where the peer cannot tell. */
  readonly resumed: boolean | null;
  readonly alpn: string | null;
  /** Whether its early data was accepted. */
  readonly early?: boolean;
  /** The OCSP response, in hexadecimal. */
  readonly staple?: string | null;
}

interface Answer {
  readonly id: number;
  readonly port?: number;
  readonly facts?: Facts;
  readonly error?: string;
}

type Encode = (command: Readonly<Record<string, unknown>>) => string;

/** A program of test/peers, which can be both ends of many connections and is told so by lines of JSON. */
export class Agent {
  readonly process: Running;
  private readonly waiting: Map<number, (answer: Answer) => void> = new Map();
  private count: number = 0;
  private rest: string = '';

  private readonly encode: Encode;

  /** `encode`: how it wants commands to be written, where not as JSON. */
  constructor(file: string, args: readonly string[], encode: Encode = JSON.stringify) {
    this.encode = encode;
    this.process = start(file, args, { lifetimeMs: LIFETIME_MS });
    this.process.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    void this.process.exited.then(() => {
      for (const answer of this.waiting.values()) answer({ id: 0, error: `it ended: ${this.process.output()}` });
    });
  }

  /** Rejects where the answer is an error. */
  async ask(command: object): Promise<Answer> {
    const id = ++this.count;
    const answer = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      this.process.child.stdin?.write(`${this.encode({ id, ...command })}\n`);
    });
    if (answer.error !== undefined) throw new Error(`the peer: ${answer.error}`);
    return answer;
  }

  private hear(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const answer = JSON.parse(line) as Answer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    }
  }
}

export function agentServer(name: string, label: string, agent: (row: Row) => Agent, abilities: Abilities): ServerPeer {
  const running = new WeakMap<Agent, Map<string, Promise<Endpoint>>>();
  return {
    name,
    label,
    abilities,
    listen(row) {
      const command = listenCommand(row);
      const key = JSON.stringify(command);
      const process = agent(row);
      const endpoints = running.get(process) ?? new Map<string, Promise<Endpoint>>();
      running.set(process, endpoints);
      const known = endpoints.get(key) ?? begin(process, command);
      endpoints.set(key, known);
      return known;
    },
    talks: {
      echo: (host) => sendLine(host),
      bulk: sendBulk,
      'early data': (host) => receiveLine(host),
      'half-close': halfClose,
      'peer closes': letItClose,
      'key update': updateKeys,
      renegotiation: (host) => renegotiate(host),
      'hello request': async (host) => {
        await host.until(() => secures(host) === 2);
        await sendLine(host);
      },
    },
  };
}

export function agentClient(name: string, label: string, agent: (row: Row) => Agent, abilities: Abilities): ClientPeer {
  let sessions = 0;
  return {
    name,
    label,
    abilities,
    async connect(row, port) {
      const session = row.resumption === null ? {} : { session: `session ${++sessions}` };
      const command = { ...connectCommand(row, port), ...session };
      const process = agent(row);
      let { facts } = await process.ask(command);
      if (row.resumption !== null) facts = (await process.ask(command)).facts;
      expectSame('version, as the peer sees it', facts?.version, row.version);
      if (facts?.resumed !== null) expectSame('resumed, as the peer sees it', facts?.resumed, row.resumption !== null);
      if (row.topic === 'early data') expectSame('early data, as the peer sees it', facts?.early, true);
      if (row.topic === 'stapling') expectSame('OCSP response, as the peer sees it', facts?.staple, staple(row));
      if (row.suite !== null) expectSame('suite, as the peer sees it', facts?.suite, row.suite);
      if (row.topic === 'alpn') expectSame('ALPN, as the peer sees it', facts?.alpn, PROTOCOL);
    },
    talks: {
      echo: answerLine,
      bulk: answerBulk,
      'half-close': answerHalfClose,
      'peer closes': echoToEnd,
      'key update': updateKeysBetween,
      renegotiation: async (host) => {
        await host.until(() => secures(host) === 2);
        await answerLine(host);
      },
      'hello request': async (host) => {
        host.engine.renegotiate();
        host.turn();
        await host.until(() => secures(host) === 2);
        await answerLine(host);
      },
    },
  };
}

function staple(row: Row): string {
  return Buffer.from(stapleOf(row.key)).toString('hex');
}

const KEY_UPDATES = [true, false, true, true];

function listenCommand(row: Row): object {
  const { cert, key } = pemOf(row.key, 'server');
  return {
    do: 'listen',
    topic: row.topic,
    version: row.version,
    groups: row.group === null ? ['x25519', 'secp256r1'] : [row.group],
    curves: row.version === 'TLSv1.2' ? ['secp256r1', 'secp384r1', 'secp521r1'] : [],
    cert,
    key,
    demand: row.clientKey !== null,
    ...(row.clientKey === null ? {} : { ca: authorityOf(row.clientKey).cert }),
    ...(row.topic === 'alpn' ? { alpn: [PROTOCOL] } : {}),
    ...(row.topic === 'stapling' ? { staple: staple(row) } : {}),
    ...(row.topic === 'several certificates' ? { more: [pemOf(otherKey(row.key), 'server')] } : {}),
    tickets: row.resumption !== 'session id',
    ...pskOf(row),
    dhparam: dhParameters(),
  };
}

function connectCommand(row: Row, port: number): object {
  return {
    do: 'connect',
    topic: row.topic,
    port,
    version: row.version,
    groups: clientGroups(row),
    ca: authorityOf(row.key).cert,
    ...(row.clientKey === null ? {} : pemOf(row.clientKey, 'client')),
    ...(row.topic === 'alpn' ? { alpn: PROTOCOLS } : {}),
    ...(row.topic === 'several certificates' ? { schemes: [schemeByName(row.scheme!)?.id], sigalgs: row.scheme } : {}),
    tickets: row.resumption !== 'session id',
    ...pskOf(row),
    line: LINE,
    ...(row.topic === 'bulk' ? { size: BULK_SIZE } : {}),
    lines: row.topic === 'key update' ? KEY_UPDATES.length : 1,
  };
}

function pskOf(row: Row): object {
  return usesPsk(row) ? { psk: { identity: PSK.identity, key: PSK.key.toString('hex') } } : {};
}

function pemOf(key: Row['key'], usage: 'server' | 'client'): { readonly cert: string; readonly key: string } {
  const identity = identityOf(key, usage);
  return { cert: identity.chain, key: identity.key };
}

async function begin(agent: Agent, command: object): Promise<Endpoint> {
  const { port = 0 } = await agent.ask(command);
  return { port, process: agent.process, output: () => agent.process.output() };
}

async function letItClose(host: Host): Promise<void> {
  host.send(LINE);
  expectSame('the echo', (await host.readToEnd()).toString(), LINE);
  expectCleanEnd(host);
  host.close();
  expectSame('state', host.engine.state, 'closed');
}

async function updateKeysBetween(host: Host): Promise<void> {
  for (const requestPeer of KEY_UPDATES) {
    const line = await host.read(LINE.length);
    host.engine.updateKeys(requestPeer);
    host.send(line);
  }
  await host.finish();
  expectCleanEnd(host);
}
