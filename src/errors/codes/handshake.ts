import type { ErrorRow } from '../row.ts';

const PEER = 'The peer breaks the protocol; capture the bytes and report it there.';
const OVERLAP = 'Compare what both ends offer (versions, suites, groups, signature schemes) and let them overlap.';

export type HandshakeErrorCode =
  | 'ERR_TLS_ALERT_RECEIVED'
  | 'ERR_TLS_UNEXPECTED_MESSAGE'
  | 'ERR_TLS_MESSAGE_TOO_LONG'
  | 'ERR_TLS_TOO_MANY_MESSAGES'
  | 'ERR_TLS_VERSION'
  | 'ERR_TLS_DOWNGRADE'
  | 'ERR_TLS_FALLBACK'
  | 'ERR_TLS_UNSUPPORTED_VERSION'
  | 'ERR_TLS_NO_COMMON_CIPHER'
  | 'ERR_TLS_NO_COMMON_GROUP'
  | 'ERR_TLS_NO_COMMON_SIGNATURE_SCHEME'
  | 'ERR_TLS_NO_CREDENTIAL'
  | 'ERR_TLS_WRONG_CIPHER'
  | 'ERR_TLS_WRONG_GROUP'
  | 'ERR_TLS_BAD_KEY_SHARE'
  | 'ERR_TLS_WRONG_SIGNATURE_SCHEME'
  | 'ERR_TLS_BAD_SIGNATURE'
  | 'ERR_TLS_BAD_FINISHED'
  | 'ERR_TLS_WRONG_SESSION_ID'
  | 'ERR_TLS_WRONG_COMPRESSION'
  | 'ERR_TLS_UNSOLICITED_EXTENSION'
  | 'ERR_TLS_MISPLACED_EXTENSION'
  | 'ERR_TLS_MISSING_EXTENSION'
  | 'ERR_TLS_BAD_EXTENSION'
  | 'ERR_TLS_SECOND_RETRY'
  | 'ERR_TLS_USELESS_RETRY'
  | 'ERR_TLS_ALPN'
  | 'ERR_TLS_WRONG_ALPN'
  | 'ERR_TLS_UNRECOGNIZED_NAME'
  | 'ERR_TLS_NO_PEER_CERTIFICATE'
  | 'ERR_TLS_EMPTY_CERTIFICATE'
  | 'ERR_TLS_CHAIN_TOO_LONG'
  | 'ERR_TLS_WRONG_CERTIFICATE_TYPE'
  | 'ERR_TLS_STAPLE_FAILED'
  | 'ERR_TLS_BAD_OCSP_RESPONSE'
  | 'ERR_TLS_CERTIFICATE_CHANGED'
  | 'ERR_TLS_NO_SECURE_RENEGOTIATION'
  | 'ERR_TLS_BAD_RENEGOTIATION_INFO'
  | 'ERR_TLS_RENEGOTIATION_REFUSED'
  | 'ERR_TLS_NO_EXTENDED_MASTER_SECRET'
  | 'ERR_TLS_WEAK_DH'
  | 'ERR_TLS_TOO_MANY_KEY_UPDATES'
  | 'ERR_TLS_BAD_KEY_UPDATE'
  | 'ERR_TLS_BAD_CERTIFICATE_REQUEST';

/** The handshake of both versions and both roles. */
export const HANDSHAKE_ERRORS: Readonly<Record<HandshakeErrorCode, ErrorRow>> = {
  ERR_TLS_ALERT_RECEIVED: {
    alert: null,
    blame: 'peer',
    section: 'RFC 9846, section 6.2',
    says: 'The peer ended the connection with an alert',
    remedy: "The alert names the peer's reason; its log may tell more.",
  },
  ERR_TLS_UNEXPECTED_MESSAGE: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 4',
    says: 'A handshake message came out of order',
    remedy: PEER,
  },
  ERR_TLS_MESSAGE_TOO_LONG: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4',
    says: 'A handshake message is longer than allowed',
    remedy: 'Raise limits.handshakeMessage if the peer is known and needs it.',
  },
  ERR_TLS_TOO_MANY_MESSAGES: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 4',
    says: 'Too many handshake messages',
    remedy: PEER,
  },
  ERR_TLS_VERSION: {
    alert: 'protocol_version',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.1',
    says: 'No common protocol version',
    remedy: 'TLS 1.2 and 1.3 are spoken here: upgrade the peer, or widen minVersion and maxVersion.',
  },
  ERR_TLS_DOWNGRADE: {
    alert: 'illegal_parameter',
    blame: 'network',
    section: 'RFC 9846, section 4.2.3',
    says: "The server's random says that somebody downgraded the version",
    remedy: 'Treat it as an attack: something between the two ends changes the hello messages.',
  },
  ERR_TLS_FALLBACK: {
    alert: 'inappropriate_fallback',
    blame: 'peer',
    section: 'RFC 7507',
    says: 'The client retried with a lower version than both sides speak',
    remedy: 'Remove version fallback from the client.',
  },
  ERR_TLS_UNSUPPORTED_VERSION: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.1',
    says: 'The peer selected a version that was not offered',
    remedy: PEER,
  },
  ERR_TLS_NO_COMMON_CIPHER: {
    alert: 'handshake_failure',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.1',
    says: 'No cipher suite in common',
    remedy: OVERLAP,
  },
  ERR_TLS_NO_COMMON_GROUP: {
    alert: 'handshake_failure',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.7',
    says: 'No key exchange group in common',
    remedy: OVERLAP,
  },
  ERR_TLS_NO_COMMON_SIGNATURE_SCHEME: {
    alert: 'handshake_failure',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.3',
    says: 'No signature scheme in common for the certificates at hand',
    remedy: OVERLAP,
  },
  ERR_TLS_NO_CREDENTIAL: {
    alert: 'handshake_failure',
    blame: 'user',
    section: 'RFC 9846, section 4.5.1',
    says: 'No certificate fits what the peer asks for',
    remedy: 'Configure a certificate and key (cert and key) for this name and these signature schemes.',
  },
  ERR_TLS_WRONG_CIPHER: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.3',
    says: 'The server selected a cipher suite that was not offered or does not fit',
    remedy: PEER,
  },
  ERR_TLS_WRONG_GROUP: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.8',
    says: 'The peer selected a group that was not offered or does not fit',
    remedy: PEER,
  },
  ERR_TLS_BAD_KEY_SHARE: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3.8.2',
    says: "The peer's key share is not a valid public key",
    remedy: PEER,
  },
  ERR_TLS_WRONG_SIGNATURE_SCHEME: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.5.2',
    says: 'The peer signed with a scheme that was not offered or does not fit its key',
    remedy: PEER,
  },
  ERR_TLS_BAD_SIGNATURE: {
    alert: 'decrypt_error',
    blame: 'peer',
    section: 'RFC 9846, section 4.5.2',
    says: "The peer's handshake signature is wrong",
    remedy: 'The peer does not hold the key of its certificate, or something between changes the handshake.',
  },
  ERR_TLS_BAD_FINISHED: {
    alert: 'decrypt_error',
    blame: 'network',
    section: 'RFC 9846, section 4.5.3',
    says: "The peer's Finished does not match the handshake",
    remedy: 'Something between the two ends changes the handshake, or the keys differ.',
  },
  ERR_TLS_WRONG_SESSION_ID: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.3',
    says: 'The server did not echo the session id',
    remedy: PEER,
  },
  ERR_TLS_WRONG_COMPRESSION: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.2',
    says: 'A compression method other than null',
    remedy: PEER,
  },
  ERR_TLS_UNSOLICITED_EXTENSION: {
    alert: 'unsupported_extension',
    blame: 'peer',
    section: 'RFC 9846, section 4.3',
    says: 'The peer answered an extension that was not sent',
    remedy: PEER,
  },
  ERR_TLS_MISPLACED_EXTENSION: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3',
    says: 'An extension stands in a message where it may not',
    remedy: PEER,
  },
  ERR_TLS_MISSING_EXTENSION: {
    alert: 'missing_extension',
    blame: 'peer',
    section: 'RFC 9846, section 9.2',
    says: 'A mandatory extension is missing',
    remedy: PEER,
  },
  ERR_TLS_BAD_EXTENSION: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.3',
    says: 'An extension has a value that is not allowed here',
    remedy: PEER,
  },
  ERR_TLS_SECOND_RETRY: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.4',
    says: 'A second HelloRetryRequest',
    remedy: PEER,
  },
  ERR_TLS_USELESS_RETRY: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.2.4',
    says: 'A HelloRetryRequest that would change nothing, or a hello that ignores it',
    remedy: PEER,
  },
  ERR_TLS_ALPN: {
    alert: 'no_application_protocol',
    blame: 'peer',
    section: 'RFC 7301, section 3.2',
    says: 'No application protocol in common',
    remedy: 'Compare ALPNProtocols on both ends.',
  },
  ERR_TLS_WRONG_ALPN: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 7301, section 3.1',
    says: 'The server selected an application protocol that was not offered',
    remedy: PEER,
  },
  ERR_TLS_UNRECOGNIZED_NAME: {
    alert: 'unrecognized_name',
    blame: 'peer',
    section: 'RFC 6066, section 3',
    says: 'No certificate for the server name asked for',
    remedy: 'Send another server name, or configure one for it.',
  },
  ERR_TLS_NO_PEER_CERTIFICATE: {
    alert: 'certificate_required',
    blame: 'peer',
    section: 'RFC 9846, section 4.5.1.3',
    says: 'The peer sent no certificate',
    remedy: 'Configure the peer with a certificate, or stop asking for one.',
  },
  ERR_TLS_EMPTY_CERTIFICATE: {
    alert: 'decode_error',
    blame: 'peer',
    section: 'RFC 9846, section 4.5.1.3',
    says: "A server's certificate list is empty",
    remedy: PEER,
  },
  ERR_TLS_CHAIN_TOO_LONG: {
    alert: 'bad_certificate',
    blame: 'peer',
    section: '-',
    says: 'The peer sent more certificates than allowed',
    remedy: 'Raise limits.chain if the peer is known and needs it.',
  },
  ERR_TLS_WRONG_CERTIFICATE_TYPE: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.5.1',
    says: "The certificate's key does not fit the cipher suite or its key usage forbids this",
    remedy: 'Give the peer a certificate with the right kind of key and key usage.',
  },
  ERR_TLS_STAPLE_FAILED: {
    alert: 'internal_error',
    blame: 'user',
    section: 'RFC 9846, section 4.5.1.1',
    says: 'The function that provides the OCSP response failed',
    remedy: 'See its error; let it return null to go on without a response.',
  },
  ERR_TLS_BAD_OCSP_RESPONSE: {
    alert: 'bad_certificate_status_response',
    blame: 'peer',
    section: 'RFC 6066, section 8',
    says: 'The stapled OCSP response was refused',
    remedy: 'Renew the response that the server staples.',
  },
  ERR_TLS_CERTIFICATE_CHANGED: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 7627, section 1',
    says: 'The server shows another certificate in a renegotiation than before',
    remedy: 'Connect anew; a peer that becomes another one in the midst of a connection may be two.',
  },
  ERR_TLS_NO_SECURE_RENEGOTIATION: {
    alert: 'handshake_failure',
    blame: 'peer',
    section: 'RFC 5746, section 4.1',
    says: 'The peer does not support secure renegotiation',
    remedy: 'Upgrade the peer.',
  },
  ERR_TLS_BAD_RENEGOTIATION_INFO: {
    alert: 'handshake_failure',
    blame: 'network',
    section: 'RFC 5746, section 3.4',
    says: 'The renegotiation_info does not match the handshake before',
    remedy: 'Treat it as an attack: something between the two ends splices connections.',
  },
  ERR_TLS_RENEGOTIATION_REFUSED: {
    alert: 'no_renegotiation',
    blame: 'peer',
    section: 'RFC 5746, section 4.5',
    says: 'The peer wants to renegotiate, which is refused',
    remedy: 'Allow it by the renegotiation option if the peer needs it.',
  },
  ERR_TLS_NO_EXTENDED_MASTER_SECRET: {
    alert: 'handshake_failure',
    blame: 'peer',
    section: 'RFC 7627, section 5',
    says: 'The extended master secret was used before and is missing now, or it is required',
    remedy: 'Upgrade the peer.',
  },
  ERR_TLS_WEAK_DH: {
    alert: 'insufficient_security',
    blame: 'peer',
    section: 'RFC 7919',
    says: "The server's Diffie-Hellman group is too small or not allowed",
    remedy: 'Let the server use ECDHE, or a group of at least 2048 bits.',
  },
  ERR_TLS_TOO_MANY_KEY_UPDATES: {
    alert: 'unexpected_message',
    blame: 'peer',
    section: 'RFC 9846, section 4.7.3',
    says: 'Too many KeyUpdate messages without data between',
    remedy: 'Raise limits.keyUpdates if the peer is known and means it.',
  },
  ERR_TLS_BAD_KEY_UPDATE: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.7.3',
    says: 'A KeyUpdate asks for something that does not exist',
    remedy: PEER,
  },
  ERR_TLS_BAD_CERTIFICATE_REQUEST: {
    alert: 'illegal_parameter',
    blame: 'peer',
    section: 'RFC 9846, section 4.4.2',
    says: 'A CertificateRequest has a wrong context or comes when it may not',
    remedy: PEER,
  },
};
