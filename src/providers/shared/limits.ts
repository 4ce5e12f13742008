/** 2^24.5 full records (RFC 9846, section 5.5); 2^52 forgeries (RFC 9001, section 6.6). */
export const GCM_LIMITS: { recordLimit: number; forgeryLimit: number } = {
  recordLimit: 23_726_566,
  forgeryLimit: 2 ** 52,
};

/** The sequence number ends before any limit on records (RFC 9846, section 5.5); 2^36 forgeries (RFC 9001, section 6.6). */
export const CHACHA20_POLY1305_LIMITS: { recordLimit: number; forgeryLimit: number } = {
  recordLimit: Number.POSITIVE_INFINITY,
  forgeryLimit: 2 ** 36,
};

/** 2^23 records and 2^23.5 forgeries of the size that TLS has (RFC 9147, section 4.5.3 and appendix B). */
export const CCM_LIMITS: { recordLimit: number; forgeryLimit: number } = {
  recordLimit: 2 ** 23,
  forgeryLimit: 11_863_283,
};

/** The short tag gives a forger 2^7 attempts (RFC 9147, section 4.5.3 and appendix B). */
export const CCM_8_LIMITS: { recordLimit: number; forgeryLimit: number } = {
  recordLimit: 2 ** 23,
  forgeryLimit: 2 ** 7,
};
