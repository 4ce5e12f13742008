/** IANA's "TLS Supported Groups". */
export const NamedGroup = {
  sect163k1: 1,
  sect163r1: 2,
  sect163r2: 3,
  sect193r1: 4,
  sect193r2: 5,
  sect233k1: 6,
  sect233r1: 7,
  sect239k1: 8,
  sect283k1: 9,
  sect283r1: 10,
  sect409k1: 11,
  sect409r1: 12,
  sect571k1: 13,
  sect571r1: 14,
  secp160k1: 15,
  secp160r1: 16,
  secp160r2: 17,
  secp192k1: 18,
  secp192r1: 19,
  secp224k1: 20,
  secp224r1: 21,
  secp256k1: 22,
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  brainpoolP256r1: 26,
  brainpoolP384r1: 27,
  brainpoolP512r1: 28,
  x25519: 29,
  x448: 30,
  brainpoolP256r1tls13: 31,
  brainpoolP384r1tls13: 32,
  brainpoolP512r1tls13: 33,
  GC256A: 34,
  GC256B: 35,
  GC256C: 36,
  GC256D: 37,
  GC512A: 38,
  GC512B: 39,
  GC512C: 40,
  curveSM2: 41,
  ffdhe2048: 256,
  ffdhe3072: 257,
  ffdhe4096: 258,
  ffdhe6144: 259,
  ffdhe8192: 260,
  MLKEM512: 512,
  MLKEM768: 513,
  MLKEM1024: 514,
  SecP256r1MLKEM768: 4587,
  X25519MLKEM768: 4588,
  SecP384r1MLKEM1024: 4589,
  X25519Kyber768Draft00: 25497,
} as const;

/** RFC 8422, section 5.4. */
export const ECCurveType = { explicit_prime: 1, explicit_char2: 2, named_curve: 3 } as const;

/** RFC 8422, section 5.1.2. */
export const ECPointFormat = {
  uncompressed: 0,
  ansiX962_compressed_prime: 1,
  ansiX962_compressed_char2: 2,
} as const;

/** RFC 9846, section 4.3.9. */
export const PskKeyExchangeMode = { psk_ke: 0, psk_dhe_ke: 1 } as const;

/** RFC 6066, section 4: powers of two, in bytes. */
export const MaxFragmentLengthCode = { '2^9': 1, '2^10': 2, '2^11': 3, '2^12': 4 } as const;

/** RFC 6066, section 3. */
export const NameType = { host_name: 0 } as const;
