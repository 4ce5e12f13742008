/** What OpenSSL's cipher lists ask about a suite of TLS 1.2. */
export interface CipherTraits {
  /** OpenSSL's name, such as `ECDHE-RSA-AES128-GCM-SHA256`. */
  readonly name: string;
  readonly exchange: 'ECDHE' | 'DHE' | 'RSA' | 'PSK' | 'ECDHEPSK' | 'DHEPSK' | 'RSAPSK' | 'anonymous';
  readonly auth: 'RSA' | 'ECDSA' | 'PSK' | 'none';
  readonly cipher: 'AES' | 'CHACHA20' | 'CAMELLIA' | 'other';
  readonly mode: 'GCM' | 'CCM' | 'CCM8' | 'CBC' | 'POLY1305';
  /** Bits of the key. */
  readonly bits: number;
  /** The record's MAC; AEAD where there is none of its own. */
  readonly mac: 'AEAD' | 'SHA1' | 'SHA256' | 'SHA384';
  /** The oldest version that OpenSSL sorts it under; it is used in TLS 1.2 alone all the same. */
  readonly since: 'SSLv3' | 'TLSv1.0' | 'TLSv1.2';
}

const IANA = /^TLS_(\w+)_WITH_([A-Z0-9]+?)_?(128|256)?_(GCM|CCM_8|CCM|CBC|POLY1305)(?:_(SHA|SHA256|SHA384))?$/;

/** Reads the IANA name of a TLS 1.2 suite; null for TLS 1.3's, and for what is not of the usual form. */
export function cipherTraits(iana: string): CipherTraits | null {
  const parts = IANA.exec(iana);
  if (parts === null) return null;
  const [, said = '', algorithm = '', size, wireMode = '', hash = ''] = parts;
  const both = said === 'PSK_DHE' ? 'DHE_PSK' : said; // RFC 6655 turned the two names around.
  const mode = wireMode === 'CCM_8' ? 'CCM8' : (wireMode as CipherTraits['mode']);
  const psk = both.includes('PSK');
  const exchange = psk ? both.replace('_', '') : both.endsWith('anon') ? 'anonymous' : both.split('_')[0]!;
  const auth = psk ? (both === 'RSA_PSK' ? 'RSA' : 'PSK') : exchange === 'anonymous' ? 'none' : both.split('_').pop()!;
  const mac = mode !== 'CBC' ? 'AEAD' : hash === 'SHA' ? 'SHA1' : (hash as 'SHA256' | 'SHA384');
  return {
    name: openSslName(both, algorithm, size ?? '', mode, hash),
    exchange: exchange as CipherTraits['exchange'],
    auth: auth as CipherTraits['auth'],
    cipher: algorithm === 'AES' || algorithm === 'CHACHA20' || algorithm === 'CAMELLIA' ? algorithm : 'other',
    mode,
    bits: size === undefined ? 256 : Number(size),
    mac,
    since: sinceVersion(mac, both),
  };
}

/** What OpenSSL, and with it Node's `getCipher().name`, calls the suite with this IANA name. */
export function openSslCipherName(iana: string): string {
  return cipherTraits(iana)?.name ?? iana;
}

function sinceVersion(mac: CipherTraits['mac'], both: string): CipherTraits['since'] {
  if (mac === 'AEAD' || (mac !== 'SHA1' && !both.includes('PSK'))) return 'TLSv1.2';
  return mac !== 'SHA1' || both.startsWith('ECDHE') ? 'TLSv1.0' : 'SSLv3';
}

/** "RSA" goes unsaid, and so does "CBC" except in AES suites with PSK. */
function openSslName(both: string, algorithm: string, size: string, mode: CipherTraits['mode'], hash: string): string {
  const exchange =
    both === 'RSA' ? '' : `${both.replace('DH_anon', 'ADH').replace('ECADH', 'AECDH').replace('_', '-')}-`;
  const keepsCbc = algorithm === 'AES' && both.includes('PSK');
  if (mode === 'POLY1305') return `${exchange}${algorithm}-POLY1305`;
  const parts = [`${algorithm}${size}`];
  if (mode !== 'CBC' || keepsCbc) parts.push(mode);
  if (hash !== '') parts.push(hash);
  return exchange + parts.join('-');
}
