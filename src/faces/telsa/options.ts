import type { Duplex } from 'node:stream';
import { clientSettings } from '../../config/client.ts';
import { credentialChooser, versionsOf } from '../../config/credentials.ts';
import { pathVerifier } from '../../config/verifiers.ts';
import type { SigningKey, Suite } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { ClientSettings } from '../../handshake/client/settings.ts';
import type { Version } from '../../handshake/version.ts';
import { TLS_RSA_WITH_AES_128_CBC_SHA } from '../../providers/node/optin/suites-rsa.ts';
import { nodeProvider } from '../../providers/node.ts';
import { privateProfile } from '../../x509/index.ts';
import { credentialsFrom } from '../node/credentials.ts';
import { anchorsFrom } from '../node/trust.ts';

/** Signs a chunk of data: calls back with an error, or with the signature. */
export type SigningFunction = (data: Buffer, callback: (error: Error | null, signature?: Uint8Array) => void) => void;

export interface TelsaOptions {
  /** Server name, sent as SNI and looked for in the certificate: SAN, or the common name where there is no SAN. */
  readonly host: string;
  readonly port?: number;
  /** What is trusted, and nothing else: certificates as PEM. */
  readonly ca: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Our certificate as PEM, with its chain if it has one. */
  readonly cert: string | Uint8Array;
  /** A private key as PEM, a signing function, or a `SigningKey`. */
  readonly key: string | Uint8Array | SigningFunction | SigningKey;
  /** The date by which the server's chain is judged. Absent: now; null: its validity period is not checked. */
  readonly validityCheckDate?: Date | null;
  /** Used in place of a connection to `host` and `port`. */
  readonly socket?: Duplex;
}

/** The suite that every server has that speaks TLS 1.2 (RFC 5246, section 9), and that the first Telsa lived on. */
const LAST_RESORT: Suite = TLS_RSA_WITH_AES_128_CBC_SHA;

/** Checks the options. Fails with ERR_TLS_CONFIG, naming the option, or with what is wrong with key or certificate. */
export function settingsFrom(options: TelsaOptions): ClientSettings {
  const { host, ca, cert, key } = options;
  if (typeof host !== 'string' || host === '')
    fail('ERR_TLS_CONFIG', 'host is missing; it takes the name of the server');
  for (const [name, value] of Object.entries({ ca, cert, key })) {
    if (value === undefined || value === null)
      fail('ERR_TLS_CONFIG', `${name} is missing; ${NEEDS[name as keyof typeof NEEDS]}`);
  }
  const credentials = credentialsFrom({ cert, key }, null, []);
  const versions = versionsOf(credentials, ['TLSv1.3', 'TLSv1.2']) as Version[];
  const { suites, verifiers } = nodeProvider;
  return clientSettings({
    provider: nodeProvider,
    serverName: host,
    versions,
    suites: [...suites, LAST_RESORT].filter((suite) => versions.includes(suite.version)),
    credentials: credentialChooser(credentials),
    now: Date.now,
    sessions: null,
    verifier: pathVerifier({
      anchors: anchorsFrom(Array.isArray(ca) ? ca : [ca]),
      verifiers,
      now: Date.now,
      profile: privateProfile,
      legacyCommonName: true,
      ...dateFrom(options.validityCheckDate),
    }),
  });
}

const NEEDS = {
  ca: 'it takes the certificates to trust, as PEM',
  cert: 'it takes the certificate of the key, as PEM',
  key: 'it takes a private key as PEM, or a function (data, callback) that signs',
} as const;

function dateFrom(date: Date | null | undefined): { readonly time?: number | null } {
  if (date === undefined) return {};
  if (date === null) return { time: null };
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
    fail('ERR_TLS_CONFIG', 'validityCheckDate takes a valid Date, or null for no check of the validity period');
  }
  return { time: Math.floor(date.getTime() / 1000) };
}
