import type { Exchange12, SignatureScheme, Suite } from '../../../src/crypto/index.ts';
import { SCHEMES } from '../../../src/crypto/index.ts';
import type { Version } from '../../../src/handshake/version.ts';
import { optInSuites12, optInSuites13 } from '../../../src/providers/node/optin.ts';
import { suites as defaultSuites } from '../../../src/providers/node.ts';
import type { KeyType } from '../../support/pki.ts';
import type { Abilities } from './abilities.ts';
import { type Row, TOPICS, type Topic } from './row.ts';

type Base = Pick<Row, 'ours' | 'peer' | 'version'>;

/** Every row that this peer can be put to. */
export function fullMatrix(ours: Row['ours'], peer: string, abilities: Abilities): Row[] {
  const rows = abilities.versions.flatMap((version) => {
    const base: Base = { ours, peer, version };
    return [
      ...products(base, abilities),
      ...optIns(base, abilities),
      ...retries(base, abilities),
      ...clientAuthentications(base, abilities),
      ...resumptions(base, abilities),
      ...topics(base, abilities),
    ];
  });
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Each default suite with each group with each signature. */
function products(base: Base, abilities: Abilities): Row[] {
  const suites = defaultSuites.filter((suite) => suite.version === base.version && abilities.hasSuite(suite.name));
  return suites.flatMap((suite) =>
    groupsOf(base.version, abilities).flatMap((group) =>
      signaturesOf(suite, abilities)
        .filter(([key]) => base.version === 'TLSv1.3' || abilities.avoids?.(group, key) !== true)
        .map(([key, scheme]) => plain(base, suite.name, group, key, scheme)),
    ),
  );
}

/** Each opt-in suite and group, and the signatures that only TLS 1.2 allows, once. */
function optIns(base: Base, abilities: Abilities): Row[] {
  const { version } = base;
  const [first = null] = groupsOf(version, abilities);
  const all: readonly Suite[] = version === 'TLSv1.3' ? optInSuites13 : optInSuites12;
  const suites = all
    .filter((suite) => abilities.hasSuite(suite.name))
    .flatMap((suite) => {
      const [signature] = signaturesOf(suite, abilities);
      return signature === undefined ? [] : [plain(base, suite.name, isEcdhe(suite) ? first : null, ...signature)];
    });
  const usual = usualOf(base, abilities);
  const groups = abilities.moreGroups[version].map((group) => ({ ...usual, group }));
  return [...suites, ...groups, ...(version === 'TLSv1.2' ? crossedHashes(base, abilities) : [])];
}

/** TLS 1.2 binds no curve to a hash (RFC 8422, section 5.1.3). */
function crossedHashes(base: Base, abilities: Abilities): Row[] {
  const usual = usualOf(base, abilities);
  const schemes = SCHEMES.filter((scheme) => scheme.kind === 'ecdsa' && /secp/.test(scheme.name));
  return abilities.keys
    .filter((key) => key.startsWith('P-'))
    .flatMap((key) =>
      schemes
        .filter((one) => one.curve !== key && abilities.lacksHash?.(key, one.name) !== true)
        .map(({ name: scheme }) => ({ ...usual, key, scheme })),
    );
}

/** A HelloRetryRequest for each group, under each hash. */
function retries(base: Base, abilities: Abilities): Row[] {
  if (base.version !== 'TLSv1.3') return [];
  const suites = defaultSuites.filter((suite) => suite.version === 'TLSv1.3' && abilities.hasSuite(suite.name));
  const usual = usualOf(base, abilities);
  return suites.flatMap(({ name: suite }) =>
    abilities.retryGroups.map((group) => ({ ...usual, suite, group, retry: true })),
  );
}

/** Each key of a client under each hash, facing servers with the two usual kinds of key. */
function clientAuthentications(base: Base, abilities: Abilities): Row[] {
  const servers = abilities.keys.filter((key) => key === 'P-256' || key === 'rsa');
  return servers.flatMap((key) => {
    const suites = defaultSuites.filter((suite) => suite.version === base.version && abilities.hasSuite(suite.name));
    const fitting = suites.filter((suite) => signaturesOf(suite, abilities).some(([its]) => its === key));
    return fitting.flatMap((suite) => {
      const [, scheme = null] = signaturesOf(suite, abilities).find(([its]) => its === key) ?? [];
      const row = { ...usualOf(base, abilities), suite: suite.name, key, scheme };
      return abilities.clientKeys.map((clientKey) => ({ ...row, clientKey }));
    });
  });
}

/** Each way to resume with each suite and group; with a client's certificate; after a HelloRetryRequest. */
function resumptions(base: Base, abilities: Abilities): Row[] {
  const { version } = base;
  const usual = usualOf(base, abilities);
  const suites = defaultSuites.filter((suite) => suite.version === version && abilities.hasSuite(suite.name));
  return abilities.resumption[version].flatMap((resumption) => [
    ...suites.flatMap((suite) => {
      const [signature] = signaturesOf(suite, abilities);
      if (signature === undefined) return [];
      const [key, scheme] = signature;
      const avoided = (group: string): boolean => version === 'TLSv1.2' && abilities.avoids?.(group, key) === true;
      const groups = groupsOf(version, abilities).filter((group) => !avoided(group));
      return groups.map((group) => ({ ...plain(base, suite.name, group, key, scheme), resumption }));
    }),
    ...abilities.clientKeys.map((clientKey) => ({ ...usual, clientKey, resumption })),
    ...retries(base, abilities).map((row) => ({ ...row, resumption })),
  ]);
}

/** What can be talked about; 5 MB go through each kind of record protection. */
function topics(base: Base, abilities: Abilities): Row[] {
  const usual = usualOf(base, abilities);
  const possible = abilities.topics.filter((topic) => (TOPICS[topic] as readonly Version[]).includes(base.version));
  return possible.flatMap((topic) =>
    topicRows(topic, usual, [...products(base, abilities), ...optIns(base, abilities)]),
  );
}

function topicRows(topic: Topic, usual: Row, all: readonly Row[]): Row[] {
  if (topic === 'defaults') return [{ ...usual, suite: null, group: null, scheme: null, topic }];
  if (topic === 'early data') return suitesOf13(all).map((suite) => ({ ...usual, suite, resumption: 'ticket', topic }));
  if (topic === 'several certificates') return ownCertificates(usual, all).map((row) => ({ ...row, topic }));
  if (topic === 'post-handshake authentication') return [{ ...usual, clientKey: 'P-256', topic }];
  if (topic !== 'bulk' && topic !== 'no encrypt-then-MAC') return [{ ...usual, topic }];
  const protections = new Map<string, Row>();
  for (const row of all) {
    const protection = row.suite!.split(/_WITH_|^TLS_/).pop()!;
    if (topic !== 'bulk' && !protection.includes('CBC')) continue;
    if (!protections.has(protection)) protections.set(protection, { ...row, topic });
  }
  return [...protections.values()];
}

function suitesOf13(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ suite }) => suite!))];
}

/** The first row of each kind of key that has two on the same server. */
function ownCertificates(usual: Row, all: readonly Row[]): Row[] {
  const other = all.find(({ key, suite, group }) => key === 'rsa' && group === usual.group && suite !== null);
  return other === undefined ? [usual] : [usual, other];
}

/** The row that others differ from in one point. */
function usualOf(base: Base, abilities: Abilities): Row {
  const suite = base.version === 'TLSv1.3' ? 'TLS_AES_128_GCM_SHA256' : 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
  return plain(base, suite, groupsOf(base.version, abilities)[0] ?? null, 'P-256', 'ecdsa_secp256r1_sha256');
}

function plain(base: Base, suite: string, group: string | null, key: KeyType, scheme: SignatureScheme | null): Row {
  return { ...base, suite, group, key, scheme, clientKey: null, resumption: null, retry: false, topic: 'echo' };
}

function groupsOf(version: Version, abilities: Abilities): readonly string[] {
  return version === 'TLSv1.3' ? abilities.groups : abilities.groups.filter((group) => !group.includes('MLKEM'));
}

/** Keys that authenticate a server of this suite, and what each signs with. */
function signaturesOf(suite: Suite, abilities: Abilities): [KeyType, SignatureScheme | null][] {
  if (exchangeOf(suite) === 'rsa' || exchangeOf(suite) === 'rsa-psk') return [['rsa', null]];
  if (exchangeOf(suite).endsWith('psk')) return [['P-256', null]];
  return abilities.keys.flatMap((key) => {
    const kind = key === 'rsa' || key === 'rsa-pss' ? 'rsa' : 'ecdsa';
    if (suite.version === 'TLSv1.2' && suite.auth !== kind) return [];
    const schemes = SCHEMES.filter((scheme) => naturallySigns(key, scheme) && isUsed(scheme, suite.version));
    return schemes.map(({ name }): [KeyType, SignatureScheme | null] => [key, name]);
  });
}

function naturallySigns(key: KeyType, scheme: (typeof SCHEMES)[number]): boolean {
  if (key === 'rsa' || key === 'rsa-pss' || key === 'ed25519') return scheme.key === key && scheme.hash !== 'sha1';
  return scheme.kind === 'ecdsa' && scheme.curve === key;
}

function isUsed(scheme: (typeof SCHEMES)[number], version: Version): boolean {
  return version === 'TLSv1.3' ? scheme.tls13 : scheme.tls12;
}

function exchangeOf(suite: Suite): Exchange12['kind'] {
  return suite.version === 'TLSv1.3' ? 'ecdhe' : suite.exchange.kind;
}

function isEcdhe(suite: Suite): boolean {
  return exchangeOf(suite).startsWith('ecdhe');
}
