import { alpnBuffer } from './alpn.ts';
import { type Callable, callable } from './callable.ts';
import { checkServerIdentity } from './check-server-identity.ts';
import { connect } from './connect.ts';
import type { NodeDefaults } from './defaults.ts';
import { knownCiphers } from './known.ts';
import { type Replaceable, replaceable } from './replaceable.ts';
import { createSecureContext, SecureContext } from './secure-context.ts';
import { createSecurePair, SecurePair } from './secure-pair.ts';
import { createServer, Server } from './server.ts';
import { TLSSocket as TlsSocketClass } from './socket.ts';
import { getCACertificates, rootCertificates, setDefaultCACertificates } from './trust.ts';

export type { AlpnCallback, AlpnProtocols } from './alpn.ts';
export type { CipherNameAndProtocol, EphemeralKeyInfo } from './facts.ts';
export type {
  CheckServerIdentity,
  ConnectOptions,
  ContextHolder,
  KeyCallback,
  KeyOption,
  Pem,
  PfxOption,
  PskClientCallback,
  PskServerCallback,
  SecureContextOptions,
  SniCallback,
  TlsServerOptions,
  TlsSocketOptions,
} from './options.ts';
export type { DetailedNodeCertificate, NodeCertificate } from './peer-certificate.ts';
export type { ServerConstructor } from './server.ts';
export type { VerificationOptions } from './verification.ts';
export {
  checkServerIdentity,
  connect,
  createSecureContext,
  createSecurePair,
  createServer,
  getCACertificates,
  rootCertificates,
  SecureContext,
  SecurePair,
  Server,
  setDefaultCACertificates,
};

export type TLSSocket = TlsSocketClass;
/** May be called without `new`. */
export const TLSSocket: Callable<typeof TlsSocketClass> = /* @__PURE__ */ callable(TlsSocketClass);

/** The name that `createSecureContext` had in Node v0.10's crypto module. */
export const createCredentials: typeof createSecureContext = createSecureContext;

/** The suites that `ciphers` may name, in lower case. */
export function getCiphers(): string[] {
  return knownCiphers();
}

/** Sets `out.ALPNProtocols` to these protocols as the extension has them; bytes are taken as they are. */
export function convertALPNProtocols(protocols: unknown, out: { ALPNProtocols?: Buffer }): void {
  if (Array.isArray(protocols)) out.ALPNProtocols = alpnBuffer(protocols);
  else if (ArrayBuffer.isView(protocols)) {
    out.ALPNProtocols = Buffer.from(Buffer.from(protocols.buffer, protocols.byteOffset, protocols.byteLength));
  }
}

/** Node's `tls`, as an object whose properties may be changed: the DEFAULT_* and the functions that programs replace. */
export interface NodeTls extends Replaceable, NodeDefaults {
  connect: typeof connect;
  convertALPNProtocols: typeof convertALPNProtocols;
  createCredentials: typeof createSecureContext;
  createSecurePair: typeof createSecurePair;
  createServer: typeof createServer;
  getCACertificates: typeof getCACertificates;
  getCiphers: typeof getCiphers;
  readonly rootCertificates: readonly string[];
  SecureContext: typeof SecureContext;
  SecurePair: typeof SecurePair;
  Server: typeof Server;
  setDefaultCACertificates: typeof setDefaultCACertificates;
  TLSSocket: typeof TLSSocket;
}

const tls: NodeTls = Object.assign(
  replaceable,
  { connect, convertALPNProtocols, createCredentials, createSecurePair, createServer, getCACertificates, getCiphers },
  { SecureContext, SecurePair, Server, setDefaultCACertificates, TLSSocket },
  { rootCertificates },
);
Object.defineProperty(tls, 'rootCertificates', { writable: false, configurable: false });

export default tls;
export { tls as 'module.exports' };
