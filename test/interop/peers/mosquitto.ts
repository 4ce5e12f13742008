import type { Host } from '../../support/host.ts';
import { freePort, start, type Tool } from '../../support/tools.ts';
import { CLIENT_KEYS, GROUPS, KEYS, OPENSSL, OPENSSL_SUITES_12, OPENSSL_SUITES_13 } from '../support/abilities.ts';
import { filesOf, write } from '../support/identities.ts';
import type { Endpoint, ServerPeer } from '../support/peer.ts';
import type { Row } from '../support/row.ts';
import { groupNamed } from '../support/settings.ts';
import { BULK_SIZE, expectCleanEnd, expectSame, pattern, sha256 } from '../support/talk.ts';

/** An MQTT broker with a TLS listener; it cannot be told much about TLS. */
export function mosquittoServer(tool: Tool): ServerPeer {
  const running = new Map<string, Promise<Endpoint>>();
  return {
    name: 'mosquitto',
    label: `mosquitto ${tool.version}`,
    abilities: {
      ...OPENSSL,
      hasSuite: (name) => !name.includes('PSK') && !name.startsWith('TLS_DHE'),
      moreGroups: { 'TLSv1.3': ['x448'], 'TLSv1.2': [] },
      // Its own order counts: X25519, P-256, P-521, P-384.
      avoids: (group, key) => group !== 'x25519' && key.startsWith('P-') && !group.includes(key.slice(2)),
      keys: KEYS,
      clientKeys: CLIENT_KEYS,
      retryGroups: GROUPS,
      topics: ['bulk'],
    },
    listen(row) {
      const lines = linesFor(row);
      const label = lines.join('\n');
      const known = running.get(label) ?? begin(tool, lines);
      running.set(label, known);
      return known;
    },
    // It cannot be told its groups, but has to ask where no share comes.
    options: ({ retry, group, version }) =>
      retry && group !== null ? { groups: [groupNamed(group, version)], keyShares: [] } : {},
    talks: { echo: connectAndLeave, bulk: publishBulk },
  };
}

function linesFor(row: Row): string[] {
  const { cert, key } = filesOf(row.key, 'server');
  return [
    'allow_anonymous true',
    'user root',
    'log_dest stderr',
    `certfile ${cert}`,
    `keyfile ${key}`,
    `tls_version ${row.version === 'TLSv1.3' ? 'tlsv1.3' : 'tlsv1.2'}`,
    `ciphers ${OPENSSL_SUITES_12}`,
    `ciphers_tls1.3 ${OPENSSL_SUITES_13}`,
    ...(row.clientKey === null ? [] : [`cafile ${filesOf(row.clientKey, 'client').ca}`, 'require_certificate true']),
  ];
}

async function begin(tool: Tool, lines: readonly string[]): Promise<Endpoint> {
  const port = await freePort();
  const config = write(`mosquitto-${port}.conf`, [`listener ${port} 127.0.0.1`, ...lines, ''].join('\n'));
  const process = start(tool.path, ['-v', '-c', config], { lifetimeMs: 300_000 });
  await process.says(/mosquitto version .* running/);
  return { port, process, output: () => process.output() };
}

// As much of MQTT 3.1.1 as it takes.

const CONNECT = 0x10;
const CONNACK = [0x20, 2, 0, 0];
const PUBLISH = 0x30;
const SUBSCRIBE = 0x82;
const SUBACK = [0x90, 3, 0, 1, 0];
const DISCONNECT = 0xe0;
const TOPIC = 'interop';

async function connectAndLeave(host: Host): Promise<void> {
  await connect(host);
  await leave(host);
}

/** 5 MB that are published, and come back by subscription. */
async function publishBulk(host: Host): Promise<void> {
  await connect(host);
  host.send(packet(SUBSCRIBE, [0, 1], text(TOPIC), [0]));
  expectSame('SUBACK', [...(await host.read(SUBACK.length))], SUBACK);
  const bytes = pattern(BULK_SIZE);
  const sent = packet(PUBLISH, text(TOPIC), bytes);
  host.send(sent);
  expectSame('SHA-256 of what came back', sha256(await host.read(sent.length)), sha256(sent));
  await leave(host);
}

async function connect(host: Host): Promise<void> {
  const cleanSession = 2;
  host.send(packet(CONNECT, text('MQTT'), [4, cleanSession, 0, 60], text('signet')));
  expectSame('CONNACK', [...(await host.read(CONNACK.length))], CONNACK);
}

async function leave(host: Host): Promise<void> {
  host.send(packet(DISCONNECT));
  await host.readToEnd();
  expectCleanEnd(host);
  host.close();
}

function packet(type: number, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const header = [type];
  let rest = body.length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

function text(value: string): Buffer {
  return Buffer.from([0, value.length, ...Buffer.from(value)]);
}
