export type Version = 'TLSv1.2' | 'TLSv1.3';

/** ProtocolVersion code points (RFC 9846, section 4.3.1). */
export const VERSION_CODES: Readonly<Record<Version, number>> = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 };
