import type { ErrorRow } from '../row.ts';

export type KeyErrorCode =
  | 'ERR_TLS_KEY_PARSE'
  | 'ERR_TLS_KEY_MISMATCH'
  | 'ERR_TLS_KEY_SCHEME'
  | 'ERR_TLS_SIGN_FAILED'
  | 'ERR_TLS_SIGN_TIMEOUT'
  | 'ERR_TLS_SIGN_BAD_RESULT'
  | 'ERR_TLS_SIGN_INVALID'
  | 'ERR_TLS_RSA_DECRYPT_FAILED';

/** Private keys: those in memory and those that stay in hardware. */
export const KEY_ERRORS: Readonly<Record<KeyErrorCode, ErrorRow>> = {
  ERR_TLS_KEY_PARSE: {
    alert: null,
    blame: 'user',
    section: '-',
    says: 'The private key cannot be read',
    remedy: 'Give PKCS#8, PKCS#1 or SEC1 as PEM or DER, with its passphrase if it is encrypted.',
  },
  ERR_TLS_KEY_MISMATCH: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 9846, section 4.5.1',
    says: 'The private key does not belong to the certificate',
    remedy: 'Give the certificate that was issued for this key, leaf first.',
  },
  ERR_TLS_KEY_SCHEME: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 9846, section 4.3.3',
    says: 'The key cannot sign as the certificate and the peer require',
    remedy: "Compare the key's schemes with the peer's; an RSA key without PSS needs TLS 1.2.",
  },
  ERR_TLS_SIGN_FAILED: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The signer failed',
    remedy: "The cause is what the signer reported; check that the key's device is present and unlocked.",
  },
  ERR_TLS_SIGN_TIMEOUT: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The signer did not answer in time',
    remedy: "Check the key's device, or raise signTimeout.",
  },
  ERR_TLS_SIGN_BAD_RESULT: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The signer did not return a signature as bytes',
    remedy: 'Return a Uint8Array (ECDSA as DER, RSA as modulus-length octets) or a promise of one.',
  },
  ERR_TLS_SIGN_INVALID: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: "The signature does not verify with the certificate's own key; it was not sent",
    remedy:
      'Key and certificate may not belong together, the signer may have hashed twice, or PSS used another salt length.',
  },
  ERR_TLS_RSA_DECRYPT_FAILED: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 5246, section 7.4.7.1',
    says: 'The key could not perform the RSA decryption',
    remedy: 'Give a key with rsaDecrypt, or leave the TLS_RSA_* suites out.',
  },
};
