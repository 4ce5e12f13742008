import type { ErrorRow } from '../row.ts';

export type KeyErrorCode =
  | 'ERR_TLS_KEY_PARSE'
  | 'ERR_TLS_KEY_MISMATCH'
  | 'ERR_TLS_KEY_SCHEME'
  | 'ERR_TLS_KEY_ADDRESS'
  | 'ERR_TLS_KEY_MODULE'
  | 'ERR_TLS_KEY_TOKEN'
  | 'ERR_TLS_KEY_NOT_FOUND'
  | 'ERR_TLS_KEY_AMBIGUOUS'
  | 'ERR_TLS_KEY_UNSUPPORTED'
  | 'ERR_TLS_KEY_PIN_MISSING'
  | 'ERR_TLS_KEY_PIN_WRONG'
  | 'ERR_TLS_KEY_PIN_LOCKED'
  | 'ERR_TLS_KEY_DENIED'
  | 'ERR_TLS_KEY_DEVICE'
  | 'ERR_TLS_KEY_TIMEOUT'
  | 'ERR_TLS_KEY_CLOSED'
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
  ERR_TLS_KEY_ADDRESS: {
    alert: null,
    blame: 'user',
    section: 'RFC 7512, section 2',
    says: 'What was given does not name a key',
    remedy: 'Correct the URI, handle or file as the message says; docs/keys.md shows one for each kind of device.',
  },
  ERR_TLS_KEY_MODULE: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The way to the key cannot be used',
    remedy: 'Install or start the program, module or service that the message names, or correct its path.',
  },
  ERR_TLS_KEY_TOKEN: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The token that holds the key is not there',
    remedy: 'Insert the token, or correct token, serial, model or slot in the URI.',
  },
  ERR_TLS_KEY_NOT_FOUND: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'There is no such key',
    remedy: 'Name one of the keys that the message lists, or make the key first.',
  },
  ERR_TLS_KEY_AMBIGUOUS: {
    alert: null,
    blame: 'user',
    section: '-',
    says: 'More than one fits what was given',
    remedy: 'Name one of those that the message lists more closely.',
  },
  ERR_TLS_KEY_UNSUPPORTED: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 9846, section 4.3.3',
    says: 'TLS cannot use this key',
    remedy: 'Make a key for signatures: EC on P-256, P-384 or P-521, Ed25519, or RSA.',
  },
  ERR_TLS_KEY_PIN_MISSING: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The key needs a PIN or password and none was given',
    remedy: 'Give it as an option or a function, or name its source in the URI.',
  },
  ERR_TLS_KEY_PIN_WRONG: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The PIN or password is wrong',
    remedy:
      'Correct it and open the key again. It is never tried twice, because most devices lock after a few attempts.',
  },
  ERR_TLS_KEY_PIN_LOCKED: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The device is locked after too many wrong attempts',
    remedy: "Unlock it with the device's own tool and its administrator's PIN, or wait where it unlocks by itself.",
  },
  ERR_TLS_KEY_DENIED: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The service that holds the key refused access to it',
    remedy: 'Give credentials that may read the public key and sign, and check that they have not expired.',
  },
  ERR_TLS_KEY_DEVICE: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The device of the key reported a failure',
    remedy: 'Look up the code that the message gives in the manual of the device; check that it is connected.',
  },
  ERR_TLS_KEY_TIMEOUT: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The device of the key did not answer in time',
    remedy: 'Check that the device is present and not waiting for a touch or for another program, or allow more time.',
  },
  ERR_TLS_KEY_CLOSED: {
    alert: 'internal_error',
    blame: 'user',
    section: '-',
    says: 'The key has been closed',
    remedy: 'Close a key only when every connection that uses it is over, or open it again.',
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
