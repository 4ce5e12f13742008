import type { KeyObject } from 'node:crypto';
import type { ServerOpts, Socket, TcpSocketConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EarlyDataOptions } from '../../config/server.ts';
import type { SessionCache } from '../../config/session-cache.ts';
import type { Provider, SigningKey } from '../../crypto/index.ts';
import type { TraceMessage, TraceRecord } from '../../handshake/events.ts';
import type { PeerVerifier } from '../../handshake/peer.ts';
import type { AlpnCallback, AlpnProtocols } from './alpn.ts';
import type { DetailedNodeCertificate } from './peer-certificate.ts';
import type { VerificationOptions } from './verification.ts';

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
  /** PKCS #12 archives, alone or with their passphrases. */
  readonly pfx?: PfxOption | readonly PfxOption[] | undefined;
  /** Server: a Diffie-Hellman group in PEM form, or `auto` for one of RFC 7919; without it DHE is not used. */
  readonly dhparam?: 'auto' | Pem | undefined;
  /** Server: whether our order of suites and groups counts; true by default. */
  readonly honorCipherOrder?: boolean | undefined;
  /** Server: 48 bytes that seal tickets. Servers that share them resume each other's sessions. */
  readonly ticketKeys?: NodeJS.ArrayBufferView | undefined;
  /** Server: seconds that a session may be resumed; 300 by default. */
  readonly sessionTimeout?: number | undefined;
  /** Server: sets this application's sessions apart from others' that share keys or a store. */
  readonly sessionIdContext?: string | undefined;
  /**
   * Server: take early data (TLS 1.3). It is handed out once the handshake is done, so that what was only sent again is
   * not; `guard` is for several servers that share ticket keys. Default: false.
   */
  readonly acceptEarlyData?: boolean | Partial<EarlyDataOptions> | undefined;
  /** Whether a certificate in `ca` that is not a root ends a path. */
  readonly allowPartialTrustChain?: boolean | undefined;
  /** How certificates are judged: profile, pins, revocation, dates. */
  readonly verification?: VerificationOptions | undefined;
  /** What carries out the cryptography; node:crypto by default. */
  readonly provider?: Provider | undefined;
  /** Milliseconds that a signature may take; 10,000 by default. */
  readonly signTimeout?: number | undefined;
}

/** A PKCS #12 archive. */
export type PfxOption =
  | string
  | NodeJS.ArrayBufferView
  | { readonly buf: string | NodeJS.ArrayBufferView; readonly passphrase?: string | undefined };

/** Client: the key for this hint, and the identity that goes with it; null: none. */
export type PskClientCallback = (
  hint: string | null,
) => { readonly psk: NodeJS.ArrayBufferView; readonly identity: string } | null | undefined;

/** Server: the key for this identity; null: nobody is known by it. As of a method, so that it may ask for a TLSSocket. */
export type PskServerCallback = {
  call(socket: Socket, identity: string): NodeJS.ArrayBufferView | null | undefined;
}['call'];

/** A context made by `createSecureContext`, or what holds one as `context`. */
export interface ContextHolder {
  readonly context: object;
}

/** Chooses a context by name: it calls `callback`, or returns the context as in Node v0.10. */
export type SniCallback = (
  servername: string,
  callback: (error: Error | null, context?: ContextHolder | null) => void,
) => unknown;

/** Looks at the server's certificate beyond its path; an error, returned, refuses it. */
export type CheckServerIdentity = (hostname: string, cert: DetailedNodeCertificate) => Error | undefined;

export interface TlsSocketOptions extends SecureContextOptions {
  readonly isServer?: boolean | undefined;
  readonly secureContext?: ContextHolder | undefined;
  /** Name to send and to look for in the certificate; never an IP address. */
  readonly servername?: string | undefined;
  readonly ALPNProtocols?: AlpnProtocols | undefined;
  /** Server: chooses the protocol, in place of ALPNProtocols. */
  readonly ALPNCallback?: AlpnCallback | undefined;
  /** The name of ALPNProtocols in Node v0.10. */
  readonly NPNProtocols?: AlpnProtocols | undefined;
  /** Server: chooses a context by the name that the client asks for. */
  readonly SNICallback?: SniCallback | undefined;
  /** Server: whether clients are asked for a certificate. */
  readonly requestCert?: boolean | undefined;
  /** Pre-shared keys, which need suites with PSK in `ciphers`. */
  readonly pskCallback?: PskClientCallback | PskServerCallback | undefined;
  /** Server: tells clients which key is meant, in TLS 1.2. */
  readonly pskIdentityHint?: string | undefined;
  /** Client: what `getSession` or the `session` event gave. It holds a secret. */
  readonly session?: Buffer | string | null | undefined;
  /** Client: sessions are kept here and resumed, in place of `session`, for the same name and port. */
  readonly sessionCache?: SessionCache | undefined;
  /**
   * Client: sent at once if the session allows it (TLS 1.3), all of it or nothing; `earlyDataAccepted` tells what became
   * of it. Somebody who listens may send it to the server again: only for what may be done twice.
   */
  readonly earlyData?: string | NodeJS.ArrayBufferView | undefined;
  /** Server: milliseconds that the handshake may take; there is no limit where absent. */
  readonly handshakeTimeout?: number | undefined;
  /** Server: begin with reading paused. */
  readonly pauseOnConnect?: boolean | undefined;
  /** Received bytes go into this buffer, in place of `data` events. */
  readonly onread?: OnReadOptions | undefined;
  /** Whether a peer that cannot be believed ends the connection. */
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

/** As `onread` of net.Socket: false from `callback` pauses. */
export interface OnReadOptions {
  readonly buffer: Uint8Array | (() => Uint8Array);
  readonly callback: (bytesWritten: number, buffer: Uint8Array) => unknown;
}

/** What `createServer` takes besides the options of `net.createServer`. */
export interface TlsServerOptions extends SecureContextOptions, ServerOpts {
  readonly ALPNProtocols?: AlpnProtocols | undefined;
  readonly ALPNCallback?: AlpnCallback | undefined;
  readonly NPNProtocols?: AlpnProtocols | undefined;
  readonly SNICallback?: SniCallback | undefined;
  readonly requestCert?: boolean | undefined;
  /** Whether clients whose certificate cannot be believed are refused; counts where `requestCert` is true. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** Milliseconds that a handshake may take; 120,000 by default. */
  readonly handshakeTimeout?: number | undefined;
  readonly pskCallback?: PskServerCallback | undefined;
  readonly pskIdentityHint?: string | undefined;
  readonly enableTrace?: boolean | undefined;
  /** Decides in place of everything else whether to believe a client. */
  readonly verifier?: PeerVerifier | undefined;
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
