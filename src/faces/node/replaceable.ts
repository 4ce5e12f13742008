import { checkServerIdentity } from './check-server-identity.ts';
import { defaults, type NodeDefaults } from './defaults.ts';
import type { CheckServerIdentity } from './options.ts';
import { createSecureContext } from './secure-context.ts';

/** Functions of the module object that programs replace, as Node lets them: `tls.checkServerIdentity = ...`. */
export interface Replaceable extends NodeDefaults {
  checkServerIdentity: CheckServerIdentity;
  createSecureContext: typeof createSecureContext;
}

export const replaceable: Replaceable = Object.assign(defaults, { checkServerIdentity, createSecureContext });
