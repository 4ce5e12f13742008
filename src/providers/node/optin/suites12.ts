import type { Suite12 } from '../../../crypto/index.ts';
import { hasCipher } from '../available.ts';
import { camelliaSuites } from './suites-camellia.ts';
import { ccmSuites } from './suites-ccm.ts';
import { dheSuites } from './suites-dhe.ts';
import { ecdheCbcSuites } from './suites-ecdhe-cbc.ts';
import { pskSuites } from './suites-psk.ts';
import { rsaSuites } from './suites-rsa.ts';

/** All that this Node can do besides the default offer; the likeliest to be wanted first. */
export const optInSuites12: readonly Suite12[] = /* @__PURE__ */ available();

function available(): Suite12[] {
  const suites = [...ecdheCbcSuites, ...rsaSuites, ...dheSuites, ...ccmSuites, ...pskSuites];
  return hasCipher('camellia-128-cbc') ? [...suites, ...camelliaSuites] : suites;
}
