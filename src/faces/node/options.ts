import type { KeyObject } from 'node:crypto';
import type { TcpSocketConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Provider, SigningKey } from '../../crypto/index.ts';
import type { TraceMessage, TraceRecord } from '../../handshake/events.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import type { AlpnProtocols } from './alpn.ts';
import type { SecureContext } from './secure-context.ts';

/** PEM, as text or bytes. */
export type Pem = string | NodeJS.ArrayBufferView;

/** Is given what is to be signed, whole; hands over the signature, or why there is none, or returns a promise of it. */
export type KeyCallback = (data: Buffer, callback: (error?: unknown, signature?: Uint8Array) => void) => unknown;

/** A private key: in memory, with its passphrase, behind a function, or behind an interface. */
export type KeyOption =
  | Pem
  | KeyObject
  | { readonly pem: Pem; readonly passphrase?: string | undefined }
  | { readonly key: Pem | KeyObject; readonly passphrase?: string | undefined }
  | KeyCallback
  | SigningKey;

export interface SecureContextOptions {
  /** Who is trusted instead of Node's default roots. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** Certificate chains, leaf first, one for each key. */
  readonly cert?: Pem | readonly Pem[] | undefined;
  readonly key?: KeyOption | readonly KeyOption[] | undefined;
  /** For every encrypted key that has none of its own. */
  readonly passphrase?: string | undefined;
  /** Revocation lists. Given one, every certificate needs one. */
  readonly crl?: Pem | readonly Pem[] | undefined;
  /** Suites in OpenSSL's list syntax, by OpenSSL's or IANA's names. */
  readonly ciphers?: string | undefined;
  /** Key exchange groups with `:` between, or `auto`. */
  readonly ecdhCurve?: string | undefined;
  /** Signature schemes with `:` between, by OpenSSL's or the RFCs' names. */
  readonly sigalgs?: string | undefined;
  readonly minVersion?: string | null | undefined;
  readonly maxVersion?: string | null | undefined;
  readonly secureProtocol?: string | undefined;
  readonly secureOptions?: number | undefined;
  /** Whether a certificate in `ca` that is not a root ends a path. */
  readonly allowPartialTrustChain?: boolean | undefined;
  /** What carries out the cryptography; node:crypto by default. */
  readonly provider?: Provider | undefined;
  /** Milliseconds that a signature may take; 10,000 by default. */
  readonly signTimeout?: number | undefined;
}

/** Looks at the server's certificate beyond its path; an error, returned, refuses it. */
export type CheckServerIdentity = (hostname: string, cert: never) => Error | undefined;

export interface TlsSocketOptions extends SecureContextOptions {
  readonly isServer?: boolean | undefined;
  readonly secureContext?: SecureContext | { readonly context: SecureContext } | undefined;
  /** Name to send and to look for in the certificate; never an IP address. */
  readonly servername?: string | undefined;
  readonly ALPNProtocols?: AlpnProtocols | undefined;
  /** Whether a server that cannot be believed ends the connection. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** Ask for a stapled OCSP response. */
  readonly requestOCSP?: boolean | undefined;
  /** Print the handshake to stderr. */
  readonly enableTrace?: boolean | undefined;
  /** Takes each record and message; or `true` for `trace` events. */
  readonly trace?: boolean | ((item: TraceRecord | TraceMessage) => void) | undefined;
  /** Decides in place of everything else whether to believe the server, its name included. */
  readonly verifier?: PeerVerifier | undefined;
  /** Host whose certificate is expected where there is no `servername`. */
  readonly host?: string | undefined;
  /** The program's own look at the server's certificate, in place of the usual comparison of names. */
  readonly checkServerIdentity?: CheckServerIdentity | undefined;
  readonly allowHalfOpen?: boolean | undefined;
  readonly highWaterMark?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly noDelay?: boolean | undefined;
  readonly keepAlive?: boolean | undefined;
  readonly keepAliveInitialDelay?: number | undefined;
}

export interface ConnectOptions extends TlsSocketOptions, Partial<Omit<TcpSocketConnectOpts, keyof TlsSocketOptions>> {
  /** Path of a Unix domain socket or named pipe. */
  readonly path?: string | undefined;
  /** A connection of your own, any Duplex; `host` and `port` then open nothing. */
  readonly socket?: Duplex | undefined;
  /** Bits that a server's Diffie-Hellman group needs at least. */
  readonly minDHSize?: number | undefined;
  /** Milliseconds without activity until `timeout` is emitted. */
  readonly timeout?: number | undefined;
}
