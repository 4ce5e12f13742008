import type { Config } from './flags.ts';
import type { Link } from './link.ts';
import { expect } from './unexpected.ts';
import type { Watch } from './watch.ts';

/** Sizes that are just below, at and above what a record or two hold. */
const SIZES: readonly number[] = [0, 1, 255, 256, 257, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769];

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** What is sent before anything is awaited. */
export function initialWrites(link: Link, config: Config, watch: Watch): void {
  if (config['export-keying-material'] > 0) link.send(exported(link, config));
  if (config['export-traffic-secrets']) link.send(trafficSecrets(link, watch));
  if (config['tls-unique']) link.send(tlsUnique(link));
  if (config['write-different-record-sizes']) for (const size of SIZES) link.send(new Uint8Array(size).fill(0x42));
  else if (config['read-with-unfinished-write']) {
    link.hold(1);
    link.send(latin1(config['shim-initial-write']));
  } else if (config['shim-writes-first']) {
    for (let i = 0; i < config['repeat-shim-initial-write']; i++) link.send(latin1(config['shim-initial-write']));
  }
}

function exported(link: Link, config: Config): Uint8Array {
  const context = config['use-export-context'] ? latin1(config['export-context']) : null;
  return link.engine.exportKeys(config['export-label'], context, config['export-keying-material']);
}

/** What is sent as early data. Returns what was too much of it. */
export function earlyWrites(link: Link, config: Config): Uint8Array {
  if (config['export-keying-material'] > 0) exported(link, config);
  const rest: Uint8Array[] = [];
  const count = config['shim-writes-first'] ? config['repeat-shim-initial-write'] : 0;
  for (let i = 0; i < count; i++) rest.push(link.sendEarly(latin1(config['shim-initial-write'])));
  return new Uint8Array(Buffer.concat(rest));
}

/** Their length in two bytes, little-endian, then the one we read with, then the one we write with. */
function trafficSecrets(link: Link, watch: Watch): Uint8Array {
  const client = watch.secrets.get('CLIENT_TRAFFIC_SECRET_0')!;
  const server = watch.secrets.get('SERVER_TRAFFIC_SECRET_0')!;
  const both = link.engine.facts.role === 'client' ? [server, client] : [client, server];
  return new Uint8Array(Buffer.concat([new Uint8Array([client.length, 0]), ...both]));
}

/** The first Finished of a TLS 1.2 handshake that an extended master secret binds, or that began a session (RFC 5929). */
function tlsUnique(link: Link): Uint8Array {
  const { version, resumed, extendedMasterSecret, role, ownFinished, peerFinished } = link.engine.facts;
  expect(version === 'TLSv1.2' && (extendedMasterSecret === true || resumed !== true), 'failed to get tls-unique');
  const clientFirst = resumed !== true;
  return (role === 'client') === clientFirst ? ownFinished! : peerFinished!;
}
