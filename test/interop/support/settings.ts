import { getDiffieHellman } from 'node:crypto';
import { der, toPem } from '../../../src/asn1/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/bytes/index.ts';
import { type ClientOptions, clientSettings } from '../../../src/config/client.ts';
import { credentialChooser } from '../../../src/config/credentials.ts';
import { schemesFrom } from '../../../src/config/options.ts';
import { ReplayWindow } from '../../../src/config/replay.ts';
import { type ServerOptions, serverSettings } from '../../../src/config/server.ts';
import { SealedTickets } from '../../../src/config/tickets.ts';
import { pathVerifier } from '../../../src/config/verifiers.ts';
import type { Group, SignatureScheme, Suite } from '../../../src/crypto/index.ts';
import type { ClientSettings } from '../../../src/handshake/client/settings.ts';
import type { Credential } from '../../../src/handshake/credential.ts';
import type { PeerVerifier } from '../../../src/handshake/peer.ts';
import { dhePskServer, dheServer } from '../../../src/handshake/server/exchange-dhe12.ts';
import { ecdhePskServer, pskServer } from '../../../src/handshake/server/exchange-psk12.ts';
import { rsaPskServer, rsaServer } from '../../../src/handshake/server/exchange-rsa12.ts';
import { ecdheServer } from '../../../src/handshake/server/exchange12.ts';
import type { ServerSettings, SessionStore } from '../../../src/handshake/server/settings.ts';
import type { Session } from '../../../src/handshake/session.ts';
import type { Version } from '../../../src/handshake/version.ts';
import { optInGroups, optInSuites12, optInSuites13 } from '../../../src/providers/node/optin.ts';
import { aes128Gcm, nodeProvider, sha256 } from '../../../src/providers/node.ts';
import { ocspChecker } from '../../../src/x509/index.ts';
import type { KeyType } from '../../support/pki.ts';
import { anchorsOf, credentialOf, otherKey, stapleOf } from './identities.ts';
import { type Row, usesPsk } from './row.ts';
import { pattern } from './talk.ts';

export const PROTOCOL = 'signet-b';
export const PROTOCOLS: readonly string[] = ['signet-a', PROTOCOL];
/** A pre-shared key, for suites that want one in place of certificates. */
export const PSK = { identity: 'device 7', key: pattern(32) };
/** How often a client may renegotiate: Node's figures. */
export const RENEGOTIATIONS = { limit: 3, window: 600_000 };

/** What our client is told for this row. */
export function clientFor(row: Row, session: Session | null, more: Partial<ClientOptions> = {}): ClientSettings {
  return clientSettings({
    provider: nodeProvider,
    now: Date.now,
    serverName: 'localhost',
    verifier: verifierOf(row.key, row.topic === 'stapling'),
    requestOcsp: row.topic === 'stapling',
    earlyData: row.topic === 'early data',
    sessions: { load: () => session },
    requestTicket: row.resumption !== 'session id',
    ...(row.topic === 'defaults' ? {} : narrowedClient(row)),
    ...(row.clientKey === null ? {} : { credentials: credentialChooser([credentialOf(row.clientKey, 'client')]) }),
    ...(row.topic === 'alpn' ? { alpn: PROTOCOLS } : {}),
    ...(row.topic === 'hello request' ? { renegotiation: 'freely' } : {}),
    ...(usesPsk(row) ? { psk: async () => ({ identity: fromLatin1(PSK.identity), key: PSK.key }) } : {}),
    ...(row.topic === 'padding' ? { padding: pad } : {}),
    encryptThenMac: row.topic !== 'no encrypt-then-MAC',
    postHandshakeAuth: row.topic === 'post-handshake authentication',
    ...more,
  });
}

/** What our server is told for this row. */
export function serverFor(row: Row): ServerSettings {
  return serverSettings({
    provider: nodeProvider,
    now: Date.now,
    credentials: credentialChooser(credentialsFor(row)),
    verifier: verifierOf(row.clientKey ?? row.key),
    ...(row.topic === 'defaults' ? {} : narrowedServer(row)),
    ...(row.resumption === 'session id' ? { sessions: store() } : { tickets: tickets() }),
    ...(row.topic === 'alpn' ? { alpn: [PROTOCOL] } : {}),
    ...(row.topic === 'early data' ? { earlyData: { guard: new ReplayWindow({ now: Date.now }) } } : {}),
    ...(row.topic === 'small records' ? { recordSizeLimit: 512 } : {}),
    ...(/renegotiation|hello request/.test(row.topic) ? { renegotiation: RENEGOTIATIONS } : {}),
    ...(usesPsk(row)
      ? { psk: { find: async (identity) => (toLatin1(identity) === PSK.identity ? PSK.key : null) } }
      : {}),
    ...(row.topic === 'padding' ? { padding: pad } : {}),
    encryptThenMac: row.topic !== 'no encrypt-then-MAC',
    clientAuth: row.clientKey === null || row.topic === 'post-handshake authentication' ? 'none' : 'require',
    postHandshakeAuth: row.topic === 'post-handshake authentication',
  });
}

/** The one that the client verifies comes last. */
function credentialsFor(row: Row): Credential[] {
  const staple = row.topic === 'stapling' ? stapleOf(row.key) : null;
  const own = credentialOf(row.key, 'server', row.scheme, staple);
  return row.topic === 'several certificates' ? [credentialOf(otherKey(row.key), 'server'), own] : [own];
}

const pad = (contentLength: number): number => 500 - (contentLength % 500);

/**
 * Groups that a client names so that the row's comes about, the one it sends a share of first. In TLS 1.2 the curves
 * of certificates have to be named too (RFC 8422, section 5.1.1).
 */
export function clientGroups(row: Row): string[] {
  const wanted = row.group ?? 'x25519';
  if (row.retry) return [wanted === 'x25519' ? 'secp256r1' : 'x25519', wanted];
  const keys = row.clientKey === null ? [row.key] : [row.key, row.clientKey];
  const curves = row.version === 'TLSv1.2' ? keys.map((key) => CURVES[key]) : [];
  return [...new Set([wanted, ...curves])].filter((group) => group !== undefined);
}

const CURVES: { readonly [K in KeyType]?: string } = {
  'P-256': 'secp256r1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
};

function narrowedClient(row: Row): Partial<ClientOptions> {
  return {
    versions: [row.version],
    ...(row.suite === null ? {} : { suites: [suiteNamed(row.suite)] }),
    groups: clientGroups(row).map((name) => groupNamed(name, row.version)),
    ...(row.retry ? { keyShares: clientGroups(row).slice(0, 1) } : {}),
    ...(row.scheme === null ? {} : { schemes: [row.scheme], certificateSchemes: ALL_SCHEMES }),
  };
}

function narrowedServer(row: Row): Partial<ServerOptions> {
  return {
    versions: [row.version],
    ...(row.suite === null ? {} : { suites: [suiteNamed(row.suite)] }),
    groups: [groupNamed(row.group ?? 'x25519', row.version)],
    exchanges: [
      ecdheServer,
      rsaServer,
      pskServer,
      ecdhePskServer,
      rsaPskServer,
      dheServer(dhGroup()),
      dhePskServer(dhGroup()),
    ],
  };
}

const ALL_SCHEMES: readonly SignatureScheme[] = schemesFrom('all', null, nodeProvider.verifiers, ['TLSv1.2']).map(
  (scheme) => scheme.name,
);

export function suiteNamed(name: string): Suite {
  const all: readonly Suite[] = [...nodeProvider.suites, ...optInSuites13, ...optInSuites12];
  const suite = all.find((one) => one.name === name);
  if (suite === undefined) throw new Error(`the provider lacks ${name}`);
  return suite;
}

/** Brainpool curves have names of their own in TLS 1.3. */
export function groupNamed(name: string, version: Version): Group {
  const all = [...nodeProvider.groups, ...optInGroups];
  const group = all.find((one) => one.name === name && (version === 'TLSv1.3' || one.tls12));
  if (group === undefined) throw new Error(`the provider lacks ${name} in ${version}`);
  return group;
}

/** `stapled`: nothing goes without an OCSP response that says "good". */
function verifierOf(key: KeyType, stapled: boolean = false): PeerVerifier {
  const { verifiers } = nodeProvider;
  const revocation = stapled
    ? {
        ocsp: ocspChecker({ hashes: nodeProvider.hashes }),
        revocation: 'require' as const,
        revocationScope: 'leaf' as const,
      }
    : {};
  return pathVerifier({ anchors: anchorsOf(key), verifiers, now: Date.now, ...revocation });
}

function tickets(): SealedTickets {
  return new SealedTickets({
    aead: aes128Gcm,
    hash: sha256,
    random: (size) => nodeProvider.random(size),
    now: Date.now,
  });
}

function store(): SessionStore {
  const kept = new Map<string, Uint8Array>();
  return {
    save: async (id, state) => void kept.set(String(id), state),
    load: async (id) => kept.get(String(id)) ?? null,
  };
}

/** The same for other programs, as PEM. */
export function dhParameters(): string {
  const { p, g } = dhGroup();
  return toPem('DH PARAMETERS', der.sequence(der.integer(p), der.integer(g)));
}

/** The 2048-bit MODP group (RFC 3526, section 3). */
function dhGroup(): { p: Uint8Array; g: Uint8Array } {
  const group = getDiffieHellman('modp14');
  return { p: group.getPrime(), g: group.getGenerator() };
}
