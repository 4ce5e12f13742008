// What node:crypto can do besides the default offer of `node.ts`, each its own value. Nothing here is ever offered
// unless it is named.

export { aes128Cbc, aes256Cbc, camellia128Cbc, camellia256Cbc } from './optin/cbc.ts';
export { aes128Ccm, aes128Ccm8, aes256Ccm, aes256Ccm8 } from './optin/ccm.ts';
export { finiteField } from './optin/dhe.ts';
export * from './optin/groups.ts';
export * from './optin/suites-camellia.ts';
export * from './optin/suites-ccm.ts';
export * from './optin/suites-dhe.ts';
export * from './optin/suites-ecdhe-cbc.ts';
export * from './optin/suites-psk.ts';
export * from './optin/suites-rsa.ts';
export * from './optin/suites12.ts';
export * from './optin/suites13.ts';
export * from './optin/verifiers.ts';
