import { schemeByName } from '../../../../src/crypto/index.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import type { EarlyDataOutcome } from '../../../../src/handshake/facts.ts';
import type { Config } from './flags.ts';
import { chainFrom } from './keys.ts';
import { expect } from './unexpected.ts';
import type { Watch } from './watch.ts';

const VERSIONS = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const;
const GROUPS: Readonly<Record<string, number>> = {
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  x25519: 29,
  X25519MLKEM768: 4588,
};

/** Compares what was agreed on with what the flags expect. */
export function checkHandshake(engine: Engine, config: Config, watch: Watch, resuming: boolean): void {
  const { facts } = engine;
  const resumed = facts.resumed === true;
  expect(resumed === (resuming && !config['expect-session-miss']), `resumed is ${resumed}`);
  same('version', config['expect-version'], VERSIONS[facts.version!]);
  same('cipher', config['expect-cipher'], facts.suite!.id);
  same('cipher', config['expect-cipher-aes'], facts.suite!.id);
  same('group', config['expect-curve-id'], GROUPS[facts.group ?? ''] ?? 0);
  const scheme = facts.peerScheme ? schemeByName(facts.peerScheme) : null;
  same('scheme', config['expect-peer-signature-algorithm'], scheme?.id ?? 0);
  expect(!config['expect-hrr'] || facts.retried === true, 'there was no HelloRetryRequest');
  expect(!config['expect-no-hrr'] || facts.retried === false, 'there was a HelloRetryRequest');
  expect(
    !config['expect-extended-master-secret'] || facts.extendedMasterSecret === true || facts.version === 'TLSv1.3',
    'no extended master secret',
  );
  expect(
    !config['expect-secure-renegotiation'] || facts.secureRenegotiation === true || facts.version === 'TLSv1.3',
    'no secure renegotiation',
  );
  expect(!config['expect-no-secure-renegotiation'] || facts.secureRenegotiation === false, 'secure renegotiation');
  checkProtocol(engine, config);
  checkPeer(engine, config);
  checkSessions(engine, config, watch, resuming);
  if (config['expect-server-name'] !== '')
    expect(facts.serverName === config['expect-server-name'], `SNI is ${facts.serverName}`);
  const selected = config['expect-selected-credential'];
  if (selected !== null) {
    const used = watch.credentials.find(({ credential }) => credential === facts.credential);
    expect((used?.number ?? -1) === selected, `credential ${used?.number} was used`);
  }
}

/** BoringSSL's words for what became of early data. */
const REASONS: Readonly<Record<EarlyDataOutcome, string>> = {
  accepted: 'accept',
  disabled: 'disabled',
  'no-session': 'no_session_offered',
  'not-in-session': 'unsupported_for_session',
  'other-protocol': 'alpn_mismatch',
  'other-version': 'protocol_version',
  'not-resumed': 'session_not_resumed',
  retried: 'hello_retry_request',
  'other-suite': 'session_not_resumed',
  'ticket-age': 'ticket_age_skew',
  replayed: 'peer_declined',
  'not-offered': 'peer_declined',
  declined: 'peer_declined',
};

/** `initial`: the flags of a connection; `config`: those that count once early data was rejected. */
export function checkEarly({ facts }: Engine, initial: Config, config: Config, resuming: boolean): void {
  const outcome = facts.earlyData!;
  expect(!initial['expect-accept-early-data'] || outcome === 'accepted', `early data is ${outcome}`);
  expect(!initial['expect-reject-early-data'] || outcome !== 'accepted', `early data is ${outcome}`);
  const offered = ['accepted', 'declined', 'not-resumed', 'retried'].includes(outcome);
  expect(!initial['expect-no-offer-early-data'] || initial.server || !offered, `early data is ${outcome}`);
  const reason = config['expect-early-data-reason'];
  expect(reason === '' || REASONS[outcome] === reason, `early data is ${outcome}`);
  const skew = config['expect-ticket-age-skew'];
  const seconds = Math.round((facts.ticketAgeSkew ?? 0) / 1000);
  expect(!resuming || skew === 0 || skew === seconds, `the age is off by ${seconds} seconds`);
}

function same(what: string, wanted: number, got: number): void {
  expect(wanted === 0 || wanted === got, `${what} is 0x${got.toString(16)}`);
}

function checkProtocol({ facts }: Engine, config: Config): void {
  const wanted = config.server ? config['select-alpn'] : config['expect-alpn'];
  expect((facts.alpn ?? '') === wanted, `the protocol is ${facts.alpn}`);
}

function checkPeer({ facts }: Engine, config: Config): void {
  const chain = facts.peer?.chain ?? [];
  if (config['expect-no-peer-cert'] || config.psk !== '') expect(chain.length === 0, 'the peer has a certificate');
  else if (!config.server || config['require-any-client-certificate'])
    expect(chain.length > 0, 'the peer has no certificate');
  const file = config['expect-peer-cert-file'];
  if (file !== '') {
    const wanted = chainFrom(file).map((der) => Buffer.from(der).toString('hex'));
    const got = chain.map((der) => Buffer.from(der).toString('hex'));
    expect(String(wanted) === String(got), "the peer's chain is another");
  }
  const staple = config['expect-ocsp-response'];
  if (staple !== null) expect(Buffer.from(facts.ocspResponse ?? []).equals(staple), 'the OCSP response is another');
  if (config['expect-verify-result'] && facts.peer) {
    const good = facts.peer.verdict.error === null;
    expect(good === !config['verify-fail'], `the verdict is ${good}`);
  }
}

function checkSessions({ facts }: Engine, config: Config, watch: Watch, resuming: boolean): void {
  if (!config.server && facts.version === 'TLSv1.2') {
    const wanted = !config['expect-no-session'] && (facts.resumed !== true || config['expect-ticket-renewal']);
    expect((watch.newSession !== null) === wanted, `a session ${wanted ? 'did not come' : 'came'}`);
  }
  if (resuming) return;
  expect(!config['expect-session-id'] || watch.cached, 'the session was not cached');
  expect(!config['expect-no-session-id'] || !watch.cached, 'the session was cached');
}

/** A TLS 1.3 session comes after the handshake. */
export function checkSession13({ facts }: Engine, config: Config, watch: Watch): void {
  if (config.server || facts.version !== 'TLSv1.3') return;
  const wanted = !config['expect-no-session'] && !config['shim-shuts-down'];
  expect((watch.newSession !== null) === wanted, `a session ${wanted ? 'did not come' : 'came'}`);
  if (!wanted) return;
  const early = watch.newSession!.maxEarlyData > 0;
  expect(
    early === config['expect-ticket-supports-early-data'],
    `the ticket ${early ? 'allows' : 'forbids'} early data`,
  );
}
