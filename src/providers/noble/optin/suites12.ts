import type { Suite12 } from '../../../crypto/index.ts';
import type { Random } from '../random.ts';
import { ccmSuites } from './suites-ccm.ts';
import { ecdheCbcSuites } from './suites-ecdhe-cbc.ts';
import { pskSuites } from './suites-psk.ts';
import { rsaSuites } from './suites-rsa.ts';

/** All suites that noble has besides the default offer; `random` pads what static RSA encrypts. */
export function optInSuites12(random: Random): Suite12[] {
  return [...ecdheCbcSuites, ...rsaSuites(random), ...ccmSuites, ...pskSuites];
}
