import type { SignatureScheme } from '../../../src/crypto/index.ts';
import type { Version } from '../../../src/handshake/version.ts';
import type { KeyType } from '../../support/pki.ts';

/** What happens once a row's handshake is done, and the versions in which it can. */
export const TOPICS = {
  /** A line there and back, then close_notify from our side. */
  echo: ['TLSv1.3', 'TLSv1.2'],
  /** The same, with both versions on offer and everything of ours as it is by default. */
  defaults: ['TLSv1.3', 'TLSv1.2'],
  alpn: ['TLSv1.3', 'TLSv1.2'],
  /** 0-RTT: what a resuming client says comes with its first flight. */
  'early data': ['TLSv1.3'],
  /** The server staples an OCSP response, and the client demands it. */
  stapling: ['TLSv1.3', 'TLSv1.2'],
  /** The server has certificates for two kinds of keys, and the client verifies one of them. */
  'several certificates': ['TLSv1.3', 'TLSv1.2'],
  /** 5 MB both ways, compared by SHA-256. */
  bulk: ['TLSv1.3', 'TLSv1.2'],
  /** max_fragment_length or record_size_limit. */
  'small records': ['TLSv1.3', 'TLSv1.2'],
  /** Records that are longer than what they hold; from the peer too, where it can be told so. */
  padding: ['TLSv1.3'],
  /** The peer sends close_notify first. */
  'peer closes': ['TLSv1.3', 'TLSv1.2'],
  /** The peer ends without close_notify, which has to be told. */
  truncation: ['TLSv1.3', 'TLSv1.2'],
  /** One side sends close_notify and goes on reading. */
  'half-close': ['TLSv1.3', 'TLSv1.2'],
  /** 5 MB through each CBC suite, MAC first. */
  'no encrypt-then-MAC': ['TLSv1.2'],
  'no extended master secret': ['TLSv1.2'],
  /** Keys are changed, and the other side is asked to do the same. */
  'key update': ['TLSv1.3'],
  /** The server asks for a certificate after the handshake. */
  'post-handshake authentication': ['TLSv1.3'],
  /** The client begins another handshake. */
  renegotiation: ['TLSv1.2'],
  /** The server asks for another handshake. */
  'hello request': ['TLSv1.2'],
  /** A client that begins too many handshakes is refused. */
  'renegotiation limit': ['TLSv1.2'],
} as const satisfies Record<string, readonly Version[]>;

export type Topic = keyof typeof TOPICS;

/** One line of the matrix. */
export interface Row {
  readonly ours: 'client' | 'server';
  readonly peer: string;
  readonly version: Version;
  /** IANA name; null: whatever both ends like best. */
  readonly suite: string | null;
  /** As `facts.group` names it; null: none (static RSA), or not decided here. */
  readonly group: string | null;
  /** The key of the server's certificate. */
  readonly key: KeyType;
  /** What the server signs with; null: nothing (static RSA), or not decided here. */
  readonly scheme: SignatureScheme | null;
  /** The key of the client's certificate; null: none. */
  readonly clientKey: KeyType | null;
  readonly resumption: 'ticket' | 'session id' | null;
  readonly retry: boolean;
  readonly topic: Topic;
}

/** A row as the matrix prints it: one text for each of `COLUMNS` in scripts/interop.mjs. */
export function cells(row: Row): string[] {
  const { ours, peer, version, suite, group, key, scheme, clientKey, resumption, retry, topic } = row;
  return [
    ours,
    peer,
    version,
    suite ?? '(default)',
    group ?? '-',
    scheme ?? '-',
    isBare(row) ? '-' : key,
    clientKey ?? '-',
    resumption ?? '-',
    retry ? 'yes' : '-',
    topic,
  ];
}

/** Whether both ends need a pre-shared key. */
export function usesPsk({ suite }: Row): boolean {
  return suite?.includes('PSK') === true;
}

/** Whether a pre-shared key stands in for certificates. */
function isBare(row: Row): boolean {
  return usesPsk(row) && row.suite?.startsWith('TLS_RSA_PSK') !== true;
}

export function title(row: Row): string {
  const { version, suite, group, key, scheme, clientKey, resumption, retry, topic } = row;
  const own = isBare(row) ? null : `${key} key`;
  const facts = [version, suite, group, scheme === null ? own : `${scheme} by a ${own}`];
  if (clientKey !== null) facts.push(`client ${clientKey}`);
  if (resumption !== null) facts.push(`resumed by ${resumption}`);
  if (retry) facts.push('HelloRetryRequest');
  return [topic, ...facts.filter((fact) => fact !== null)].join(', ');
}
