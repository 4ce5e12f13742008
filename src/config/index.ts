// The public face of the engine (`signet-tls/engine`): engines of both roles, their configuration, and what they exchange.

export type {
  Group,
  Hash,
  Provider,
  PublicKey,
  SignatureScheme,
  SignatureVerifier,
  SigningKey,
  SignRequest,
  Suite,
} from '../crypto/index.ts';
export { digestKey, ecdsaRawToDer } from '../crypto/index.ts';
export { createClientEngine, createServerEngine, type Engine, type Patience, settle } from '../engine/index.ts';
export { TlsError } from '../errors/index.ts';
export type { Awaitable, Signal, Task, TaskKind } from '../flow/index.ts';
export type { Renegotiation, SessionSource } from '../handshake/client/settings.ts';
export type { Credential, CredentialRequest, CredentialSource } from '../handshake/credential.ts';
export type { Event, TraceContext, TraceMessage, TraceRecord, Tracer } from '../handshake/events.ts';
export type { Facts } from '../handshake/facts.ts';
export { DEFAULT_LIMITS, type Limits } from '../handshake/limits.ts';
export type { PeerVerifier, PresentedIdentity, Verdict, VerifiedIdentity } from '../handshake/peer.ts';
export { type DhGroup, dhePskServer, dheServer } from '../handshake/server/exchange-dhe12.ts';
export { rsaPskServer, rsaServer } from '../handshake/server/exchange-rsa12.ts';
export { ecdheServer } from '../handshake/server/exchange12.ts';
export type { HelloFacts, SessionStore, TicketKeeper } from '../handshake/server/settings.ts';
export type { Session } from '../handshake/session.ts';
export type { Version } from '../handshake/version.ts';
export { tracer } from '../wire/index.ts';
export { callbackKey } from './callback-key.ts';
export { type ClientOptions, clientSettings } from './client.ts';
export {
  type ChooserOptions,
  type CredentialOptions,
  credential,
  credentialChooser,
  versionsOf,
} from './credentials.ts';
export { type ServerOptions, serverSettings } from './server.ts';
export { SessionCache, type SessionCacheOptions } from './session-cache.ts';
export { SealedTickets, TICKET_KEY_SIZE, type TicketOptions } from './tickets.ts';
export { type PathVerifierOptions, pathVerifier } from './verifiers.ts';
