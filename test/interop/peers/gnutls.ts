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

export const ALL_GROUPS: readonly string[] = [...GROUPS, ...MORE_GROUPS['TLSv1.3']];

/** Our suites that it lists, by code point, since it has names of its own. */
function suitesOf(cli: Tool): Set<string> {
  const args = ['--priority', `NONE:+VERS-TLS1.3:+VERS-TLS1.2:${ALL}:${PSK}:+GROUP-ALL`, '--list'];
  const { stdout } = spawnSync(cli.path, args, { encoding: 'utf8', timeout: 10_000 });
  const ids = new Set(
    [...stdout.matchAll(/0x([0-9a-f]{2}), 0x([0-9a-f]{2})/g)].map(([, high, low]) => Number(`0x${high}${low}`)),
  );
  const ours = [...suites, ...optInSuites13, ...optInSuites12];
  return new Set(ours.filter((suite) => ids.has(suite.id)).map((suite) => suite.name));
}
