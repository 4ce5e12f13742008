import { randomFillSync } from 'node:crypto';
import { optInGroups, optInSuites12, optInVerifiers } from '../../../../src/providers/noble/optin.ts';
import { createNobleProvider } from '../../../../src/providers/noble.ts';
import type { Crypto } from './crypto.ts';

const random = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));
const provider = createNobleProvider({ random });

export const nobleCrypto: Crypto = {
  provider,
  suites: [...provider.suites, ...optInSuites12(random)],
  groups: [...provider.groups, ...optInGroups(random)],
  verifiers: [...provider.verifiers, ...optInVerifiers],
};
