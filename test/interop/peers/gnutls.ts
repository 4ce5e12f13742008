import { spawnSync } from 'node:child_process';
import { optInSuites12, optInSuites13 } from '../../../src/providers/node/optin.ts';
import { suites } from '../../../src/providers/node.ts';
import type { Tool } from '../../support/tools.ts';
import { type Abilities, CLIENT_KEYS, GROUPS, KEYS } from '../support/abilities.ts';
import { type Row, usesPsk } from '../support/row.ts';

// What gnutls-serv and gnutls-cli have in common.

const MORE_GROUPS = { 'TLSv1.3': ['x448', 'ffdhe2048', 'ffdhe3072'], 'TLSv1.2': ['x448'] } as const;
/** "All" leaves out what GnuTLS finds old. */
const ALL =
  '+CIPHER-ALL:+AES-128-CCM-8:+AES-256-CCM-8:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC:+MAC-ALL:+SHA256:+SHA384:+KX-ALL:+SIGN-ALL:+CTYPE-X.509';
const PSK = '+PSK:+DHE-PSK:+ECDHE-PSK:+RSA-PSK';

export function gnuTlsAbilities(cli: Tool): Abilities {
  const has = suitesOf(cli);
  return {
    versions: ['TLSv1.3', 'TLSv1.2'],
    hasSuite: (name) => has.has(name),
    groups: GROUPS,
    moreGroups: MORE_GROUPS,
    keys: KEYS,
    clientKeys: CLIENT_KEYS,
    resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket', 'session id'] },
    retryGroups: GROUPS,
    topics: [],
  };
}

/** A priority string with these groups in this order, and everything else that there is. */
export function priority(row: Row, groups: readonly string[]): string {
  const version = row.version === 'TLSv1.3' ? '+VERS-TLS1.3' : '+VERS-TLS1.2';
  const names = groups.map((group) => `+GROUP-${group.replace(/r1$/, 'R1').toUpperCase()}`);
  // Where they are on offer, gnutls-cli asks for a key at the keyboard.
  const more = usesPsk(row) ? [PSK] : [];
  if (row.topic === 'no extended master secret') more.push('%NO_SESSION_HASH');
  return ['NONE', version, ALL, ...names, ...more].join(':');
}

/** The same for a client that verifies only signatures of the row's kind. */
export function narrowedPriority(row: Row, groups: readonly string[]): string {
  const tls12 = row.version === 'TLSv1.2';
  const ecdsa = tls12 ? 'SIGN-ECDSA-SHA256' : 'SIGN-ECDSA-SECP256R1-SHA256';
  return priority(row, groups).replace('SIGN-ALL', row.key === 'rsa' ? 'SIGN-RSA-PSS-RSAE-SHA256' : ecdsa);
}

export const ALL_GROUPS: readonly string[] = [...GROUPS, ...MORE_GROUPS['TLSv1.3']];

/** Our suites that it lists, by code point, since it has names of its own. */
function suitesOf(cli: Tool): Set<string> {
  // With RSA_PSK it has no TLS 1.3.
  const lists = [`+VERS-TLS1.3:${ALL}`, `+VERS-TLS1.2:${ALL}:${PSK}`].map((what) => {
    const args = ['--priority', `NONE:${what}:+GROUP-ALL`, '--list'];
    return spawnSync(cli.path, args, { encoding: 'utf8', timeout: 10_000 }).stdout;
  });
  const found = lists.join('').matchAll(/0x([0-9a-f]{2}), 0x([0-9a-f]{2})/g);
  const ids = new Set([...found].map(([, high, low]) => Number(`0x${high}${low}`)));
  const ours = [...suites, ...optInSuites13, ...optInSuites12];
  return new Set(ours.filter((suite) => ids.has(suite.id)).map((suite) => suite.name));
}
