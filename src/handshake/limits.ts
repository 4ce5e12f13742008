/** Every bound on what a peer can make us do. Raise one only for a peer that is known. */
export interface Limits {
  /** Bytes of one handshake message; a Certificate is by far the longest. */
  readonly handshakeMessage: number;
  /** Certificates in the peer's chain, the leaf included. */
  readonly chain: number;
  /** Records without content in a row. */
  readonly emptyRecords: number;
  /** Warning alerts in a row. */
  readonly warningAlerts: number;
  /** KeyUpdate messages in a row, without application data between. */
  readonly keyUpdates: number;
  /** Handshake messages after the handshake in a row (tickets, HelloRequests), without application data between. */
  readonly afterHandshake: number;
  /** Servers: bytes of early data that are dropped after it was refused; what protection adds to them is not counted. */
  readonly skippedEarlyData: number;
  /** Bytes received and not yet processed while the handshake waits for the host. */
  readonly buffered: number;
}

export const DEFAULT_LIMITS: Limits = {
  handshakeMessage: 131_072,
  chain: 16,
  emptyRecords: 32,
  warningAlerts: 4,
  keyUpdates: 32,
  afterHandshake: 32,
  skippedEarlyData: 16_384,
  buffered: 65_536,
};
