// `signet-tls/telsa`: the Telsa client, by `import` and by `require()`.

import { Telsa } from './telsa/telsa.ts';

export type { SigningFunction, TelsaOptions } from './telsa/options.ts';
export { Telsa };
export default Telsa;
export { Telsa as 'module.exports' };
