import { type ServerOptions, serverSettings } from '../../../../src/config/server.ts';
import { TlsError } from '../../../../src/errors/index.ts';
import type { Credential } from '../../../../src/handshake/credential.ts';
import type {
  HelloFacts,
  PskKeeper,
  ServerSettings,
  SessionStore,
  TicketKeeper,
} from '../../../../src/handshake/server/settings.ts';
import { commonOf, watchedSource } from './common.ts';
import type { Config } from './flags.ts';
import type { Memory } from './memory.ts';
import { expect } from './unexpected.ts';
import type { Watch } from './watch.ts';

/** BoringSSL's own limits, which the tests are made for: bytes, and milliseconds. */
const EARLY_BYTES = 14_336;
const AGE_TOLERANCE = 60_999;

/** The server that the flags describe. */
export function serverOf(config: Config, memory: Memory, watch: Watch): ServerSettings {
  const options: ServerOptions = {
    ...commonOf(config, memory),
    provider: memory.crypto.provider,
    verifier: watch.verifier,
    reverify: config['reverify-on-resume'],
    now: () => memory.now,
    credentials: watchedSource(config, watch.credentials),
    preferOwn: config.cipher !== '' || config['server-preference'],
    clientAuth: clientAuthOf(config),
    authorities: namesFrom(config['use-client-ca-list']),
    alpn: config['select-alpn'] === '' ? [] : [config['select-alpn']],
    alpnMismatch: 'ignore',
    psk: config.psk === '' ? null : pskOf(config),
    stapler: config['use-ocsp-callback'] ? (credential) => stapleOf(config, credential) : null,
    tickets: config['no-ticket'] ? null : ticketsOf(config, memory),
    earlyData: config['enable-early-data']
      ? { guard: memory.replays, maxBytes: EARLY_BYTES, ageTolerance: AGE_TOLERANCE }
      : null,
    sessions: sessionsOf(memory, watch),
    chooseConfig: (hello): ServerSettings | null => {
      checkHello(config, hello, watch);
      if (config['reject-alpn']) return { ...settings, alpn: ['refused'], alpnMismatch: 'fail' };
      // There is no function that selects; a configuration can be chosen, and this one is refused.
      if (config['select-empty-alpn']) return serverSettings({ ...options, alpn: [''] });
      return config['use-early-callback'] ? { ...settings } : null;
    },
  };
  const settings = serverSettings(options);
  return settings;
}

function pskOf(config: Config): PskKeeper {
  const name = Buffer.from(config['psk-identity'], 'latin1');
  return { hint: name, find: (identity) => (name.equals(identity) ? Buffer.from(config.psk, 'latin1') : null) };
}

function stapleOf(config: Config, credential: Credential): Uint8Array | null {
  if (config['fail-ocsp-callback']) throw new Error('so says a flag');
  if (config['decline-ocsp-callback']) return null;
  return credential.ocspResponse ?? config.base['ocsp-response'];
}

function clientAuthOf(config: Config): 'none' | 'request' | 'require' {
  if (config['verify-peer']) return 'request';
  return config['require-any-client-certificate'] ? 'require' : 'none';
}

function namesFrom(list: string): Uint8Array[] {
  if (list === '' || list === '<EMPTY>' || list === '<NULL>') return [];
  return list.split(',').map((name) => new Uint8Array(Buffer.from(name, 'hex')));
}

function ticketsOf(config: Config, memory: Memory): TicketKeeper {
  if (!config['skip-ticket']) return memory.tickets;
  return { count: memory.tickets.count, seal: () => null, open: (ticket) => memory.tickets.open(ticket) };
}

function sessionsOf(memory: Memory, watch: Watch): SessionStore {
  const key = (id: Uint8Array): string => Buffer.from(id).toString('hex');
  return {
    save(id, state) {
      watch.cached = true;
      memory.sessions.set(key(id), state);
    },
    load: (id) => memory.sessions.get(key(id)) ?? null,
  };
}

function checkHello(config: Config, hello: HelloFacts, watch: Watch): void {
  watch.serverName = hello.serverName;
  const { 'expect-server-name': name, 'expect-advertised-alpn': protocols } = config;
  expect(name === '' || name === hello.serverName, `the client asks for ${hello.serverName}`);
  const offered = hello.alpn.map((protocol) => String.fromCharCode(protocol.length) + protocol).join('');
  expect(protocols === '' || protocols === offered, `the client offers ${JSON.stringify(offered)}`);
  if (config['fail-early-callback'])
    throw new TlsError('ERR_TLS_UNRECOGNIZED_NAME', { detail: 'so says a flag', alert: 'handshake_failure' });
}
