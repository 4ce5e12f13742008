import { clientSettings } from '../../../../src/config/client.ts';
import type { ClientSettings, PskChoice, Renegotiation } from '../../../../src/handshake/client/settings.ts';
import { commonOf, groupOf, watchedSource } from './common.ts';
import type { Config } from './flags.ts';
import type { Memory } from './memory.ts';
import { expect } from './unexpected.ts';
import type { Watch } from './watch.ts';

/** The client that the flags describe. */
export function clientOf(config: Config, memory: Memory, watch: Watch): ClientSettings {
  return clientSettings({
    ...commonOf(config, memory),
    provider: memory.crypto.provider,
    verifier: watch.verifier,
    reverify: config['reverify-on-resume'],
    now: () => memory.now,
    serverName: config['host-name'] === '' ? null : config['host-name'],
    keyShares: keySharesOf(config, memory),
    credentials: watchedSource(config, watch.credentials),
    alpn: protocolsFrom(config['advertise-alpn']),
    requestOcsp: config['enable-ocsp-stapling'],
    renegotiation: renegotiationOf(config),
    unsafeRenegotiation: config['renegotiate-freely'],
    requireSecureRenegotiation: config['no-legacy-server-connect'],
    earlyData: config['enable-early-data'],
    requestTicket: !config['no-ticket'],
    psk: config.psk === '' ? null : (hint) => pskOf(config, hint),
    sessions: { load: () => watch.session },
  });
}

function keySharesOf(config: Config, memory: Memory): readonly string[] | null {
  if (config['no-key-shares']) return [];
  return config['key-shares'].length === 0 ? null : config['key-shares'].map((id) => groupOf(memory, id).name);
}

function renegotiationOf(config: Config): Renegotiation {
  if (config['renegotiate-once']) return 'once';
  if (config['renegotiate-freely']) return 'freely';
  return config['renegotiate-ignore'] ? 'ignore' : 'never';
}

/** The identity is what the hint has to be, too. */
function pskOf(config: Config, hint: Uint8Array | null): PskChoice {
  const identity = Buffer.from(config['psk-identity'], 'latin1');
  expect(identity.equals(hint ?? new Uint8Array(0)), `the hint is ${hint}`);
  return { identity, key: Buffer.from(config.psk, 'latin1') };
}

/** Names with a byte of length before each. */
function protocolsFrom(wire: string): string[] {
  const names: string[] = [];
  for (let at = 0; at < wire.length; at += 1 + wire.charCodeAt(at)) {
    names.push(wire.slice(at + 1, at + 1 + wire.charCodeAt(at)));
  }
  return names;
}
