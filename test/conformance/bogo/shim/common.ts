import { credentialChooser } from '../../../../src/config/credentials.ts';
import { schemesFrom } from '../../../../src/config/options.ts';
import type { Group, SignatureScheme, SignatureVerifier, Suite } from '../../../../src/crypto/index.ts';
import { TlsError } from '../../../../src/errors/index.ts';
import { cipherSelection } from '../../../../src/faces/node/cipher-list.ts';
import type { CredentialRequest, CredentialSource } from '../../../../src/handshake/credential.ts';
import type { Tracer } from '../../../../src/handshake/events.ts';
import type { Limits } from '../../../../src/handshake/limits.ts';
import type { PeerVerifier, PresentedIdentity, Verdict } from '../../../../src/handshake/peer.ts';
import type { Version } from '../../../../src/handshake/version.ts';
import { type Config, Unimplemented } from './flags.ts';
import { type Numbered, schemeOf } from './keys.ts';
import type { Memory } from './memory.ts';
import { asksForMessages } from './messages.ts';
import { expect } from './unexpected.ts';

/** BoringSSL drops 16,384 bytes of early data that it refuses, and counts what protection adds. */
const SKIPPED_BYTES = 16_384 - 17;

/** What both roles take from the flags. */
export interface Common {
  readonly versions: readonly Version[];
  readonly suites: readonly Suite[];
  readonly groups: readonly Group[];
  readonly schemes: readonly SignatureScheme[];
  readonly verifiers: readonly SignatureVerifier[];
  readonly limits: Partial<Limits>;
  readonly maxSendFragment: number;
  readonly keyLog: boolean;
  readonly tracer: Tracer | null;
}

/** Messages are enough as they are on the wire. */
const PLAIN: Tracer = { record: () => null, message: () => null };

export function commonOf(config: Config, memory: Memory): Common {
  const { crypto } = memory;
  const versions = versionsOf(config);
  const max = config['max-cert-list'];
  return {
    versions,
    suites: suitesOf(config, memory),
    groups: config.curves.length === 0 ? crypto.provider.groups : config.curves.map((id) => groupOf(memory, id)),
    schemes: schemesOf(config, memory, versions),
    verifiers: crypto.verifiers,
    limits: { chain: 100, skippedEarlyData: SKIPPED_BYTES, ...(max === 0 ? {} : { handshakeMessage: max }) },
    maxSendFragment: config['max-send-fragment'] === 0 ? 16_384 : config['max-send-fragment'],
    keyLog: config['export-traffic-secrets'],
    tracer: asksForMessages(config) ? PLAIN : null,
  };
}

const TLS12 = 0x0303;
const TLS13 = 0x0304;

function versionsOf(config: Config): Version[] {
  const min = Math.max(config['min-version'], TLS12);
  const max = config['max-version'] === 0 ? TLS13 : config['max-version'];
  const versions: Version[] = [];
  if (max >= TLS13 && !config['no-tls13']) versions.push('TLSv1.3');
  if (min <= TLS12 && max >= TLS12 && !config['no-tls12']) versions.push('TLSv1.2');
  return versions;
}

function suitesOf(config: Config, memory: Memory): Suite[] {
  const all = memory.crypto.suites.filter(
    (suite) => suite.version === 'TLSv1.3' || !suite.exchange.kind.includes('psk') || config.psk !== '',
  );
  if (config.cipher === '') return all;
  const suites13 = all.filter((suite) => suite.version === 'TLSv1.3');
  try {
    return [...cipherSelection(config.cipher, all, suites13, ['TLSv1.3', 'TLSv1.2']).suites];
  } catch {
    throw new Unimplemented(`the ciphers ${config.cipher}`);
  }
}

export function groupOf(memory: Memory, id: number): Group {
  const group = memory.crypto.groups.find((one) => one.id === id);
  if (group === undefined) throw new Unimplemented(`group ${id}`);
  return group;
}

/** Schemes of the default offer, or those that a flag lists. */
function schemesOf(config: Config, memory: Memory, versions: readonly Version[]): SignatureScheme[] {
  const { crypto } = memory;
  if (config['verify-prefs'].length === 0) {
    return schemesFrom('schemes', null, crypto.provider.verifiers, versions).map(({ name }) => name);
  }
  return config['verify-prefs'].map((id) => {
    const scheme = schemeOf(id);
    if (!crypto.verifiers.some(({ kind, hash }) => kind === scheme.kind && hash === scheme.hash)) {
      throw new Unimplemented(`no verifier for ${scheme.name}`);
    }
    return scheme.name;
  });
}

/** Gives the verdict that the flags ask for. */
export class FlagVerifier implements PeerVerifier {
  /** Looks whether something happened that changes `config`. */
  update: () => void = () => {};
  /** Others once early data was rejected. */
  config: Config;
  /** How often it was asked. */
  asked: number = 0;

  constructor(config: Config) {
    this.config = config;
  }

  verify(identity: PresentedIdentity): Verdict {
    this.update();
    const { config } = this;
    this.asked += 1;
    expect(
      config['expect-ocsp-response'] === null || identity.ocspResponse !== null,
      'the verifier has no OCSP response',
    );
    if (config['verify-fail']) {
      // The alert is the verifier's to choose: BoringSSL's callback names one, its X.509 code has another for an unknown
      // reason.
      const error = new TlsError('ERR_TLS_CERT_UNKNOWN_ROOT', {
        detail: 'so says a flag',
        alert:
          config['use-custom-verify-callback'] || config['reverify-on-resume']
            ? 'certificate_unknown'
            : 'handshake_failure',
      });
      if (this.insists) throw error;
      return { error, path: null, notAfter: null, unchecked: ['everything'] };
    }
    if (identity.role === 'server' && config['use-ocsp-callback'] && config['fail-ocsp-callback']) {
      throw new TlsError('ERR_TLS_BAD_OCSP_RESPONSE', { detail: 'so says a flag' });
    }
    return { error: null, path: identity.chain, notAfter: null, unchecked: ['everything'] };
  }

  private get insists(): boolean {
    return this.config['verify-peer'] || this.config['require-any-client-certificate'];
  }
}

/** Checks what came along with a wish for a certificate, then lets `source` choose. BoringSSL's client insists. */
export function watchedSource(config: Config, credentials: readonly Numbered[]): CredentialSource {
  const insist = credentials.length > 0;
  const source = credentialChooser(
    credentials.map(({ credential }) => credential),
    { insist },
  );
  return {
    async select(request: CredentialRequest, signal) {
      checkRequest(config, request);
      if (config['fail-cert-callback']) {
        throw new TlsError('ERR_TLS_NO_CREDENTIAL', { detail: 'so says a flag', alert: 'internal_error' });
      }
      return source.select(request, signal);
    },
  };
}

function checkRequest(config: Config, request: CredentialRequest): void {
  const wanted = config['expect-peer-verify-pref'];
  expect(wanted.length === 0 || String(wanted) === String(request.schemes), `the peer verifies ${request.schemes}`);
  const names = config['expect-client-ca-list'];
  const got = request.authorities.map((name) => Buffer.from(name).toString('hex')).join(',');
  expect(names === '' || (names === '<EMPTY>' ? '' : names) === got, `the authorities are ${got}`);
}
