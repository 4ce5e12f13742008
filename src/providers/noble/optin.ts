// What the noble packages can do besides the default offer of `noble.ts`. Nothing here is ever offered unless it is
// named. Finite-field Diffie-Hellman is missing: BigInt arithmetic would show the secret exponent in its timing.

export { aes128Cbc, aes256Cbc } from './optin/cbc.ts';
export { aes128Ccm, aes128Ccm8, aes256Ccm, aes256Ccm8 } from './optin/ccm.ts';
export * from './optin/groups.ts';
export * from './optin/suites-ccm.ts';
export * from './optin/suites-ecdhe-cbc.ts';
export * from './optin/suites-psk.ts';
export * from './optin/suites-rsa.ts';
export * from './optin/suites12.ts';
export * from './optin/suites13.ts';
export * from './optin/verifiers.ts';
