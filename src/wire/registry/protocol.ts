/** RFC 9846, section 5.1. */
export const ContentType = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
  heartbeat: 24,
} as const;

export type ContentTypeName = keyof typeof ContentType;

/** RFC 9846, section 4; RFC 5246, section 7.4. */
export const HandshakeType = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  end_of_early_data: 5,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  certificate_url: 21,
  certificate_status: 22,
  supplemental_data: 23,
  key_update: 24,
  compressed_certificate: 25,
  message_hash: 254,
} as const;

export type HandshakeTypeName = keyof typeof HandshakeType;

export const ProtocolVersion = {
  'SSL 3.0': 0x0300,
  'TLS 1.0': 0x0301,
  'TLS 1.1': 0x0302,
  'TLS 1.2': 0x0303,
  'TLS 1.3': 0x0304,
  'DTLS 1.0': 0xfeff,
  'DTLS 1.2': 0xfefd,
  'DTLS 1.3': 0xfefc,
} as const;

export const AlertLevel = { warning: 1, fatal: 2 } as const;

export const ChangeCipherSpecType = { change_cipher_spec: 1 } as const;

export const CompressionMethod = { null: 0, DEFLATE: 1, LZS: 64 } as const;

/** RFC 9846, section 4.7.3. */
export const KeyUpdateRequest = { update_not_requested: 0, update_requested: 1 } as const;
