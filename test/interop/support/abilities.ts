import type { SignatureScheme } from '../../../src/crypto/index.ts';
import type { Version } from '../../../src/handshake/version.ts';
import type { KeyType } from '../../support/pki.ts';
import type { Topic } from './row.ts';

/** What a peer can be asked to do. Whatever stands here and fails is a failure, never a reason to skip. */
export interface Abilities {
  readonly versions: readonly Version[];
  /** Whether it has this cipher suite, by IANA name. */
  hasSuite(name: string): boolean;
  /** Groups of the default offer, and secp521r1, by our names. */
  readonly groups: readonly string[];
  /** Opt-in groups. */
  readonly moreGroups: Readonly<Record<Version, readonly string[]>>;
  /** Keys of a server's certificate: its own where it is the server, ours where it is the client. */
  readonly keys: readonly KeyType[];
  /** Keys of a client's certificate; empty: no client authentication. */
  readonly clientKeys: readonly KeyType[];
  readonly resumption: Readonly<Record<Version, readonly ('ticket' | 'session id')[]>>;
  /** Groups for which it can be brought to send, or to need, a HelloRetryRequest. */
  readonly retryGroups: readonly string[];
  /** Groups that it would not choose with this key in TLS 1.2, where the key's curve is on the list as well. */
  readonly avoids?: (group: string, key: KeyType) => boolean;
  /** Whether it has no such signature in TLS 1.2, where no curve is bound to a hash. */
  readonly lacksHash?: (key: KeyType, scheme: SignatureScheme) => boolean;
  /** What it can talk about besides `echo`. */
  readonly topics: readonly Topic[];
}

export const KEYS: readonly KeyType[] = ['P-256', 'P-384', 'P-521', 'ed25519', 'rsa', 'rsa-pss'];
export const CLIENT_KEYS: readonly KeyType[] = ['rsa', 'P-256', 'P-384', 'ed25519'];
export const GROUPS: readonly string[] = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'];
export const HYBRID = 'X25519MLKEM768';

/** What programs on OpenSSL 3 have. */
export const OPENSSL: Abilities = {
  versions: ['TLSv1.3', 'TLSv1.2'],
  hasSuite: (name) => !/ECDHE_PSK.*(GCM|CCM)/.test(name),
  groups: GROUPS,
  moreGroups: {
    'TLSv1.3': ['x448', 'ffdhe2048', 'ffdhe3072'],
    'TLSv1.2': ['x448', 'secp256k1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'],
  },
  keys: KEYS,
  clientKeys: CLIENT_KEYS,
  resumption: { 'TLSv1.3': ['ticket'], 'TLSv1.2': ['ticket', 'session id'] },
  retryGroups: GROUPS,
  topics: [],
};

/** OpenSSL's names, which Node has too. */
const OPENSSL_GROUPS: Readonly<Record<string, string>> = {
  x25519: 'X25519',
  x448: 'X448',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export function openSslGroups(names: readonly string[]): string {
  return names.map((name) => OPENSSL_GROUPS[name] ?? name).join(':');
}

/** Everything that an OpenSSL has, what is deprecated included. */
export const OPENSSL_SUITES_12 = 'ALL:@SECLEVEL=0';
export const OPENSSL_SUITES_13 =
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256';
