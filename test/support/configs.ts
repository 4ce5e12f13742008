import { createPrivateKey } from 'node:crypto';
import { type ClientOptions, clientSettings } from '../../src/config/client.ts';
import { credential, credentialChooser } from '../../src/config/credentials.ts';
import { type ServerOptions, serverSettings } from '../../src/config/server.ts';
import { SealedTickets } from '../../src/config/tickets.ts';
import { pathVerifier } from '../../src/config/verifiers.ts';
import type { Group, Provider } from '../../src/crypto/index.ts';
import type { ClientSettings } from '../../src/handshake/client/settings.ts';
import type { Credential } from '../../src/handshake/credential.ts';
import type { ServerSettings } from '../../src/handshake/server/settings.ts';
import { nodeProvider, signingKeyFrom } from '../../src/providers/node.ts';
import { AnchorSet, anchorFromCertificate, parseCertificate } from '../../src/x509/index.ts';
import { type Ca, type KeyType, makeCa } from './pki.ts';

/** One authority for all pairs: making keys takes longer than handshakes. */
export const ca: Ca = makeCa({ name: 'Pairs CA' });
export const anchors: AnchorSet = new AnchorSet([anchorFromCertificate(parseCertificate(ca.der))]);

const made = new Map<string, Credential>();

/** A credential for `localhost` with a key of this kind; the same one each time. */
export function credentialOf(key: KeyType, usage: 'server' | 'client' = 'server'): Credential {
  const label = `${key} ${usage}`;
  let one = made.get(label);
  if (one === undefined) {
    const purpose = usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2';
    const issued = ca.issue({ name: 'localhost', key, san: ['dns:localhost'], eku: [purpose] });
    one = credential({ chain: [issued.der], key: signingKeyFrom(createPrivateKey(issued.key)) });
    made.set(label, one);
  }
  return one;
}

const DIGITAL_SIGNATURE = 1;
const KEY_ENCIPHERMENT = 4;

/** An RSA credential for static RSA besides, whose key decrypts; the same one each time. */
export function decryptingCredential(): Credential {
  const known = made.get('decrypting');
  if (known !== undefined) return known;
  const keyUsage = DIGITAL_SIGNATURE | KEY_ENCIPHERMENT;
  const issued = ca.issue({
    name: 'localhost',
    key: 'rsa',
    san: ['dns:localhost'],
    eku: ['1.3.6.1.5.5.7.3.1'],
    keyUsage,
  });
  const one = credential({ chain: [issued.der], key: signingKeyFrom(createPrivateKey(issued.key)) });
  made.set('decrypting', one);
  return one;
}

/** Without the hybrid, which answers later where it has to be loaded first. */
export function promptGroups(provider: Provider): Group[] {
  return provider.groups.filter((group) => group.tls12);
}

export function verifierFor(provider: Provider = nodeProvider) {
  return pathVerifier({ anchors, verifiers: provider.verifiers, now: Date.now });
}

export function pairClient(options: Partial<ClientOptions> = {}): ClientSettings {
  const provider = options.provider ?? nodeProvider;
  const groups = promptGroups(provider);
  return clientSettings({
    provider,
    groups,
    now: Date.now,
    serverName: 'localhost',
    verifier: verifierFor(provider),
    ...options,
  });
}

export function pairServer(options: Partial<ServerOptions> = {}): ServerSettings {
  const provider = options.provider ?? nodeProvider;
  return serverSettings({
    provider,
    groups: promptGroups(provider),
    now: Date.now,
    credentials: credentialChooser([credentialOf('P-256')]),
    verifier: verifierFor(provider),
    ...options,
  });
}

export function ticketsOf(provider: Provider = nodeProvider, now: () => number = Date.now): SealedTickets {
  const suite = provider.suites.find((s) => s.name === 'TLS_AES_128_GCM_SHA256');
  if (suite === undefined || suite.version !== 'TLSv1.3') throw new Error('the provider lacks TLS_AES_128_GCM_SHA256');
  return new SealedTickets({ aead: suite.aead, hash: suite.hash, random: (size) => provider.random(size), now });
}
