import { optInGroups } from '../../../../src/providers/node/optin/groups.ts';
import { ecdheCbcSuites } from '../../../../src/providers/node/optin/suites-ecdhe-cbc.ts';
import { pskSuites } from '../../../../src/providers/node/optin/suites-psk.ts';
import { rsaSuites } from '../../../../src/providers/node/optin/suites-rsa.ts';
import { optInVerifiers } from '../../../../src/providers/node/optin/verifiers.ts';
import { nodeProvider } from '../../../../src/providers/node.ts';
import type { Crypto } from './crypto.ts';

export const nodeCrypto: Crypto = {
  provider: nodeProvider,
  suites: [...nodeProvider.suites, ...ecdheCbcSuites, ...rsaSuites, ...pskSuites],
  groups: [...nodeProvider.groups, ...optInGroups],
  verifiers: [...nodeProvider.verifiers, ...optInVerifiers],
};
