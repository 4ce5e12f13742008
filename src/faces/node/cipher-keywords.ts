import type { CipherTraits } from './cipher-name.ts';

type Test = (traits: CipherTraits) => boolean;

const all: Test = () => true;
const none: Test = () => false;
const psk: Test = (c) => c.exchange.endsWith('PSK');
const cipher =
  (name: CipherTraits['cipher'], bits: number | null = null): Test =>
  (c) =>
    c.cipher === name && (bits === null || c.bits === bits);
const exchange =
  (name: CipherTraits['exchange']): Test =>
  (c) =>
    c.exchange === name;
const auth =
  (name: CipherTraits['auth']): Test =>
  (c) =>
    c.auth === name;
const mac =
  (name: CipherTraits['mac']): Test =>
  (c) =>
    c.mac === name;
const since =
  (version: CipherTraits['since']): Test =>
  (c) =>
    c.since === version;
const ccm: Test = (c) => c.mode === 'CCM' || c.mode === 'CCM8';
const anonymous: Test = auth('none');

/** Keywords of OpenSSL's cipher lists. Those for what does not exist here select nothing. */
const KEYWORDS: Readonly<Record<string, Test>> = {
  ALL: all,
  DEFAULT: (c) => !anonymous(c) && !ccm(c) && c.cipher !== 'CAMELLIA',
  COMPLEMENTOFALL: none,
  COMPLEMENTOFDEFAULT: (c) => anonymous(c) || ccm(c) || c.cipher === 'CAMELLIA',
  HIGH: (c) => c.bits >= 128,
  MEDIUM: none,
  LOW: none,
  EXPORT: none,
  EXP: none,
  FIPS: (c) => c.cipher === 'AES',
  eNULL: none,
  NULL: none,
  aNULL: anonymous,
  ADH: anonymous,
  AECDH: anonymous,
  kRSA: exchange('RSA'),
  aRSA: auth('RSA'),
  RSA: (c) => c.exchange === 'RSA' && c.auth === 'RSA',
  kDHE: exchange('DHE'),
  kEDH: exchange('DHE'),
  DH: exchange('DHE'),
  DHE: exchange('DHE'),
  EDH: exchange('DHE'),
  kECDHE: exchange('ECDHE'),
  kEECDH: exchange('ECDHE'),
  ECDH: exchange('ECDHE'),
  ECDHE: exchange('ECDHE'),
  EECDH: exchange('ECDHE'),
  aECDSA: auth('ECDSA'),
  ECDSA: auth('ECDSA'),
  PSK: psk,
  kPSK: exchange('PSK'),
  aPSK: auth('PSK'),
  kECDHEPSK: exchange('ECDHEPSK'),
  kDHEPSK: exchange('DHEPSK'),
  kRSAPSK: exchange('RSAPSK'),
  AES: cipher('AES'),
  AES128: cipher('AES', 128),
  AES256: cipher('AES', 256),
  AESGCM: (c) => c.cipher === 'AES' && c.mode === 'GCM',
  AESCCM: (c) => c.cipher === 'AES' && ccm(c),
  AESCCM8: (c) => c.cipher === 'AES' && c.mode === 'CCM8',
  CHACHA20: cipher('CHACHA20'),
  CAMELLIA: cipher('CAMELLIA'),
  CAMELLIA128: cipher('CAMELLIA', 128),
  CAMELLIA256: cipher('CAMELLIA', 256),
  SHA: mac('SHA1'),
  SHA1: mac('SHA1'),
  SHA256: mac('SHA256'),
  SHA384: mac('SHA384'),
  'TLSv1.2': since('TLSv1.2'),
  'TLSv1.0': since('TLSv1.0'),
  TLSv1: since('TLSv1.0'),
  SSLv3: since('SSLv3'),
};

/** What a keyword asks, or null where nobody knows it. */
export function cipherKeyword(word: string): Test | null {
  return Object.prototype.hasOwnProperty.call(KEYWORDS, word) ? KEYWORDS[word]! : null;
}
