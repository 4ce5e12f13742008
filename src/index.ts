import { SessionCache } from './config/session-cache.ts';
import { digestKey, ecdsaRawToDer } from './crypto/index.ts';
import { TlsError } from './errors/index.ts';
import nodeTls, { type NodeTls } from './faces/node/index.ts';

export type { DigestSigner, SignatureScheme, SigningKey, SignRequest } from './crypto/index.ts';
export * from './faces/node/index.ts';
export { digestKey, ecdsaRawToDer, SessionCache, TlsError };

export interface SignetTls extends NodeTls {
  digestKey: typeof digestKey;
  ecdsaRawToDer: typeof ecdsaRawToDer;
  SessionCache: typeof SessionCache;
  TlsError: typeof TlsError;
}

/** Everything here on one object that may be changed, as `require('tls')` gives it. */
const tls: SignetTls = Object.assign(nodeTls, { digestKey, ecdsaRawToDer, SessionCache, TlsError });

export default tls;
export { tls as 'module.exports' };
