export { createClientEngine } from './client.ts';
export type { Engine } from './engine.ts';
export { createServerEngine } from './server.ts';
export { type Patience, settle } from './settle.ts';
