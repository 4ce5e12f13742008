import type { PeerVerifier, Verdict } from '../../src/handshake/peer.ts';

const VERDICT: Verdict = { error: null, path: null, notAfter: null, unchecked: ['everything: this is a test'] };

/** Believes everybody at once. */
export const accepting: PeerVerifier = { verify: () => VERDICT };
