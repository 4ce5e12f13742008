import { checkServerIdentity } from './check-server-identity.ts';
import { connect } from './connect.ts';
import type { NodeDefaults } from './defaults.ts';
import { knownCiphers } from './known.ts';
import { type Replaceable, replaceable } from './replaceable.ts';
import { createSecureContext, SecureContext } from './secure-context.ts';
import { TLSSocket } from './socket.ts';
import { rootCertificates } from './trust.ts';

export type { CipherNameAndProtocol, EphemeralKeyInfo } from './facts.ts';
export type {
  CheckServerIdentity,
  ConnectOptions,
  KeyCallback,
  KeyOption,
  Pem,
  SecureContextOptions,
  TlsSocketOptions,
} from './options.ts';
export type { DetailedNodeCertificate, NodeCertificate } from './peer-certificate.ts';
export { checkServerIdentity, connect, createSecureContext, rootCertificates, SecureContext, TLSSocket };

/** The suites that `ciphers` may name, in lower case. */
export function getCiphers(): string[] {
  return knownCiphers();
}

/** Node's `tls`, as an object whose properties may be changed: the DEFAULT_* and the functions that programs replace. */
export interface NodeTls extends Replaceable, NodeDefaults {
  connect: typeof connect;
  getCiphers: typeof getCiphers;
  readonly rootCertificates: readonly string[];
  SecureContext: typeof SecureContext;
  TLSSocket: typeof TLSSocket;
}

const tls: NodeTls = Object.assign(
  replaceable,
  { connect, getCiphers, SecureContext, TLSSocket },
  { rootCertificates },
);
Object.defineProperty(tls, 'rootCertificates', { writable: false, configurable: false });

export default tls;
export { tls as 'module.exports' };
