import { defaults } from './defaults.ts';

/** How often a client may renegotiate, by what the module object says at that moment. */
export const renegotiationLimits: { readonly limit: number; readonly window: number } = {
  get limit(): number {
    return defaults.CLIENT_RENEG_LIMIT;
  },
  /** Milliseconds. */
  get window(): number {
    return defaults.CLIENT_RENEG_WINDOW * 1000;
  },
};
